import type { Language } from '../src/domain/account.ts'
import { type SenderText, senderText } from '../src/domain/texts/sender.ts'
import type { Policies, Presence } from './model.ts'

/** What the line under the compose box says. `lit`: the message will wait for somebody (design README 1.3). */
export interface Hint {
  readonly id: SenderText
  readonly lit: boolean
}

/**
 * Before sending: T1, T8 to T11 or nothing, made from `policies` and `contactPresence` alone (ucwa.md 6.9), so a block, a closed site
 * or a full inbox reads like anybody who is absent (DECISIONS 15d). Presence that is not known says nothing (M12).
 */
export function hintBefore(policies: Policies, presence: Presence | undefined): Hint | undefined {
  switch (presence?.availability) {
    case 'Offline':
      return policies.offlineMessages
        ? { id: 'T1', lit: true }
        : { id: `T11${policies.offlineMessagesReason ?? 'senderPolicy'}`, lit: false }
    case 'DoNotDisturb':
      if (presence.activity === 'presenting') return { id: 'T9', lit: true }
      // A close colleague may interrupt (M5); the server says so by this activity (ucwa.md 6.5).
      return presence.activity === 'urgent-interruptions-only' ? undefined : { id: 'T8', lit: true }
    case 'Away':
    case 'BeRightBack':
    case 'IdleOnline':
    case 'IdleBusy':
      return { id: 'T10', lit: false }
    default:
      return undefined
  }
}

/** The sentence of a hint. */
export function hintText(hint: Hint, language: Language, name: string): string {
  return senderText(hint.id, language, { name })
}
