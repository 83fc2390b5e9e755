import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/language.ts'
import type { Line } from '../model.ts'
import type { Item } from '../outbox.ts'
import { copyText } from '../parts/copy.ts'
import { Icon } from '../parts/icon.tsx'
import { unreadFrom } from '../seen.ts'
import { useApp } from './app-state.ts'

// What can be done with one message, and what is said of one that failed.

export function Fix({ text, children }: { text: string; children: ComponentChildren }) {
  return (
    <div class="fix">
      <span class="stop">{text}</span>
      <span class="row wrap">{children}</span>
    </div>
  )
}

export function CopyButton({ text }: { text: string }) {
  const t = texts.value
  const done = useSignal(false)
  const copy = async (): Promise<void> => {
    done.value = await copyText(text)
  }
  return (
    <button type="button" class="small" onClick={() => void copy()}>
      <Icon name={done.value ? 's-delivered' : 'i-copy'} small />
      {done.value ? t.copied : t.copyMessage}
    </button>
  )
}

export function RemoveButton({ item }: { item: Item }) {
  const app = useApp()
  return (
    <button type="button" class="small bare" onClick={() => void app.outbox.remove(item.key)}>
      {texts.value.remove}
    </button>
  )
}

/** Shown on hover and while the message has the focus, so that the keyboard reaches them too. */
export function Tools({ line }: { line: Line }) {
  const app = useApp()
  const t = texts.value
  const markUnread = async (): Promise<void> => {
    const { threads, timelines } = app.connection.state.value
    app.heldUnread.add(line.person)
    try {
      const timeline = timelines.get(line.person)
      // What is below, as far as it is here: the run that is read, and the newest lines.
      const lines = [...(timeline?.past?.lines ?? []), ...(timeline?.lines ?? [])]
      for (const { thread, from } of unreadFrom(lines, line, [...threads.values()])) {
        await app.desk.markAsUnread(thread, from)
      }
    } catch {
      app.heldUnread.delete(line.person)
    }
  }
  return (
    <fieldset class="tools" aria-label={t.messageActions}>
      <button
        type="button"
        class="bare icon"
        aria-label={t.copyMessage}
        title={t.copyMessage}
        onClick={() => void copyText(line.text)}
      >
        <Icon name="i-copy" small />
      </button>
      {!line.own && (
        <button
          type="button"
          class="bare icon"
          aria-label={t.markUnreadFromHere}
          title={t.markUnreadFromHere}
          onClick={() => void markUnread()}
        >
          <Icon name="i-letterbox" small />
        </button>
      )}
    </fieldset>
  )
}
