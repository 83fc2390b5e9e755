import type { ChosenAvailability } from '../../../src/domain/presence.ts'
import { clock, daysAgo, endOfDay, fullDate, type Reader } from '../../i18n/dates.ts'
import type { Texts } from '../../i18n/en.ts'
import type { Own, Presence } from '../../model.ts'
import { lookOf } from '../../parts/presence.ts'
import type { App } from '../app-state.ts'

/** A state that one can choose for oneself. */
export interface Choice {
  readonly key: string
  readonly availability: ChosenAvailability
  readonly presenting: boolean
  /** How it shows at my own name. */
  readonly shows: Presence
  readonly help?: 'doNotDisturbHelp' | 'presentingHelp' | 'appearOfflineHelp'
  /** Has an end by default (ucwa.md section 15). */
  readonly ends: boolean
}

const choice = (
  key: string,
  availability: ChosenAvailability,
  shows: Presence,
  more: Partial<Choice> = {},
): Choice => ({ key, availability, presenting: false, shows, ends: false, ...more })

/** In the order of the original's menu. */
export const CHOICES: readonly Choice[] = [
  choice('available', 'Online', { availability: 'Online', activity: undefined }),
  choice('busy', 'Busy', { availability: 'Busy', activity: undefined }),
  choice(
    'doNotDisturb',
    'DoNotDisturb',
    { availability: 'DoNotDisturb', activity: undefined },
    { help: 'doNotDisturbHelp', ends: true },
  ),
  choice(
    'presenting',
    'DoNotDisturb',
    { availability: 'DoNotDisturb', activity: 'presenting' },
    { presenting: true, help: 'presentingHelp', ends: true },
  ),
  choice('beRightBack', 'BeRightBack', { availability: 'BeRightBack', activity: undefined }),
  choice('away', 'Away', { availability: 'Away', activity: undefined }),
  choice('offWork', 'Offwork', { availability: 'Away', activity: 'off-work' }),
  choice(
    'appearOffline',
    'Offline',
    { availability: 'Offline', activity: undefined },
    { help: 'appearOfflineHelp' },
  ),
]

/** What a state without input shows as, for the menu: the state itself. */
const CHOSEN: Readonly<Record<string, string>> = { idle: 'available', idleBusy: 'busy' }

/** The entry of the menu that is checked. */
export function checkedChoice(presence: Presence | undefined): Choice | undefined {
  const { word } = lookOf(presence, true)
  return CHOICES.find((one) => one.key === (CHOSEN[word] ?? word))
}

/** Chooses a state until `expires` (ms), or until it is changed. */
export async function choose(app: App, wanted: Choice, expires: number | undefined): Promise<void> {
  await app.desk.choose({ availability: wanted.availability, presenting: wanted.presenting, expires })
}

/** Back to what the devices say. */
export async function reset(app: App): Promise<void> {
  await app.desk.choose(undefined)
}

/** A state older than this is named at the own name, with one press to reset (ucwa.md section 15). */
const OLD_MS = 8 * 3_600_000

/** Since when an old chosen state stands, in ms; undefined where it is young, or goes by itself. */
export function oldSince(own: Own, now: number): number | undefined {
  const { presence, since } = own
  if (since === undefined || presence === undefined || now - since <= OLD_MS) return undefined
  // Available is what one is without a choice; nobody has forgotten anything.
  return presence.availability === 'Online' || presence.availability === 'IdleOnline' ? undefined : since
}

/** `15:00`, `midnight`, or day and time where it is not today. */
export function endInWords(at: number, now: number, reader: Reader, t: Texts): string {
  if (Math.abs(at - endOfDay(now, reader)) < 60_000) return t.endOfDayInSentence
  return daysAgo(at, now, reader) === 0 ? clock(at, reader) : fullDate(at, reader)
}
