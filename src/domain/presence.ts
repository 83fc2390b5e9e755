import { assertNever } from '../base/never.ts'
import type { AccountId } from './account.ts'
import type { EndpointId } from './endpoint.ts'
import { FOREVER, type Instant, instant } from './time.ts'

/** The eight availabilities of UCWA. */
export type Availability =
  | 'Online'
  | 'IdleOnline'
  | 'Busy'
  | 'IdleBusy'
  | 'DoNotDisturb'
  | 'BeRightBack'
  | 'Away'
  | 'Offline'

/** What somebody may choose; Offline is Appear Offline, Offwork shows as Away with activity off-work. */
export type ChosenAvailability =
  | 'Online'
  | 'Busy'
  | 'DoNotDisturb'
  | 'BeRightBack'
  | 'Away'
  | 'Offwork'
  | 'Offline'

/** A chosen state counts for the whole person, outlives restart and sign-out, and only while the person is reachable (ucwa.md 6.2). */
export interface Choice {
  readonly availability: ChosenAvailability
  readonly presenting: boolean
  readonly since: Instant
  readonly expires: Instant | undefined
}

/** What one reachable endpoint says of itself. */
export interface Publication {
  readonly endpoint: EndpointId
  readonly availability: 'Online' | 'IdleOnline' | 'Busy' | 'IdleBusy' | 'Away'
  readonly deviceType: 'Desktop' | 'Web' | 'Mobile' | undefined
  readonly lastActive: Instant
  /**
   * Milliseconds without activity until Online counts as IdleOnline and Busy as IdleBusy; `presence.awayAfter` later it is Away (ucwa.md 6.2).
   * Undefined: `presence.idleAfter`. Infinity: the client tells of its idleness itself (SIP).
   */
  readonly idleAfterMs?: number
}

export interface Note {
  readonly text: string
  readonly type: 'Personal' | 'OutOfOffice'
}

/** One person's presence as the owner sees it; `domain/access.ts` says what others see. */
export interface PresenceState {
  readonly account: AccountId
  readonly availability: Availability
  /** Token of ucwa.md 6.2: `presenting`, `off-work`, … */
  readonly activity: string | undefined
  /** Chosen Appear Offline while reachable (M3). */
  readonly hidden: boolean
  readonly quiet: 'doNotDisturb' | 'presenting' | undefined
  readonly reachable: boolean
  readonly choice: Choice | undefined
  readonly note: Note | undefined
  readonly location: string | undefined
  readonly lastActive: Instant | undefined
  readonly deviceType: Publication['deviceType']
  /** While Appear Offline is chosen: what others go on seeing (DECISIONS 15c). */
  readonly frozen?: Frozen
}

/** What others saw when the person began to appear offline. */
export interface Frozen {
  readonly note: Note | undefined
  readonly location: string | undefined
  readonly lastActive: Instant | undefined
  readonly deviceType: Publication['deviceType']
}

/** How much at work a person is on one endpoint, after the time without activity (ucwa.md 6.2). */
type Stage = 'active' | 'idle' | 'away'

/** `presence.idleAfter` and `presence.awayAfter`. */
export interface IdleTimes {
  readonly idleMs: number
  readonly awayMs: number
}

/** Everything one person's presence is made of. */
export interface PresenceFacts {
  readonly account: AccountId
  /** Of the live endpoints only: what is not reachable publishes nothing. */
  readonly publications: readonly Publication[]
  readonly choice: Choice | undefined
  readonly note: Note | undefined
  readonly location: string | undefined
  /** Of the last endpoint that left, while there is none. */
  readonly lastActive: Instant | undefined
  readonly frozen: Frozen | undefined
}

/** The aggregate number that watchers of the SIP side get (sip-lync.md section 10). */
export const AGGREGATE = {
  Online: 3500,
  IdleOnline: 5000,
  Busy: 6500,
  IdleBusy: 7500,
  DoNotDisturb: 9500,
  BeRightBack: 12500,
  Away: 15500,
  Offline: 18500,
} as const satisfies Record<Availability, number>

/** The availability of an aggregate number (ucwa.md 6.2); below 3000 counts as Online, as the published tables have it. */
export function availabilityOf(aggregate: number): Availability {
  if (aggregate < 4500) return 'Online'
  if (aggregate < 6000) return 'IdleOnline'
  if (aggregate < 7500) return 'Busy'
  if (aggregate < 9000) return 'IdleBusy'
  if (aggregate < 12000) return 'DoNotDisturb'
  if (aggregate < 15000) return 'BeRightBack'
  return aggregate < 18000 ? 'Away' : 'Offline'
}

/** The choice that still holds at `now`. */
export function choiceAt(choice: Choice | undefined, now: Instant): Choice | undefined {
  return choice?.expires !== undefined && choice.expires <= now ? undefined : choice
}

/**
 * One person's presence: no live endpoint is Offline; a chosen state wins; else the most available endpoint
 * (sip-lync.md section 10). A chosen Online or Busy turns inactive like an automatic one.
 */
