import type { Facts, Role, Site } from '../actions/ports/facts.ts'
import { type Account, type AccountId, DEFAULT_SETTINGS, type PersonalSettings } from '../domain/account.ts'
import type { AccessLevel } from '../domain/contact.ts'
import { compileMessagingRules } from '../domain/policies/messaging-rules.ts'
import {
  type EffectivePolicy,
  effectiveInstance,
  type MessagingRules,
  type PolicyInstance,
} from '../domain/policy.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import { type AccountRow, readAccount } from './accounts.ts'
import type { Engine } from './engine.ts'
import type { WholeChange } from './newest.ts'

/** What the configuration says of the organisation; the rest of the facts is stored. */
export interface Organisation {
  readonly domains: readonly string[]
  /** At least one (DECISIONS 17). */
  readonly sites: readonly Site[]
}

/** Account 0 of `policy_grant` stands for the whole tenant. */
export const TENANT = 0

const NO_LEVELS: ReadonlyMap<AccountId, AccessLevel> = new Map()

/** Accounts, grants and policies as frozen values: whoever decides reads no SQL (ARCHITECTURE, The hot path 3). */
export class CompiledFacts implements Facts {
  #version = 1
  readonly #organisation: Organisation
  readonly #isContact: (owner: AccountId, contact: AccountId) => boolean
  #tenantId = ''
  readonly #accounts = new Map<AccountId, Account>()
  readonly #bySip = new Map<string, Account>()
  readonly #byUpn = new Map<string, Account>()
  readonly #settings = new Map<AccountId, PersonalSettings>()
  /** noun → lower-case identity → instance. */
  readonly #policies = new Map<string, Map<string, PolicyInstance>>()
  /** noun → account (or TENANT) → `Tag:X`. */
  readonly #grants = new Map<string, Map<number, string>>()
  readonly #roles = new Map<Role, Set<AccountId>>()
  readonly #levels = new Map<AccountId, Map<AccountId, AccessLevel>>()
  readonly #rules = new Map<AccountId, MessagingRules>()

  /** @param isContact whether the second is on the contact list of the first; asked in privacy mode alone */
  constructor(
    organisation: Organisation,
    isContact: (owner: AccountId, contact: AccountId) => boolean = () => false,
  ) {
    this.#organisation = organisation
    this.#isContact = isContact
  }

  get version(): number {
    return this.#version
  }

  get accountCount(): number {
    return this.#accounts.size
  }

  account(id: AccountId): Account | undefined {
    return this.#accounts.get(id)
  }

  bySip(uri: SipUri): Account | undefined {
    return this.#bySip.get(uri)
  }

  byUpn(upn: string): Account | undefined {
    return this.#byUpn.get(upn.toLowerCase())
  }

  accounts(): Iterable<Account> {
    return this.#accounts.values()
  }

  domains(): readonly string[] {
    return this.#organisation.domains
  }

  sites(): readonly Site[] {
    return this.#organisation.sites
  }

  tenantId(): string {
    return this.#tenantId
  }

  settings(id: AccountId): PersonalSettings {
    return this.#settings.get(id) ?? DEFAULT_SETTINGS
  }

  rules(id: AccountId): MessagingRules {
    const known = this.#rules.get(id)
    if (known) return known
    // One and the same instance twice: as a sender the person's own (G3), as a recipient that of the site (G6).
    const { instance: configuration } = this.effectivePolicy('CsImConfiguration', id)
    const { instance: client } = this.effectivePolicy('CsClientPolicy', id)
    const { instance: privacy } = this.effectivePolicy('CsPrivacyConfiguration', id)
    const rules = Object.freeze(compileMessagingRules(client, configuration, configuration, privacy))
    this.#rules.set(id, rules)
    return rules
  }

  accessLevel(viewed: AccountId, viewer: AccountId): AccessLevel {
    return this.#levels.get(viewed)?.get(viewer) ?? 'Colleagues'
  }

  accessLevels(viewed: AccountId): ReadonlyMap<AccountId, AccessLevel> {
    return this.#levels.get(viewed) ?? NO_LEVELS
  }

  keepsPresenceFrom(viewed: AccountId, viewer: AccountId): boolean {
    return this.rules(viewed).privacyMode && !this.#isContact(viewed, viewer)
  }

  /** Whether anybody's presence is for contacts alone: then somebody has to know the contacts. */
  get anyPrivacyMode(): boolean {
    return this.policies('CsPrivacyConfiguration').some(({ values }) => values.EnablePrivacyMode === true)
  }

