import type { AccessLevel } from './contact.ts'
import type { Availability, Note, PresenceState, Publication } from './presence.ts'
import type { Instant } from './time.ts'

/** A person as somebody else sees them. */
export interface VisiblePresence {
  /** None: it is not shown to this viewer (M12). */
  readonly availability: Availability | 'None'
  readonly activity: string | undefined
  readonly note: Note | undefined
  readonly location: string | undefined
  readonly lastActive: Instant | undefined
  readonly deviceType: Publication['deviceType']
}

/** Who looks. `self`: the owner, who sees the truth (ucwa.md 6.2). */
export type Viewer =
  | { readonly kind: 'self' }
  | {
      readonly kind: 'other'
      /** The level that the viewed person gave this viewer. */
      readonly level: AccessLevel
      /** The viewed person is in privacy mode and the viewer is no contact of theirs (M12): presence hides, messages pass. */
      readonly kept?: boolean
    }

const NOTHING: VisiblePresence = {
  availability: 'Offline',
  activity: undefined,
  note: undefined,
  location: undefined,
  lastActive: undefined,
  deviceType: undefined,
}

/**
 * What a viewer may see: not even absence when presence is for contacts alone; nothing when blocked; of somebody who appears offline what was seen last (DECISIONS 15c);
 * a close colleague sees that Do Not Disturb is no wall (M5); External sees the state alone.
 */
export function visiblePresence(state: PresenceState, viewer: Viewer): VisiblePresence {
  if (viewer.kind === 'self') return bare(state)
  // Not even absence is claimed (M12), and a block shows no more than that.
  if (viewer.kept) return { ...NOTHING, availability: 'None' }
  if (viewer.level === 'Blocked') return NOTHING
  // The choice counts also while nobody is reachable, so that hiding, leaving and coming back look alike.
  const seen = state.frozen ? { ...bare(state), ...state.frozen, ...ABSENT } : bare(state)
  if (viewer.level === 'External')
    return { ...NOTHING, availability: seen.availability, activity: seen.activity }
  return mayInterrupt(viewer.level, state.quiet) ? { ...seen, activity: 'urgent-interruptions-only' } : seen
}

const ABSENT = { availability: 'Offline', activity: undefined } as const

function bare(state: PresenceState): VisiblePresence {
  const { availability, activity, note, location, lastActive, deviceType } = state
  return { availability, activity, note, location, lastActive, deviceType }
}

/** Close colleagues interrupt Do Not Disturb, not Presenting (M5, M6). */
export function mayInterrupt(level: AccessLevel, quiet: PresenceState['quiet']): boolean {
  return quiet === 'doNotDisturb' && level === 'Workgroup'
}

/** The quiet that holds for one sender in one conversation (DECISIONS 15a, M4 to M6). */
export function quietFor(
  state: Pick<PresenceState, 'quiet'>,
  level: AccessLevel,
  conversationOpen: boolean,
): PresenceState['quiet'] {
  return conversationOpen || mayInterrupt(level, state.quiet) ? undefined : state.quiet
}
