import { assertNever } from '../base/never.ts'
import type { AccountId } from './account.ts'
import type { EndpointId } from './endpoint.ts'
import type { Instant } from './time.ts'

/** The eight availabilities of UCWA. */
export const AVAILABILITIES = [
  'Online',
  'IdleOnline',
  'Busy',
  'IdleBusy',
  'DoNotDisturb',
  'BeRightBack',
  'Away',
  'Offline',
] as const
export type Availability = (typeof AVAILABILITIES)[number]

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

/** Now, on both clocks: what somebody chose ends at a time of day, idleness is a duration (SECURITY 64). */
export interface Moment {
  readonly now: Instant
  readonly monotonicMs: number
}

/** A publication as it arrived. */
export interface Heard extends Publication {
  /** The moment of the last activity on the monotonic clock. */
  readonly activeMs: number
}

/** Everything one person's presence is made of. */
export interface PresenceFacts {
  readonly account: AccountId
  /** Of the live endpoints only: what is not reachable publishes nothing. */
  readonly publications: readonly Heard[]
  readonly choice: Choice | undefined
  readonly note: Note | undefined
  readonly location: string | undefined
  /** Of the last endpoint that left, while there is none. */
  readonly lastActive: Instant | undefined
  /** Likewise: who leaves and who hides look alike (DECISIONS 15c). */
  readonly deviceType: Publication['deviceType']
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
function choiceAt(choice: Choice | undefined, now: Instant): Choice | undefined {
  return choice?.expires !== undefined && choice.expires <= now ? undefined : choice
}

/**
 * One person's presence: no live endpoint is Offline; a chosen state wins; else the most available endpoint
 * (sip-lync.md section 10). A chosen Online or Busy turns inactive like an automatic one.
 */
export function aggregatePresence(facts: PresenceFacts, moment: Moment, times: IdleTimes): PresenceState {
  const { account, publications, note, location } = facts
  const choice = choiceAt(facts.choice, moment.now)
  const reachable = publications.length > 0
  const device = mostActive(publications)
  const shown = reachable ? shownState(choice, publications, moment.monotonicMs, times) : OFFLINE
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
    deviceType: device ? device.deviceType : facts.deviceType,
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
  publications: readonly Heard[],
  nowMs: number,
  times: IdleTimes,
): Shown {
  if (!choice) return { availability: mostAvailable(publications, nowMs, times), activity: undefined }
  switch (choice.availability) {
    case 'Online':
    case 'Busy': {
      const stage = earliestStage(publications, nowMs, times)
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

function mostAvailable(publications: readonly Heard[], nowMs: number, times: IdleTimes): Availability {
  let best: Availability = 'Offline'
  for (const publication of publications) {
    const own = turned(publication.availability, stageOf(publication, nowMs, times))
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

function stageOf(publication: Heard, nowMs: number, times: IdleTimes): Stage {
  const idleAfterMs = publication.idleAfterMs ?? times.idleMs
  const silentMs = nowMs - publication.activeMs
  if (silentMs >= idleAfterMs + times.awayMs) return 'away'
  return silentMs >= idleAfterMs ? 'idle' : 'active'
}

function earliestStage(publications: readonly Heard[], nowMs: number, times: IdleTimes): Stage {
  let best: Stage = 'away'
  for (const publication of publications) {
    const own = stageOf(publication, nowMs, times)
    const published = publication.availability
    if (published === 'Away') continue
    if (own === 'active' && (published === 'Online' || published === 'Busy')) return 'active'
    if (own !== 'away') best = 'idle'
  }
  return best
}

function mostActive(publications: readonly Heard[]): Heard | undefined {
  let latest = publications[0]
  for (const publication of publications) {
    if (latest === undefined || publication.activeMs > latest.activeMs) latest = publication
  }
  return latest
}

/** In how many milliseconds the aggregate changes by time alone, if nothing is heard until then; Infinity when it does not. */
export function nextChangeMs(facts: PresenceFacts, moment: Moment, times: IdleTimes): number {
  let next = Number.POSITIVE_INFINITY
  const consider = (inMs: number) => {
    if (inMs > 0 && inMs < next) next = inMs
  }
  const choice = choiceAt(facts.choice, moment.now)
  if (choice?.expires !== undefined) consider(choice.expires - moment.now)
  for (const publication of facts.publications) {
    const idleInMs = publication.activeMs + (publication.idleAfterMs ?? times.idleMs) - moment.monotonicMs
    consider(idleInMs)
    consider(idleInMs + times.awayMs)
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
    before.choice?.since !== after.choice?.since ||
    before.choice?.expires !== after.choice?.expires
  )
}

/** Whether a client without inbox view that confirms a row has made it read: not while the person may well not look (DECISIONS 14). */
export function confirmationReads(state: PresenceState): boolean {
  return state.quiet === undefined && state.availability !== 'Away' && !state.hidden
}
