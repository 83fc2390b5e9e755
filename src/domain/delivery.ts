import type { Instant } from './time.ts'
import { daysAfter } from './time.ts'

/** What happens to one message for one recipient. A kept message is a row, whether anybody is there or not. */
export type Delivery =
  | { kind: 'refuse'; because: Refusal }
  | { kind: 'keep'; alert: true; because: 'live' | 'offline' | 'appearsOffline'; until: Instant }
  | { kind: 'keep'; alert: false; because: Quiet; closed: OwnGate | undefined; until: Instant }

/** Why this recipient has no alert from this sender; reachability, open conversations and access levels are looked at before. */
export type Quiet = 'doNotDisturb' | 'presenting'
/** A switch on the sender's side; the only reasons a client may name before sending (DECISIONS 15d). */
export type OwnGate = 'deploymentOff' | 'senderPolicy' | 'senderClient'
export type Refusal = 'unknownRecipient' | 'disabled' | 'blocked' | OwnGate | 'recipientSite' | 'inboxFull'

/** The sender as the decision sees them: the first closed gate of G3, G4 (with `OfflineIMEnabled`), G5. */
export interface SenderFacts {
  readonly closed: OwnGate | undefined
}

export interface RecipientFacts {
  /** In service (G1). */
  readonly enabled: boolean
  /** The sender is in the recipient's level Blocked (G2). */
  readonly blocksSender: boolean
  /** Has an endpoint that can take messages (R27). */
  readonly reachable: boolean
  /** Reachable, and does not appear offline. */
  readonly visible: boolean
  /** Do Not Disturb or Presenting, where it holds for this sender and this conversation (M4 to M6, DECISIONS 15a). */
  readonly quiet: Quiet | undefined
  /** `EnableOfflineIm` of the recipient's site (G6). */
  readonly siteAccepts: boolean
  readonly inboxFull: boolean
  readonly retentionDays: number
}

/**
 * Decides once and for all what becomes of a message (offline-im sections 4 and 6).
 * @param recipient undefined when nobody has the address
 */
export function decideDelivery(
  sender: SenderFacts,
  recipient: RecipientFacts | undefined,
  now: Instant,
): Delivery {
  if (!recipient) return { kind: 'refuse', because: 'unknownRecipient' }
  if (!recipient.enabled) return { kind: 'refuse', because: 'disabled' }
  if (recipient.blocksSender) return { kind: 'refuse', because: 'blocked' }
  const { quiet, visible } = recipient
  const until = daysAfter(now, recipient.retentionDays)
  if (visible && !quiet) return { kind: 'keep', alert: true, because: 'live', until }
  if (!quiet) {
    if (sender.closed) return { kind: 'refuse', because: sender.closed }
    if (!recipient.siteAccepts) return { kind: 'refuse', because: 'recipientSite' }
  }
  if (recipient.inboxFull) return { kind: 'refuse', because: 'inboxFull' }
  if (!quiet) {
    return { kind: 'keep', alert: true, because: recipient.reachable ? 'appearsOffline' : 'offline', until }
  }
  // The item is the recipient's doing: it is made although the sender's own gate is closed (R7).
  return { kind: 'keep', alert: false, because: quiet, closed: sender.closed, until }
}
