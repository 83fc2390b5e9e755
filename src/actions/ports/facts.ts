import type { Account, AccountId, PersonalSettings } from '../../domain/account.ts'
import type { AccessLevel } from '../../domain/contact.ts'
import type { EffectivePolicy, MessagingRules, PolicyInstance } from '../../domain/policy.ts'
import type { SipUri } from '../../domain/sip-uri.ts'

/** Compiled and frozen: accounts, grants, effective policies, roles, blocks, settings. Memory only, never SQL (ARCHITECTURE, The hot path 3). */
export interface Facts {
  /** Grows with every change; UCWA's etags and caches hang on it. */
  readonly version: number
  account(id: AccountId): Account | undefined
  bySip(uri: SipUri): Account | undefined
  byUpn(upn: string): Account | undefined
  accounts(): Iterable<Account>
  readonly accountCount: number
  domains(): readonly string[]
  sites(): readonly Site[]
  tenantId(): string
  settings(id: AccountId): PersonalSettings
  rules(id: AccountId): MessagingRules
  /** `viewed`'s level for `viewer`; Colleagues where nothing was set. */
  accessLevel(viewed: AccountId, viewer: AccountId): AccessLevel
  /** Everybody to whom `viewed` gave a level, with it; Colleagues where one was given and taken back. */
  accessLevels(viewed: AccountId): ReadonlyMap<AccountId, AccessLevel>
  /** Privacy mode (M12): presence of `viewed` is for contacts alone, and `viewer` is not on that list. */
  keepsPresenceFrom(viewed: AccountId, viewer: AccountId): boolean
  policies(noun: string): readonly PolicyInstance[]
  /** @returns the instance whose identity equals `identity` without regard to case. */
  policy(noun: string, identity: string): PolicyInstance | undefined
  effectivePolicy(noun: string, id: AccountId): EffectivePolicy
  /** Name (`Tag:X`) of the granted per-user policy. */
  grant(noun: string, id: AccountId): string | undefined
  tenantGrant(noun: string): string | undefined
  roles(id: AccountId): readonly Role[]
  roleMembers(role: Role): readonly AccountId[]
}

export interface Site {
  readonly name: string
  readonly pools: readonly string[]
}

export const ROLES = [
  'CsAdministrator',
  'CsUserAdministrator',
  'CsHelpDesk',
  'CsViewOnlyAdministrator',
  'NpMessageReader',
] as const

export type Role = (typeof ROLES)[number]
