import type { AccountId } from '../../domain/account.ts'
import type { Instant } from '../../domain/time.ts'

/** argon2id off the main thread, at most 4 at once and 100 waiting (SECURITY 31). */
export interface Passwords {
  /** @throws PasswordsBusy beyond the queue. */
  hash(password: string): Promise<string>
  /** Does the same work for an unknown account: give `undefined` (SECURITY 36). */
  verify(
    password: string,
    phc: string | undefined,
  ): Promise<{ readonly right: boolean; readonly weak: boolean }>
  /** Whether an imported text is a hash that `verify` can check: argon2id or scrypt in PHC form, within its limits. */
  canCheck(phc: string): boolean
}

export class PasswordsBusy extends Error {}

export type TokenKind = 'bearer' | 'cookie' | 'photo'

export interface TokenRecord {
  /** Names the token among those of its account; says nothing of the token itself. */
  readonly id: string
  readonly account: AccountId
  readonly kind: TokenKind
  readonly issued: Instant
  readonly expires: Instant
  readonly csrf: string | undefined
  readonly keep: boolean
  readonly from: TokenOrigin
}

/** Where a token was given out, as the other side said it; empty where it is not known. */
export interface TokenOrigin {
  /** IP address. */
  readonly address: string
  /** `User-Agent` of the request, cut to 300 characters. */
  readonly userAgent: string
}

/** A token that is good, and when it was used last: one of the person's devices (ux.md 1.2, Sessions). */
export interface SignedInDevice {
  readonly record: TokenRecord
  readonly used: Instant
}

/** Opaque tokens of which only the SHA-256 is kept (SECURITY 38). */
export interface Tokens {
  issue(token: {
    account: AccountId
    kind: TokenKind
    lifeMs: number
    idleMs: number
    keep?: boolean
    from?: TokenOrigin
  }): Promise<{ token: string; record: TokenRecord }>
  /** Checks and, unless `peek`, counts as use. */
  check(kind: TokenKind, token: string, options?: { peek?: boolean }): TokenRecord | undefined
  revoke(kind: TokenKind, token: string): Promise<void>
  /** Tokens of that person that are good, the one used last first. */
  devices(account: AccountId): readonly SignedInDevice[]
  /**
   * Revokes those of the person's tokens that are meant; gone from memory when this returns, from the disk when it resolves.
   * @returns the records of what was revoked
   */
  revokeThose(account: AccountId, meant: (record: TokenRecord) => boolean): Promise<readonly TokenRecord[]>
}

/** Failure counters shared by all doors; survive a restart (SECURITY 37). */
export interface Lockouts {
  /** Asked before the password is looked at. */
  gate(
    name: string,
    address: string,
  ):
    | { readonly kind: 'open'; readonly delayMs: number }
    | { readonly kind: 'refused'; readonly retryAfterMs: number }
  failed(name: string, address: string): void
  succeeded(name: string, address: string): void
  /** Unlock-NpAccount. */
  unlock(name: string): Promise<boolean>
}
