/** View codes of a row; `gone` is what its side removed, `expired` what waited too long. Neither is shown to the recipient. */
export const RECIPIENT_CODE = { inbox: 0, history: 1, none: 2, gone: 3, expired: 4 } as const
export const SENDER_CODE = { sent: 0, history: 1, none: 2 } as const
export const MARK_CODE = { delivered: 0, read: 1 } as const
export const TRACE_CODE = { refused: 0, moved: 1 } as const

/** One message for the log. The engine fills in `seq`. */
export interface AppendWrite {
  readonly kind: 'append'
  seq: number
  /** How far its place lies from its own time, in µs (place.ts). */
  drift: number
  readonly recipient: number
  readonly sender: number
  readonly thread: number
  readonly batch: number
  readonly at: number
  readonly reason: number
  readonly rview: number
  readonly sview: number
  readonly until: number
  readonly key: Uint8Array | null
  /** SHA-256 of an `Idempotency-Key`, cut to 16 octets; kept in a table of its own for 24 h. */
  readonly idempotency: Uint8Array | undefined
  readonly type: number
  readonly body: Uint8Array
  /** Names at sending time, for the sides of the thread (R49). */
  readonly senderName: string
  readonly recipientName: string
}

/** A thread that nobody has written in; opening it twice gives the same `id`, which the engine fills in. */
export interface OpenThreadWrite {
  readonly kind: 'openThread'
  id: number
  readonly low: number
  readonly high: number
  readonly externalId: string
  readonly subject: string | null
  readonly importance: number
}

/** What one side of a thread gains by the rows that are folded into it. */
export interface SideWrite {
  readonly kind: 'side'
  readonly owner: number
  readonly thread: number
  readonly peer: number
  readonly pair: number
  readonly up: number
  readonly peerName: string
  readonly unread: number
  readonly unreadInbox: number
  readonly inbox: number
  readonly inboxBytes: number
  readonly history: number
  readonly sent: number
  readonly lastAt: number
  readonly minUntil: number
}

/** One line of the table `trace`. */
export interface TraceLine {
  readonly at: number
  readonly line: number
  readonly sender: number
  readonly recipient: number
  readonly address: string
  readonly thread: number
  readonly seq: number
  readonly upTo: number
  readonly reason: string
  readonly client: string | null
  readonly count: number
}

interface Row {
  readonly recipient: number
  readonly seq: number
}
interface Side {
  readonly owner: number
  readonly thread: number
}

/** Everything that can be written, one statement or a few for each kind: a new kind is a line here and one in `statements.ts`. */
export type Write = AppendWrite | OpenThreadWrite | PlainWrite

