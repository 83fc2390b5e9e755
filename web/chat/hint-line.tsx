import { senderText } from '../../src/domain/texts/sender.ts'
import { hintBefore, hintText } from '../hint.ts'
import { language, texts } from '../i18n/language.ts'
import { nameLanguage } from '../i18n/text-language.ts'
import { personIn, type Uri } from '../model.ts'
import { unsent } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import type { IconName } from '../parts/icon-shapes.tsx'
import { type App, go, useApp } from './app-state.ts'
import { TellWhenBack } from './contacts/tell-when-back.tsx'

/** Why messages wait on this device: for the connection, or for a server that takes none now. */
export function keptHere(app: App): 'offline' | 'busy' | undefined {
  if (unsent(app.outbox.items.value).length === 0) return undefined
  if (app.connection.status.value.kind === 'offline') return 'offline'
  return app.outbox.busy.value ? 'busy' : undefined
}

/** Always in its place, so that nothing jumps; a change is spoken once and moves neither draft nor caret (ux.md 1.1 rows 1 to 3). */
export function HintLine({ uri, over }: { uri: Uri; over: boolean }) {
  const app = useApp()
  const person = personIn(app.connection.state.value, uri)
  const { said, icon } = lineOf(app, uri, over)
  return (
    <div class="hint">
      {said !== '' && <Icon name={icon} />}
      <div>
        <p id="hint" role="status" data-name-language={nameLanguage(person.name)}>
          {said}
        </p>
        {!over && <Next uri={uri} />}
      </div>
    </div>
  )
}

/** A text that is too long comes first, then what has not left this device, then what will happen, then what did. */
function lineOf(app: App, uri: Uri, over: boolean): { readonly said: string; readonly icon: IconName } {
  const t = texts.value
  const state = app.connection.state.value
  const { name, presence } = personIn(state, uri)
  if (over) return { said: senderText('T7tooLong', language.value, { name }), icon: 'i-info' }
  const here = keptHere(app)
  if (here) {
    const waiting = unsent(app.outbox.items.value).length
    return { said: here === 'busy' ? t.keptBusy(waiting) : t.keptHere(waiting), icon: 's-outbox' }
  }
  const hint = hintBefore(state.policies, presence)
  if (!hint) return { said: state.afterFact.get(uri) ?? '', icon: 'i-info' }
  return { said: hintText(hint, language.value, name), icon: hint.lit ? 'i-lamp' : 'i-info' }
}

/** The one thing to do about what the line says. */
function Next({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  switch (keptHere(app)) {
    case 'busy':
      return (
        <button type="button" class="link" onClick={app.outbox.tryNow}>
          {t.tryNow}
        </button>
      )
    case 'offline':
      return (
        <button type="button" class="link" onClick={() => go({ kind: 'waiting' })}>
          {t.showOutbox}
        </button>
      )
    default:
      return <TellWhenBack uri={uri} />
  }
}
