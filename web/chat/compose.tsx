import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { hintBefore } from '../hint.ts'
import { language, texts } from '../i18n/language.ts'
import { keep, kept } from '../kept.ts'
import { openTalk, personIn, type Uri } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import { WithKeys } from '../parts/keys.tsx'
import { type App, useApp } from './app-state.ts'
import { HintLine, keptHere } from './hint-line.tsx'
import { useConversion } from './use-conversion.ts'
import { usePaste } from './use-paste.ts'
import { useTypingOut } from './use-typing-out.ts'

/** The limit is shown before it hurts: from here on. */
const WARN_FROM = 0.9

/** Where one writes, and the line under it that says what will happen (ux.md 1.1 rows 1 to 3). */
export function Compose({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const person = personIn(state, uri)
  const draftName = `draft.${app.connection.session.sip}.${uri}`
  const draft = useSignal(kept(draftName) ?? '')
  const field = useRef<HTMLTextAreaElement>(null)
  const belongsToConversion = useConversion(field)
  const typing = useTypingOut(uri)
  const size = new TextEncoder().encode(draft.value.trim()).length
  const limit = state.policies.messageLimit
  const over = size > limit
  const paste = usePaste(limit)
  const hint = hintBefore(state.policies, person.presence)
  useGrow(field, draft.value)
  useFocusOnce(field)

  const write = (text: string): void => {
    draft.value = text
    keep(draftName, text)
  }
  const send = (): void => {
    const text = draft.value.trim()
    if (text === '' || over) {
      field.current?.focus()
      return
    }
    write('')
    typing.sent()
    void app.outbox.add(uri, text)
    field.current?.focus()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || belongsToConversion(event)) return
    const command = event.ctrlKey || event.metaKey
    const sends = state.settings.sendWithEnter ? !event.shiftKey && !event.altKey : command
    if (!sends) return
    event.preventDefault()
    send()
  }
  return (
    <form
      class={hint?.lit || keptHere(app) ? 'compose lit' : 'compose'}
      aria-label={t.composeForm}
      data-region
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div class="slot">
        <label class="off" for="write">
          {t.messageTo(person.name)}
        </label>
        <textarea
          ref={field}
          id="write"
          rows={1}
          dir="auto"
          aria-describedby="hint"
          aria-invalid={over || undefined}
          placeholder={t.writeMessage}
          value={draft.value}
          onPaste={paste.paste}
          onInput={(event) => {
            paste.forget()
            write(event.currentTarget.value)
            typing.typed(event.currentTarget.value)
          }}
          onKeyDown={onKey}
        />
        <div class="bar">
          <span class="tiny not-narrow">
            <WithKeys parts={state.settings.sendWithEnter ? t.enterSends : t.ctrlEnterSends} />
          </span>
          <span class="grow" />
          {paste.said && (
            <span class="small" role="status">
              {paste.said}
            </span>
          )}
          {!paste.said && size > limit * WARN_FROM && (
            <span class={over ? 'small stop num' : 'small quiet num'} role="status">
              {over
                ? t.bytesOver((size - limit).toLocaleString(language.value))
                : t.bytesLeft((limit - size).toLocaleString(language.value))}
            </span>
          )}
          <button type="submit" class="main">
            <Icon name="i-send" small />
            {t.send}
          </button>
        </div>
      </div>
      <HintLine uri={uri} over={over} />
    </form>
  )
}

/** Grows to eight lines; where the browser cannot by itself, by counting. */
function useGrow(field: RefObject<HTMLTextAreaElement>, text: string): void {
  useLayoutEffect(() => {
    const area = field.current
    if (!area || CSS.supports('field-sizing', 'content')) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [field, text])
}

/** The box has the focus when a conversation opens, but not on a touch screen, where that opens the keyboard. */
function useFocusOnce(field: RefObject<HTMLTextAreaElement>): void {
  useEffect(() => {
    if (matchMedia('(pointer: coarse)').matches || document.querySelector('[aria-modal="true"]')) return
    field.current?.focus({ preventScroll: true })
  }, [field])
}

/** Address to which typing is told: only an open conversation has one. */
export function typingAddress(app: App, uri: Uri): string | undefined {
  const state = app.connection.state.value
  return state.settings.typing ? openTalk(state, uri)?.setIsTyping : undefined
}
