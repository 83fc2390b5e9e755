import { mayInterrupt } from '../../src/domain/access.ts'
import type { PersonalSettings } from '../../src/domain/account.ts'
import type { PresenceState } from '../../src/domain/presence.ts'
import { isQuiet, parseQuietHours, wallTime } from '../../src/domain/quiet-hours.ts'
import type { Texts } from '../i18n/en.ts'
import type { Presence, State, Uri } from '../model.ts'
import { conversationsIn, personIn } from '../model.ts'

/** What came: the newest of one or more messages from one person. */
export interface Arrival {
  readonly person: Uri
  readonly text: string
}

/** What is known at this moment beside the state. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Somebody looks at this conversation: it is on screen in a tab that has the focus. */
  readonly watched: boolean
}

/** Why nobody is told. The message is in the thread and in the counts all the same. */
export type Silence = 'watched' | 'doNotDisturb' | 'presenting' | 'quietHours'

export type Notice =
  | { readonly kind: 'silent'; readonly because: Silence }
  | { readonly kind: 'alert'; readonly title: string; readonly body: string }

/** A long text is cut: the rest is in the conversation. */
const MOST = 240

/**
 * Whether a message makes a notification and a sound, and what it says (ux.md 1.2). Do Not Disturb and Presenting have neither
 * (offline-im M4, M6); a close colleague interrupts Do Not Disturb, not Presenting (M5, DECISIONS 15a).
 */
export function decideNotice(state: State, arrival: Arrival, moment: Moment, texts: Texts): Notice {
  const because = silence(state, arrival.person, moment)
  if (because) return { kind: 'silent', because }
  const { name } = personIn(state, arrival.person)
  const unread = conversationsIn(state).find((c) => c.person === arrival.person)?.unread ?? 0
  const count = Math.max(1, unread)
  return { kind: 'alert', ...content(state.settings.notifications, name, arrival.text, count, texts) }
}

function silence(state: State, person: Uri, { now, watched }: Moment): Silence | undefined {
  const quiet = quietOf(state.own.presence)
  if (quiet && !mayInterrupt(state.levels.get(person)?.level ?? 'Colleagues', quiet)) return quiet
  if (isQuietAt(state, now)) return 'quietHours'
  return watched ? 'watched' : undefined
}

function quietOf(presence: Presence | undefined): PresenceState['quiet'] {
  if (presence?.availability !== 'DoNotDisturb') return undefined
  return presence.activity === 'presenting' ? 'presenting' : 'doNotDisturb'
}

/** The text of the quiet hours that hold: the person's own, else those of the organisation. */
export function quietHoursOf(state: State): string {
  return state.settings.quietHours ?? state.quietHoursDefault
}

export function isQuietAt(state: State, now: number): boolean {
  const hours = parseQuietHours(quietHoursOf(state)) ?? []
  return hours.length > 0 && isQuiet(hours, wallTime(now, state.settings.timeZone ?? undefined))
}

function content(
  level: PersonalSettings['notifications'],
  name: string,
  text: string,
  count: number,
  texts: Texts,
): { title: string; body: string } {
  switch (level) {
    case 'none':
      return { title: texts.product, body: texts.noticeNewMessage }
    case 'sender':
      return { title: name, body: texts.noticeMessages(count) }
    case 'full': {
      const [...letters] = text
      const shown = letters.length > MOST ? `${letters.slice(0, MOST).join('')}…` : text
      return { title: count > 1 ? texts.noticeTitle(name, count) : name, body: shown }
    }
  }
}
