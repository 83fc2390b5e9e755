import { useSignal } from '@preact/signals'
import { inSentence } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import { Name } from '../parts/person.tsx'
import { usePopover } from '../parts/popover.ts'
import { lookOf } from '../parts/presence.ts'
import { now, useApp } from './app-state.ts'
import { endInWords, oldSince, reset } from './presence/choices.ts'
import { PresencePanel } from './presence/panel.tsx'

/** Own name and state, until when it holds, and the panel to change them. */
export function OwnPresence() {
  const app = useApp()
  const t = texts.value
  const { own } = app.connection.state.value
  const online =
    app.connection.status.value.kind === 'online' || app.connection.status.value.kind === 'connecting'
  // Without a connection others see nobody here, and the page does not claim otherwise.
  const look = online ? lookOf(own.presence, true) : lookOf({ availability: 'Offline', activity: undefined })
  const { isOpen, button, panel, close } = usePopover()
  return (
    <div class="own">
      <button
        ref={button}
        class="me bare"
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <span class="grow">
          <span class="off">{t.yourPresence}: </span>
          <span class="with-mark small">
            {(own.presence || !online) && <Mark name={look.icon} tone={look.tone} />}
            <span>{stateInWords()}</span>
          </span>
          <b class="clip">
            <Name name={own.name} />
          </b>
        </span>
        <Icon name="i-down" small />
      </button>
      {online && <OldState word={t[look.word] as string} />}
      {isOpen.value && (
        <div ref={panel} class="pop presence-pop" role="dialog" aria-label={t.yourPresence}>
          <PresencePanel close={close} />
        </div>
      )}
    </div>
  )

  function stateInWords(): string {
    if (!own.presence && online) return t.loading
    const word = t[look.word] as string
    if (!online || own.since === undefined || own.expires === undefined) return word
    return t.untilShown(word, endInWords(own.expires, now.value, app.reader.value, t))
  }
}

/** A state that was chosen long ago and perhaps forgotten, with one press to reset (ucwa.md section 15). */
function OldState({ word }: { word: string }) {
  const app = useApp()
  const t = texts.value
  const since = oldSince(app.connection.state.value.own, now.value)
  const failed = useSignal(false)
  if (since === undefined) return null
  const goBack = async (): Promise<void> => {
    try {
      await reset(app)
      failed.value = false
    } catch {
      failed.value = true
    }
  }
  return (
    <p class="old-state">
      <span>{t.oldState(word, inSentence(since, now.value, app.reader.value))}</span>
      {t.space}
      <button type="button" class="link" onClick={() => void goBack()}>
        {t.resetState}
      </button>
      {failed.value && <span role="alert">{t.notSaved}</span>}
    </p>
  )
}
