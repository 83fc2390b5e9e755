import type { Account, AccountId, PersonalSettings } from '../../domain/account.ts'
import type { AccountPatch } from '../../domain/account-patch.ts'
import type { AccessLevel, ContactList, GroupId } from '../../domain/contact.ts'
import type { ListEdit } from '../../domain/list-edit.ts'
import type { PolicyInstance } from '../../domain/policy.ts'
import type { Choice, Frozen, Note } from '../../domain/presence.ts'
import type { Instant } from '../../domain/time.ts'
import type { Role } from './facts.ts'

/** One change of what administrators and people configure. The store turns each into writes; facts follow in the same turn. */
export type Change =
  | { readonly kind: 'putAccount'; readonly account: Account }
  /** What differs, laid over the account as it is when its turn comes; nothing when it is gone by then. */
  | { readonly kind: 'patchAccount'; readonly id: AccountId; readonly patch: AccountPatch }
  | { readonly kind: 'removeAccount'; readonly id: AccountId }
  | { readonly kind: 'putSecrets'; readonly id: AccountId; readonly secrets: Secrets }
  /** Every token of the person ends with this commit and not before it: until then the old password makes new ones (SECURITY 38). */
  | { readonly kind: 'endSessions'; readonly id: AccountId }
  | { readonly kind: 'putSipSignIn'; readonly id: AccountId; readonly allowed: boolean }
  | { readonly kind: 'putPolicy'; readonly policy: PolicyInstance }
  /** `policy.values` over what the instance has when its turn comes, `lists` as changes of its lists: two administrators lose neither. */
  | {
      readonly kind: 'patchPolicy'
      readonly policy: PolicyInstance
      readonly lists?: Readonly<Record<string, readonly ListEdit[]>>
    }
  | { readonly kind: 'removePolicy'; readonly noun: string; readonly identity: string }
  | { readonly kind: 'grant'; readonly noun: string; readonly id: AccountId; readonly policy: string | null }
  | { readonly kind: 'grantTenant'; readonly noun: string; readonly policy: string | null }
  | { readonly kind: 'addRole'; readonly role: Role; readonly id: AccountId }
  | { readonly kind: 'removeRole'; readonly role: Role; readonly id: AccountId }
  | { readonly kind: 'putSettings'; readonly id: AccountId; readonly settings: PersonalSettings }
  | {
      readonly kind: 'patchSettings'
      readonly id: AccountId
      readonly settings: Partial<PersonalSettings>
    }
  | {
      readonly kind: 'putPresence'
      readonly id: AccountId
      readonly choice: Choice | undefined
      readonly note: Note | undefined
      readonly location: string | undefined
      readonly frozen?: Frozen | undefined
    }
  | {
      readonly kind: 'putAccessLevel'
      readonly owner: AccountId
      readonly other: AccountId
      readonly level: AccessLevel
    }
  | { readonly kind: 'putGroup'; readonly owner: AccountId; readonly id: GroupId; readonly name: string }
  | { readonly kind: 'removeGroup'; readonly owner: AccountId; readonly id: GroupId }
  | {
      readonly kind: 'addContact'
      readonly owner: AccountId
      readonly contact: AccountId
      readonly group: GroupId
    }
  | {
      readonly kind: 'removeContact'
      readonly owner: AccountId
      readonly contact: AccountId
      readonly group: GroupId | undefined
    }
  | { readonly kind: 'putServerValue'; readonly name: string; readonly value: string }

/** What sign-in needs; password-equivalents are encrypted at rest by the store (SECURITY 32). Undefined leaves a value, null deletes it. */
export interface Secrets {
  /** PHC string of argon2id or scrypt. */
  readonly passwordHash?: string | null
  /** 32 hexadecimal digits (MD4 of UTF-16LE). */
  readonly ntHash?: string | null
  /** MD5 hexadecimal for `user` and for `user@domain` (SECURITY 32). */
  readonly ha1?: { readonly user: string; readonly address: string } | null
}

/** One audit record before it is chained (INTERFACES 5, SECURITY 59). */
export interface AuditEntry {
  readonly time: Instant
  readonly who: string
  readonly role: string | null
  readonly from: string
  readonly door: string
  readonly invocation: string
  readonly cmdlet: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly targetObject: string | null
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly result: string
}

export interface AuditRecord extends AuditEntry {
  readonly number: number
  readonly node: string
  readonly hash: string
}

/** Configuration and its audit records commit together or not at all; when the promise resolves facts are compiled and the bus has been told. */
export interface Ledger {
  commit(changes: readonly Change[], audit: readonly AuditEntry[]): Promise<void>
  /** Numbers that are never used again, also not after a removal (R48). */
  newAccountId(): AccountId
  newGroupId(): GroupId
  secrets(id: AccountId): Promise<Secrets>
  sipSignIn(
    id: AccountId,
  ): Promise<{ readonly allowed: boolean; readonly digest: 'Ready' | 'NeedsPassword' | 'Off' }>
  serverValue(name: string): string | undefined
  /** What people chose and wrote (`putPresence`), for the presence board at start. */
  presences(): Promise<readonly StoredPresence[]>
}

export interface StoredPresence {
  readonly id: AccountId
  readonly choice: Choice | undefined
  readonly note: Note | undefined
  readonly location: string | undefined
  /** What others see of somebody who appears offline: a restart shows nothing new of them (DECISIONS 15c). */
  readonly frozen?: Frozen | undefined
}

export interface Audit {
  /** Oldest first, streamed. */
  find(query: {
    since?: Instant
    cmdlet?: string
    who?: string
    targetObject?: string
  }): AsyncIterable<AuditRecord>
  /** @returns the number of the first record whose hash does not fit, or undefined. */
  verify(): Promise<number | undefined>
}

export interface Contacts {
  list(owner: AccountId): Promise<ContactList>
  /** Who has `contact` on the list: watchers of Disable-CsUser. */
  owners(contact: AccountId): Promise<readonly AccountId[]>
}
