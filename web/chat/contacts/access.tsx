import { useId } from 'preact/hooks'
import type { AccessLevel } from '../../../src/domain/contact.ts'
import type { Texts } from '../../i18n/en.ts'
import { texts } from '../../i18n/language.ts'
import { personIn, type Uri } from '../../model.ts'
import { Icon } from '../../parts/icon.tsx'
import { useApp } from '../app-state.ts'
import { useConnected } from '../use-connected.ts'
import { Section } from './section.tsx'

/** Levels to choose from; blocking is an act of its own, with its words before it. */
const CHOICES = ['FriendsAndFamily', 'Workgroup', 'Colleagues', 'External'] as const

/** The word of a level, and what it means (offline-im section 6). */
export function levelWord(t: Texts, level: AccessLevel): string {
  return t[`level${level}`]
}

/** What I let this person see and do, in words (offline-im M5, M11). */
export function Access({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  const id = useId()
  const state = app.connection.state.value
  const given = state.levels.get(uri)
  useConnected(() => {
    if (!given && uri !== state.own.uri) void app.connection.book.readLevel(uri)
  }, [uri, given])
  if (!given || uri === state.own.uri) return null
  const { name } = personIn(state, uri)
  if (given.level === 'Blocked') {
    return (
      <Section title={t.access}>
        <p class="small blocked">
          <Icon name="s-refused" small />
          <span>
            <b>{t.levelBlocked}</b> <span>{t.blockedText(name)}</span>
          </span>
        </p>
        <button type="button" class="small" onClick={() => void app.contacts.setLevel(uri, 'Colleagues')}>
          {t.unblock}
        </button>
      </Section>
    )
  }
  const { level } = given
  return (
    <Section title={t.access}>
      <div class="field">
        <label class="off" for={id}>
          {t.accessLevel}
        </label>
        <span class="select">
          <select
            class="input"
            id={id}
            value={level}
            aria-describedby={`${id}-help`}
            onChange={(event) => {
              const wanted = CHOICES.find((choice) => choice === event.currentTarget.value)
              if (wanted) void app.contacts.setLevel(uri, wanted)
            }}
          >
            {CHOICES.map((choice) => (
              <option key={choice} value={choice}>
                {levelWord(t, choice)}
              </option>
            ))}
          </select>
          <Icon name="i-down" small />
        </span>
        <p class="help" id={`${id}-help`}>
          {t[`level${level}Help`]}
        </p>
      </div>
      <button
        type="button"
        class="small"
        onClick={() => (app.contacts.layer.value = { kind: 'block', person: uri })}
      >
        {t.blockMore}
      </button>
    </Section>
  )
}