export type PlainWrite =
  | SideWrite
  | {
      readonly kind: 'line'
      readonly pair: number
      readonly place: number
      readonly up: number
      readonly seq: number
      readonly thread: number
    }
  | { readonly kind: 'counter'; readonly name: string; readonly value: number }
  | { readonly kind: 'views'; readonly recipient: number; readonly seq: number; rview: number; sview: number }
  | ({ readonly kind: 'empty'; readonly until: number } & Row)
  | ({ readonly kind: 'until'; readonly until: number } & Row)
  | ({ readonly kind: 'remove'; readonly pair: number; readonly place: number; readonly up: number } & Row)
  /** Which moment its newest line is of; counts follow the rows by themselves. */
  | ({ readonly kind: 'lastAt' } & Side)
  /** Expiry has seen a side up to the place `after`: nothing of it is due before `until`. */
  | ({ readonly kind: 'raiseUntil'; readonly until: number; readonly after: number } & Side)
  /** Counts again what lies above `place`. */
  | ({ readonly kind: 'readUpTo'; readonly upTo: number; readonly place: number } & Side)
  /** Counts what lies up to `place`. */
  | ({ readonly kind: 'readStretch'; readonly upTo: number; readonly place: number } & Side)
  | ({ readonly kind: 'unreadFrom'; readonly from: number; readonly place: number } & Side)
  | ({ readonly kind: 'clearSide' } & Side)
  /** A stretch of what was cleared: the rows themselves, after the place `from` and up to `upTo`. */
  | ({ readonly kind: 'sweepSide'; readonly from: number; readonly upTo: number } & Side)
  | {
      readonly kind: 'mark'
      readonly recipient: number
      readonly thread: number
      readonly mark: number
      readonly upTo: number
      readonly at: number | null
      /** When it was earned while it is withheld; else null. */
      readonly held: number | null
    }
  | {
      readonly kind: 'releaseMarks'
      readonly recipient: number
      readonly thread: number
      readonly at: number
    }
  | { readonly kind: 'releaseAllMarks'; readonly recipient: number; readonly at: number }
  | {
      readonly kind: 'position'
      readonly owner: number
      readonly endpoint: string
      readonly cursor: number
      readonly settled: string
      readonly at: number
    }
  | { readonly kind: 'forgetPositions'; readonly before: number }
  | { readonly kind: 'forgetPosition'; readonly owner: number; readonly endpoint: string }
  | {
      readonly kind: 'idempotency'
      readonly hash: Uint8Array
      readonly recipient: number
      readonly seq: number
      readonly at: number
    }
  | { readonly kind: 'forgetIdempotency'; readonly before: number }
  | ({ readonly kind: 'trace' } & TraceLine)
  | { readonly kind: 'forgetTraces'; readonly before: number }
  | { readonly kind: 'keepNewestTraces'; readonly newest: number }
  | { readonly kind: 'server'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'account'
      readonly id: number
      readonly guid: string
      readonly upn: string
      readonly sip: string | null
      readonly enabled: number | null
      readonly displayName: string
      readonly directory: string
      readonly language: string | null
      readonly pool: string | null
      readonly site: string
      readonly madeByUs: number
      readonly created: number
      readonly changed: number
    }
  | { readonly kind: 'removeAccount'; readonly id: number }
  | { readonly kind: 'passwordHash'; readonly account: number; readonly hash: string | null }
  | { readonly kind: 'ntHash'; readonly account: number; readonly hash: Uint8Array | null }
  | { readonly kind: 'ha1'; readonly account: number; readonly hash: Uint8Array | null }
  | { readonly kind: 'sipSignIn'; readonly account: number; readonly allowed: number }
  | {
      readonly kind: 'policy'
      readonly noun: string
      readonly name: string
      readonly identity: string
      readonly settings: string
    }
  | { readonly kind: 'removePolicy'; readonly noun: string; readonly name: string }
  | { readonly kind: 'grant'; readonly noun: string; readonly account: number; readonly policy: string }
  | { readonly kind: 'removeGrant'; readonly noun: string; readonly account: number }
  | { readonly kind: 'addRole'; readonly role: string; readonly account: number }
  | { readonly kind: 'removeRole'; readonly role: string; readonly account: number }
  | { readonly kind: 'setting'; readonly account: number; readonly data: string }
  | { readonly kind: 'presence'; readonly account: number; readonly data: string }
  | { readonly kind: 'accessLevel'; readonly owner: number; readonly other: number; readonly level: string }
  | { readonly kind: 'group'; readonly owner: number; readonly id: number; readonly name: string }
  | { readonly kind: 'removeGroup'; readonly owner: number; readonly id: number }
  | {
      readonly kind: 'contact'
      readonly owner: number
      readonly contact: number
      readonly group: number
      readonly added: number
    }
  | {
      readonly kind: 'removeContact'
      readonly owner: number
      readonly contact: number
      /** Null: from every group. */
      readonly group: number | null
    }
  | {
      readonly kind: 'audit'
      readonly node: string
      readonly number: number
      readonly at: number
      readonly who: string
      readonly cmdlet: string
      readonly target: string | null
      readonly entry: string
      readonly hash: string
    }
  | {
      readonly kind: 'token'
      readonly hash: Uint8Array
      readonly account: number
      readonly token: string
      readonly issued: number
      readonly expires: number
      readonly idleMs: number
      readonly used: number
      readonly csrf: string | null
      readonly keep: number
      readonly address: string
      readonly userAgent: string
    }
  | { readonly kind: 'tokenUsed'; readonly hash: Uint8Array; readonly used: number }
  | { readonly kind: 'removeToken'; readonly hash: Uint8Array }
  | { readonly kind: 'removeTokens'; readonly account: number }
  | {
      readonly kind: 'lockout'
      readonly name: string
      readonly address: string
      readonly failures: string
    }
  | { readonly kind: 'removeLockout'; readonly name: string; readonly address: string }
