import { type Reason, reason } from '../../codec/ucwa/errors.ts'
import type { Language } from '../../domain/account.ts'
import type { Quiet, Refusal } from '../../domain/delivery.ts'
import type { RowReason } from '../../domain/message.ts'
import { REFUSED_TEXT, STORED_TEXT, senderText } from '../../domain/texts/sender.ts'
import type { Person } from './conversation.ts'

/** One table from refusals to UCWA's pairs (ucwa.md section 9); a forgotten one does not compile. */
const PAIRS = {
  unknownRecipient: ['NotFound', 'DestinationNotFound'],
  disabled: ['NotFound', 'DestinationNotFound'],
  blocked: ['RemoteFailure', 'Unreachable'],
  deploymentOff: ['RemoteFailure', 'Unreachable'],
  senderPolicy: ['RemoteFailure', 'Unreachable'],
  senderClient: ['RemoteFailure', 'Unreachable'],
  recipientSite: ['RemoteFailure', 'Unreachable'],
  inboxFull: ['RemoteFailure', 'Unreachable'],
  content: ['RemoteFailure', 'NotAcceptable'],
} as const satisfies Record<Refusal | 'content', readonly [Reason['code'], Reason['subcode']]>

/** Why nothing was kept: T4, T5 or T7 in the sender's language, alike for everything that looks alike (ucwa.md 8.1). */
export function refusedReason(because: keyof typeof PAIRS, language: Language, to: Person): Reason {
  const [code, subcode] = PAIRS[because]
  const text = because === 'content' ? 'T4' : REFUSED_TEXT[because]
  return reason(code, subcode, senderText(text, language, { name: to.name }))
}

/** The sender's own gate is closed although the item was made (R7): for the sender the same as any closed gate. */
export function closedReason(language: Language, to: Person): Reason {
  return refusedReason('senderPolicy', language, to)
}

/**
 * What an invitation that was accepted for the recipient says: T1 or T3 where the text waits, nothing where somebody is
 * there. The code is the same for everybody.
 */
export function acceptedReason(because: RowReason, language: Language, to: Person): Reason {
  return reason('Informational', 'AutoAccepted', storedText(because, language, to))
}

/** Beside a message that was stored; undefined where there is nothing to say. */
export function storedReason(because: 'offline' | Quiet, language: Language, to: Person): Reason {
  return reason('Informational', undefined, storedText(because, language, to))
}

function storedText(because: RowReason, language: Language, to: Person): string | undefined {
  return because === 'live' ? undefined : senderText(STORED_TEXT[because], language, { name: to.name })
}
