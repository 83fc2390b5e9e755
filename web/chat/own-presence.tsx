import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { inSentence } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import { useLayer, usePressOutside } from '../parts/layers.ts'
import { Name } from '../parts/person.tsx'
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
  const isOpen = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const close = useMemo(
    () => () => {
      isOpen.value = false
    },
    [isOpen],
  )
  const refs = useMemo(() => [button, panel], [])
  useLayer(isOpen.value, close)
  usePressOutside(refs, isOpen.value, close)
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
  if (since === undefined) return null
  return (
    <p class="old-state">
      <span>{t.oldState(word, inSentence(since, now.value, app.reader.value))}</span>
      {t.space}
      <button type="button" class="link" onClick={() => void reset(app).catch(() => undefined)}>
        {t.resetState}
      </button>
    </p>
  )
}
