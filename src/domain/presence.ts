import type { AccountId } from './account.ts'
import type { EndpointId } from './endpoint.ts'
import type { Instant } from './time.ts'

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