  policies(noun: string): readonly PolicyInstance[] {
    return [...(this.#policies.get(noun)?.values() ?? [])]
  }

  policy(noun: string, identity: string): PolicyInstance | undefined {
    return this.#policies.get(noun)?.get(identity.toLowerCase())
  }

  effectivePolicy(noun: string, id: AccountId): EffectivePolicy {
    const account = this.#accounts.get(id)
    return effectiveInstance(noun, (identity) => this.policy(noun, identity), {
      grant: this.grant(noun, id),
      tenantGrant: this.tenantGrant(noun),
      pool: account?.registrarPool,
      site: account?.site ?? '',
    })
  }

  grant(noun: string, id: AccountId): string | undefined {
    return this.#grants.get(noun)?.get(id)
  }

  tenantGrant(noun: string): string | undefined {
    return this.#grants.get(noun)?.get(TENANT)
  }

  roles(id: AccountId): readonly Role[] {
    return [...this.#roles].filter(([, members]) => members.has(id)).map(([role]) => role)
  }

  roleMembers(role: Role): readonly AccountId[] {
    return [...(this.#roles.get(role) ?? [])]
  }

  /** Reads everything once, at start. */
  async load(engine: Engine): Promise<void> {
    for (const row of await engine.query<AccountRow>('select * from account order by id')) {
      this.#putAccount(readAccount(row))
    }
    const settings = await engine.query<{ account: number; data: string }>(
      'select account, data from setting',
    )
    for (const row of settings) {
      this.apply({ kind: 'putSettings', id: row.account as AccountId, settings: JSON.parse(row.data) })
    }
    const policies = await engine.query<{ noun: string; identity: string; settings: string }>(
      'select noun, identity, settings from policy order by noun, name',
    )
    for (const { noun, identity, settings: values } of policies) {
      this.apply({ kind: 'putPolicy', policy: { noun, identity, values: JSON.parse(values) } })
    }
    const grants = await engine.query<{ noun: string; account: number; policy: string }>(
      'select noun, account, policy from policy_grant',
    )
    for (const row of grants) this.#putGrant(row.noun, row.account, row.policy)
    const members = await engine.query<{ role: Role; account: number }>(
      'select role, account from role_member',
    )
    for (const row of members) this.apply({ kind: 'addRole', role: row.role, id: row.account as AccountId })
    const levels = await engine.query<{ owner: number; other: number; level: AccessLevel }>(
      'select owner, other, level from access_level',
    )
    for (const { owner, other, level } of levels) {
      this.apply({ kind: 'putAccessLevel', owner: owner as AccountId, other: other as AccountId, level })
    }
  }

  setTenantId(id: string): void {
    this.#tenantId = id
  }

  /** One committed change. Changes that are no facts (secrets, contacts, presence) only move the version. */
  apply(change: WholeChange): void {
    this.#version += 1
    switch (change.kind) {
      case 'putAccount':
        this.#putAccount(change.account)
        break
      case 'removeAccount':
        this.#removeAccount(change.id)
        break
      case 'putSettings':
        this.#settings.set(change.id, Object.freeze({ ...DEFAULT_SETTINGS, ...change.settings }))
        break
      case 'putPolicy':
        this.#putPolicy(change.policy)
        break
      case 'removePolicy':
        this.#policies.get(change.noun)?.delete(change.identity.toLowerCase())
        this.#rules.clear()
        break
      case 'grant':
        this.#putGrant(change.noun, change.id, change.policy)
        break
      case 'grantTenant':
        this.#putGrant(change.noun, TENANT, change.policy)
        break
      case 'addRole':
        entry(this.#roles, change.role, () => new Set<AccountId>()).add(change.id)
        break
      case 'removeRole':
        this.#roles.get(change.role)?.delete(change.id)
        break
      case 'putAccessLevel':
        entry(this.#levels, change.owner, () => new Map<AccountId, AccessLevel>()).set(
          change.other,
          change.level,
        )
        break
      default:
    }
  }

  #putAccount(account: Account): void {
    this.#forgetNames(account.id)
    const site = this.#organisation.sites.find((s) => s.pools.includes(account.registrarPool ?? ''))
    const compiled = Object.freeze({
      ...account,
      site: site?.name ?? this.#organisation.sites[0]?.name ?? account.site,
      directory: Object.freeze({ ...account.directory }),
    })
    this.#accounts.set(account.id, compiled)
    this.#byUpn.set(account.upn.toLowerCase(), compiled)
    if (account.sip) this.#bySip.set(account.sip, compiled)
    this.#rules.delete(account.id)
  }

  #removeAccount(id: AccountId): void {
    this.#forgetNames(id)
    this.#accounts.delete(id)
    this.#settings.delete(id)
    this.#rules.delete(id)
    this.#levels.delete(id)
    for (const others of this.#levels.values()) others.delete(id)
    for (const members of this.#roles.values()) members.delete(id)
    for (const grants of this.#grants.values()) grants.delete(id)
  }

  #forgetNames(id: AccountId): void {
    const before = this.#accounts.get(id)
    if (!before) return
    this.#byUpn.delete(before.upn.toLowerCase())
    if (before.sip) this.#bySip.delete(before.sip)
  }

  #putPolicy(policy: PolicyInstance): void {
    const instances = entry(this.#policies, policy.noun, () => new Map<string, PolicyInstance>())
    const key = policy.identity.toLowerCase()
    // The spelling first given is the one that is shown (cmdlets.md 1.1).
    const identity = instances.get(key)?.identity ?? policy.identity
    instances.set(key, Object.freeze({ ...policy, identity }))
    this.#rules.clear()
  }

  #putGrant(noun: string, account: number, policy: string | null): void {
    const grants = entry(this.#grants, noun, () => new Map<number, string>())
    if (policy === null) grants.delete(account)
    else grants.set(account, policy)
    if (account === TENANT) this.#rules.clear()
    else this.#rules.delete(account as AccountId)
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