export function aggregatePresence(facts: PresenceFacts, now: Instant, times: IdleTimes): PresenceState {
  const { account, publications, note, location } = facts
  const choice = choiceAt(facts.choice, now)
  const reachable = publications.length > 0
  const device = mostActive(publications)
  const shown = reachable ? shownState(choice, publications, now, times) : OFFLINE
  const hidden = choice?.availability === 'Offline'
  const state = {
    account,
    availability: shown.availability,
    activity: shown.activity,
    hidden: hidden && reachable,
    quiet: reachable ? quietOf(choice) : undefined,
    reachable,
    choice,
    note,
    location,
    lastActive: device?.lastActive ?? facts.lastActive,
    deviceType: device?.deviceType,
  }
  return hidden && facts.frozen ? { ...state, frozen: facts.frozen } : state
}

interface Shown {
  readonly availability: Availability
  readonly activity: string | undefined
}

const OFFLINE: Shown = { availability: 'Offline', activity: undefined }

function shownState(
  choice: Choice | undefined,
  publications: readonly Publication[],
  now: Instant,
  times: IdleTimes,
): Shown {
  if (!choice) return { availability: mostAvailable(publications, now, times), activity: undefined }
  switch (choice.availability) {
    case 'Online':
    case 'Busy': {
      const stage = earliestStage(publications, now, times)
      return { availability: turned(choice.availability, stage), activity: undefined }
    }
    case 'DoNotDisturb':
      return { availability: 'DoNotDisturb', activity: choice.presenting ? 'presenting' : undefined }
    case 'Offwork':
      return { availability: 'Away', activity: 'off-work' }
    case 'BeRightBack':
    case 'Away':
    case 'Offline':
      return { availability: choice.availability, activity: undefined }
    default:
      return assertNever(choice.availability)
  }
}

function quietOf(choice: Choice | undefined): PresenceState['quiet'] {
  if (choice?.availability !== 'DoNotDisturb') return undefined
  return choice.presenting ? 'presenting' : 'doNotDisturb'
}

function mostAvailable(publications: readonly Publication[], now: Instant, times: IdleTimes): Availability {
  let best: Availability = 'Offline'
  for (const publication of publications) {
    const own = turned(publication.availability, stageOf(publication, now, times))
    if (AGGREGATE[own] < AGGREGATE[best]) best = own
  }
  return best
}

/** An availability after some time without activity; what is no working state stays. */
function turned(availability: Publication['availability'], stage: Stage): Availability {
  if (stage === 'active') return availability
  if (stage === 'away') return 'Away'
  if (availability === 'Online') return 'IdleOnline'
  return availability === 'Busy' ? 'IdleBusy' : availability
}

function stageOf(publication: Publication, now: Instant, times: IdleTimes): Stage {
  const idleAfterMs = publication.idleAfterMs ?? times.idleMs
  const silentMs = now - publication.lastActive
  if (silentMs >= idleAfterMs + times.awayMs) return 'away'
  return silentMs >= idleAfterMs ? 'idle' : 'active'
}

function earliestStage(publications: readonly Publication[], now: Instant, times: IdleTimes): Stage {
  let best: Stage = 'away'
  for (const publication of publications) {
    const own = stageOf(publication, now, times)
    const published = publication.availability
    if (published === 'Away') continue
    if (own === 'active' && (published === 'Online' || published === 'Busy')) return 'active'
    if (own !== 'away') best = 'idle'
  }
  return best
}

function mostActive(publications: readonly Publication[]): Publication | undefined {
  let latest = publications[0]
  for (const publication of publications) {
    if (latest === undefined || publication.lastActive > latest.lastActive) latest = publication
  }
  return latest
}

/** When the aggregate changes by time alone, if nothing is heard until then; FOREVER when it does not. */
export function nextChange(facts: PresenceFacts, now: Instant, times: IdleTimes): Instant {
  let next: Instant = FOREVER
  const consider = (at: number) => {
    if (at > now && at < next) next = instant(at)
  }
  const choice = choiceAt(facts.choice, now)
  if (choice?.expires !== undefined) consider(choice.expires)
  for (const publication of facts.publications) {
    const idleAt = publication.lastActive + (publication.idleAfterMs ?? times.idleMs)
    consider(idleAt)
    consider(idleAt + times.awayMs)
  }
  return next
}

/** What others see of a person at this moment and go on seeing when the person hides now. */
export function freeze(state: PresenceState): Frozen {
  const { note, location, lastActive, deviceType } = state
  return state.frozen ?? { note, location, lastActive, deviceType }
}

/** Whether watchers have to be told: time stamps alone are no news. */
export function looksDifferent(before: PresenceState, after: PresenceState): boolean {
  return (
    before.availability !== after.availability ||
    before.activity !== after.activity ||
    before.hidden !== after.hidden ||
    before.quiet !== after.quiet ||
    before.reachable !== after.reachable ||
    before.deviceType !== after.deviceType ||
    before.location !== after.location ||
    before.note?.text !== after.note?.text ||
    before.note?.type !== after.note?.type ||
    before.choice?.availability !== after.choice?.availability ||
    before.choice?.presenting !== after.choice?.presenting ||
    before.choice?.expires !== after.choice?.expires
  )
}

/** Whether a client without inbox view that confirms a row has made it read: not while the person may well not look (DECISIONS 14). */
export function confirmationReads(state: PresenceState): boolean {
  return state.quiet === undefined && state.availability !== 'Away' && !state.hidden
}
