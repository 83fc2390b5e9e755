import { createHash } from 'node:crypto'
import type {
  SignedInDevice,
  TokenKind,
  TokenOrigin,
  TokenRecord,
  Tokens,
} from '../actions/ports/credentials.ts'
import type { Clock, Random } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import { after, type Instant, instant } from '../domain/time.ts'
import type { Behind, Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { Write } from './writes.ts'

const TOKEN_BYTES = 32
/** Use is written at most this often per token: idle times are hours, so a minute lost to a crash does not matter. */
const USE_EVERY_MS = 60_000
const SWEEP_EVERY_MS = 600_000
/** What a client says of itself is kept as it was said, but not without end. */
const MAX_USER_AGENT = 300
const NOWHERE: TokenOrigin = { address: '', userAgent: '' }

interface TokenRow {
  readonly hash: Uint8Array
  readonly account: number
  readonly kind: TokenKind
  readonly issued: number
  readonly expires: number
  readonly idle_ms: number
  readonly used: number
  readonly csrf: string | null
  readonly keep: number
  readonly address: string
  readonly user_agent: string
}

interface Known {
  readonly hash: Uint8Array
  readonly record: TokenRecord
  readonly idleMs: number
  used: number
  written: number
}

/** Opaque tokens of 256 bits; the file and the memory hold their SHA-256 only (SECURITY 38). */
export class StoredTokens implements Tokens, Behind {
  readonly #committer: Committer
  readonly #clock: Clock
  readonly #random: Random
  /** By kind and hash: a token of one kind is good for nothing else. */
  readonly #known = new Map<string, Known>()
  readonly #used = new Set<Known>()
  #sweptAt = 0

  constructor(committer: Committer, clock: Clock, random: Random) {
    this.#committer = committer
    this.#clock = clock
    this.#random = random
    committer.folds(this)
  }

  async load(engine: Engine): Promise<void> {
    const now = this.#clock.now()
    const rows = await engine.query<TokenRow>('select * from token')
    const over = rows.filter((row) => row.expires <= now)
    await this.#committer.add(...over.map(({ hash }) => ({ kind: 'removeToken', hash }) as const))
    for (const row of rows) {
      if (row.expires <= now) continue
      this.#known.set(keyOf(row.kind, row.hash), {
        hash: row.hash,
        idleMs: row.idle_ms,
        used: row.used,
        written: row.used,
        record: {
          id: idOf(row.hash),
          account: row.account as AccountId,
          kind: row.kind,
          issued: instant(row.issued),
          expires: instant(row.expires),
          csrf: row.csrf ?? undefined,
          keep: row.keep === 1,
          from: { address: row.address, userAgent: row.user_agent },
        },
      })
    }
  }

  async issue(token: {
    account: AccountId
    kind: TokenKind
    lifeMs: number
    idleMs: number
    keep?: boolean
    from?: TokenOrigin
  }): Promise<{ token: string; record: TokenRecord }> {
    const { account, kind, lifeMs, idleMs, keep = false, from = NOWHERE } = token
    const text = this.#random.token(TOKEN_BYTES)
    const hash = hashOf(text)
    const issued = this.#clock.now()
    if (issued - this.#sweptAt > SWEEP_EVERY_MS) this.#sweep(issued)
    const record: TokenRecord = {
      id: idOf(hash),
      account,
      kind,
      issued,
      expires: after(issued, lifeMs),
      csrf: kind === 'cookie' ? this.#random.token(TOKEN_BYTES) : undefined,
      keep,
      from: { address: from.address, userAgent: from.userAgent.slice(0, MAX_USER_AGENT) },
    }
    await this.#committer.add({
      kind: 'token',
      hash,
      account,
      token: kind,
      issued,
      expires: record.expires,
      idleMs,
      used: issued,
      csrf: record.csrf ?? null,
      keep: Number(keep),
      address: record.from.address,
      userAgent: record.from.userAgent,
    })
    this.#known.set(keyOf(kind, hash), { hash, record, idleMs, used: issued, written: issued })
    return { token: text, record }
  }

  check(kind: TokenKind, token: string, options?: { peek?: boolean }): TokenRecord | undefined {
    const known = this.#known.get(keyOf(kind, hashOf(token)))
    if (!known) return undefined
    const now = this.#clock.now()
    if (isOver(known, now)) {
      // Where the disk fails it is over all the same, and is looked at again when it is read.
      this.#forget(known).catch(() => {})
      return undefined
    }
    if (!options?.peek) this.#use(known, now)
    return known.record
  }

  async revoke(kind: TokenKind, token: string): Promise<void> {
    const known = this.#known.get(keyOf(kind, hashOf(token)))
    if (known) await this.#forget(known)
  }

  devices(account: AccountId): readonly SignedInDevice[] {
    const now = this.#clock.now()
    return this.#of(account)
      .filter((known) => !isOver(known, now))
      .map(({ record, used }) => ({ record, used: instant(used) }))
      .sort((a, b) => b.used - a.used)
  }

  async revokeThose(
    account: AccountId,
    meant: (record: TokenRecord) => boolean,
  ): Promise<readonly TokenRecord[]> {
    const those = this.#of(account).filter((known) => meant(known.record))
    await Promise.all(those.map((known) => this.#forget(known)))
    return those.map((known) => known.record)
  }

  /** From memory alone: the disk has lost them in the commit that ended them (`endSessions`). */
  forgetAll(account: AccountId): void {
    for (const known of this.#of(account)) this.#forgetHere(known)
  }

  #of(account: AccountId): readonly Known[] {
    return [...this.#known.values()].filter((known) => known.record.account === account)
  }

  /** Forgets what is over, when a new one is made: so there are never many more than are in use. */
  #sweep(now: Instant): void {
    this.#sweptAt = now
    // Nobody waits for these: a disk that fails now fails the token that is being made.
    for (const known of this.#known.values()) if (isOver(known, now)) this.#forget(known).catch(() => {})
  }

  take(): readonly Write[] {
    const writes = [...this.#used].map(
      ({ hash, used }): Write => ({
        kind: 'tokenUsed',
        hash,
        used,
      }),
    )
    this.#used.clear()
    return writes
  }

  #use(known: Known, now: Instant): void {
    known.used = now
    if (now - known.written < USE_EVERY_MS) return
    known.written = now
    this.#used.add(known)
    this.#committer.later()
  }

  /** From memory at once, whatever the disk says: a revoked token must not live on (SECURITY 38). */
  #forget(known: Known): Promise<void> {
    this.#forgetHere(known)
    return this.#committer.add({ kind: 'removeToken', hash: known.hash })
  }

  #forgetHere(known: Known): void {
    this.#known.delete(keyOf(known.record.kind, known.hash))
    this.#used.delete(known)
  }
}

function isOver(known: Known, now: Instant): boolean {
  return known.record.expires <= now || known.used + known.idleMs <= now
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

/** 96 bits of the hash: enough to tell tokens apart, and no way back to the token. */
function idOf(hash: Uint8Array): string {
  return Buffer.from(hash.subarray(0, 12)).toString('base64url')
}

function keyOf(kind: TokenKind, hash: Uint8Array): string {
  return `${kind} ${Buffer.from(hash).toString('base64')}`
}
