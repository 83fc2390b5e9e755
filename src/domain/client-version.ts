import type { OwnGate } from './delivery.ts'
import type { MessagingRules } from './policy.ts'

/** major, minor, build, qfe: the four numbers of a client version rule (offline-im section 5). */
export type ClientVersion = readonly [number, number, number, number]

/** Reads `16.0.6701.1000`. @returns undefined unless it is four whole numbers. */
export function parseClientVersion(text: string): ClientVersion | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(text.trim())
  return match ? [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])] : undefined
}

/** Number by number, not as text: build 10000 is newer than 6701 (R8a). */
function isAtLeast(version: ClientVersion, minimum: ClientVersion): boolean {
  for (let i = 0; i < 4; i++) {
    const difference = (version[i] ?? 0) - (minimum[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

/**
 * The desktop family's mark in a User-Agent: `OC/16.0.7766.2047` among the product tokens (R25). It is a compatibility rule, not a
 * security rule: the client names itself.
 * @returns `other` where there is no `OC/` token, `unreadable` where its version cannot be parsed
 */
function desktopVersion(userAgent: string | undefined): ClientVersion | 'other' | 'unreadable' {
  const token = /(?:^|[\s(;,])OC\/([^\s();,]*)/i.exec(userAgent ?? '')
  if (!token) return 'other'
  return parseClientVersion(token[1] ?? '') ?? 'unreadable'
}

/** Gate G5: may a client that names itself so send offline messages (DECISIONS 16)? */
export function clientMaySend(
  userAgent: string | undefined,
  rules: Pick<MessagingRules, 'minimumClientVersion' | 'otherClients'>,
): boolean {
  const version = desktopVersion(userAgent)
  if (version === 'other') return rules.otherClients === 'Allow'
  return version !== 'unreadable' && isAtLeast(version, rules.minimumClientVersion)
}

/** The first closed gate on the sender's side: G3, G4, G5 (offline-im section 4). */
export function closedGate(rules: MessagingRules, userAgent: string | undefined): OwnGate | undefined {
  if (rules.sending !== 'open') return rules.sending
  return clientMaySend(userAgent, rules) ? undefined : 'senderClient'
}
