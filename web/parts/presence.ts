import type { Texts } from '../i18n/en.ts'
import type { Presence } from '../model.ts'
import type { IconName } from './icon-shapes.tsx'

/** How a state looks and what it is called: round is how present, angular is how occupied (design README section 5). */
export interface PresenceLook {
  readonly icon: IconName
  readonly tone: '' | 'here' | 'occupied' | 'away'
  readonly word: keyof Texts & string
}

const UNKNOWN: PresenceLook = { icon: 'p-offline', tone: '', word: 'presenceUnknown' }

/** @param own the person's own state: Offline is then Appear Offline, since the page itself is signed in */
export function lookOf(presence: Presence | undefined, own = false): PresenceLook {
  switch (presence?.availability) {
    case 'Online':
      return { icon: 'p-available', tone: 'here', word: 'available' }
    case 'IdleOnline':
      return { icon: 'p-available', tone: 'here', word: 'idle' }
    case 'Busy':
      return { icon: 'p-busy', tone: 'occupied', word: 'busy' }
    case 'IdleBusy':
      return { icon: 'p-busy', tone: 'occupied', word: 'idleBusy' }
    case 'DoNotDisturb':
      return presence.activity === 'presenting'
        ? { icon: 'p-presenting', tone: 'occupied', word: 'presenting' }
        : { icon: 'p-dnd', tone: 'occupied', word: 'doNotDisturb' }
    case 'BeRightBack':
      return { icon: 'p-brb', tone: 'away', word: 'beRightBack' }
    case 'Away':
      return presence.activity === 'off-work'
        ? { icon: 'p-off-work', tone: '', word: 'offWork' }
        : { icon: 'p-away', tone: 'away', word: 'away' }
    case 'Offline':
      return own
        ? { icon: 'p-appear-offline', tone: '', word: 'appearOffline' }
        : { icon: 'p-offline', tone: '', word: 'offline' }
    default:
      return UNKNOWN
  }
}
