/** A sentence in both languages; a missing one does not compile. */
export interface Bilingual {
  readonly en: string
  readonly ja: string
}

/** Plain values that policies hold and the store keeps as JSON. `null` is unset: the default of the definition (R18). */
export type PolicyValue =
  | null
  | boolean
  | number
  | string
  | readonly string[]
  | readonly Readonly<Record<string, string | number | boolean | null>>[]

/** One stored instance of a policy or settings collection, e.g. CsClientPolicy `Tag:OfflineIM`. */
export interface PolicyInstance {
  /** Noun of the cmdlets: `CsClientPolicy`. */
  readonly noun: string
  /** `Global`, `Site:Redmond`, `Registrar:pool.example.com`, `Tag:OfflineIM`; spelling as first given. */
  readonly identity: string
  /** By property name as the cmdlets show it; a property that is absent is unset. */
  readonly values: Readonly<Record<string, PolicyValue>>
}

export type PolicySource = 'User' | 'Tenant' | 'Service' | 'Site' | 'Global'

/** The instance that holds for one account, and by which level of precedence (R18). */
export interface EffectivePolicy {
  readonly instance: PolicyInstance
  readonly source: PolicySource
}

/** What the messaging path needs to know of one account's policies: compiled once, read without SQL (offline-im sections 4, 5, 10). */
export interface MessagingRules {
  /** As a sender: first closed gate of G3 and G4 (with `OfflineIMEnabled`). */
  readonly sending: 'open' | 'deploymentOff' | 'senderPolicy'
  /** `OfflineIMMinimumClientVersion`, four numbers. */
  readonly minimumClientVersion: readonly [number, number, number, number]
  readonly otherClients: 'Allow' | 'Refuse'
  readonly readReceipts: boolean
  /** Live messages are kept in this person's Conversation History (`EnableIMAutoArchiving` is not False). */
  readonly archives: boolean
  /** As a recipient: `EnableOfflineIm` at the person's own site (G6). */
  readonly siteAccepts: boolean
  readonly batchSeconds: number
  readonly inviteSeconds: number
  readonly retentionDays: number
  /** undefined: the server's own limit holds. */
  readonly maxItems: number | undefined
  readonly announce: 'Messages' | 'Summary' | 'None'
  /** Presence is shown to the person's contacts alone (`EnablePrivacyMode`, M12). */
  readonly privacyMode: boolean
  /** False only where `EnableAppearOffline` is False. */
  readonly appearOffline: boolean
  readonly html: boolean
  readonly emoticons: boolean
  readonly urls: boolean
  readonly imWarning: string | undefined
}

/** What a setting holds; the conversion and its messages are the cmdlets' business. Durations are text (`00:05:00`) in the store. */
export type SettingType =
  | { readonly kind: 'flag' }
  | { readonly kind: 'text'; readonly maxLength?: number }
  | {
      readonly kind: 'count'
      readonly type: 'UInt16' | 'UInt32' | 'Int32'
      readonly min?: number
      readonly max?: number
    }
  | { readonly kind: 'span'; readonly minMs?: number; readonly maxMs?: number }
  | { readonly kind: 'choice'; readonly typeName: string; readonly values: readonly string[] }
  /** A list of objects that one column names: pairs of `PolicyEntry`, rules of a client version policy. */
  | {
      readonly kind: 'records'
      readonly typeName: string
      readonly key: string
      readonly columns: Readonly<Record<string, Setting>>
    }
  | { readonly kind: 'texts' }

/** One property of a policy. `T` is what reading it gives. */
export interface Setting<T extends PolicyValue = PolicyValue> {
  readonly type: SettingType
  readonly default: T
  /** False: kept and shown, without effect; the cmdlets warn. */
  readonly acts: boolean
  readonly help: Bilingual
}

/** A value the original has no parameter for, kept as a pair in `PolicyEntry` (R24). */
export interface Entry<T = unknown> {
  readonly default: T
  /** @returns undefined for a text that is no value of this entry: the default holds. */
  readonly parse: (text: string) => T | undefined
  /** What may be written, for warnings and help. */
  readonly form: string
  readonly help: Bilingual
}

export type PolicyScope = 'Global' | 'Site' | 'Registrar' | 'UserServer' | 'Tag'

/** One policy or settings collection; its cmdlets derive from it (STYLE 8). */
export interface PolicyDefinition {
  readonly noun: string
  /** .NET type of the objects. */
  readonly typeName: string
  /** Policies with the scope Tag can be granted to users; settings collections have none. */
  readonly scopes: readonly PolicyScope[]
  /** Property of user objects and of Get-CsEffectivePolicy that names it, where there is one. */
  readonly userProperty?: string
  readonly what: Bilingual
  /** Get- also takes -Include and -ApplicableTo of the hosted generation. */
  readonly hosted?: boolean
  /** Lines that Get-Help shows, by verb. */
  readonly examples?: Readonly<
    Partial<
      Record<
        'Get' | 'Set' | 'New' | 'Remove' | 'Grant',
        readonly { readonly line: string; readonly help: Bilingual }[]
      >
    >
  >
  readonly settings: Readonly<Record<string, Setting>>
  readonly entries?: Readonly<Record<string, Entry>>
}

/** @throws when a definition contradicts itself. */
export function definePolicy<const D extends PolicyDefinition>(definition: D): D {
  for (const [name, setting] of Object.entries<Setting>(definition.settings)) {
    if (setting.type.kind === 'choice' && setting.default !== null) {
      if (!setting.type.values.includes(String(setting.default)))
        throw new Error(`${definition.noun} ${name}: the default is no member`)
    }
  }
  return definition
}

/** The values of a policy by property name; unset ones are defaults already. */
export type PolicyValues<D extends PolicyDefinition> = {
  readonly [K in keyof D['settings']]: D['settings'][K] extends Setting<infer T> ? T : never
}

/** Reads an instance for acting on it: what is absent or `null` is its default, never that of another instance (R18). */
export function policyValues<D extends PolicyDefinition>(
  definition: D,
  instance: PolicyInstance,
): PolicyValues<D> {
  const values: Record<string, PolicyValue> = {}
  for (const [name, setting] of Object.entries<Setting>(definition.settings))
    values[name] = instance.values[name] ?? setting.default
  // The store holds what the cmdlets converted by this same definition.
  return values as PolicyValues<D>
}

/** Reads an instance for showing it: what was never set is its default, what was cleared with `$null` is null. */
export function shownValue(setting: Setting, instance: PolicyInstance, name: string): PolicyValue {
  const value = instance.values[name]
  return value === undefined ? setting.default : value
}

/** Reads one entry of `PolicyEntry`; names without regard to case, a text that is no value is the default. */
export function entryValue<T>(entry: Entry<T>, name: string, instance: PolicyInstance): T {
  const pairs = instance.values.PolicyEntry
  if (!Array.isArray(pairs)) return entry.default
  const wanted = name.toLowerCase()
  for (const pair of pairs as readonly Readonly<Record<string, unknown>>[]) {
    if (String(pair.Name).toLowerCase() === wanted)
      return entry.parse(String(pair.Value).trim()) ?? entry.default
  }
  return entry.default
}

/** Where a person stands, for precedence. `grant` and `tenantGrant` are identities (`Tag:OfflineIM`). */
export interface PolicyPlace {
  readonly grant: string | undefined
  readonly tenantGrant: string | undefined
  readonly pool: string | undefined
  readonly site: string
}

/**
 * Which instance holds for a person: user, tenant, service, site, global; the first that exists wins as a whole (DECISIONS 17).
 * A grant of a policy that was removed is void. Global exists always: with defaults where nobody has changed it.
 * @param find an instance by identity, without regard to case
 */
export function effectiveInstance(
  noun: string,
  find: (identity: string) => PolicyInstance | undefined,
  place: PolicyPlace,
): EffectivePolicy {
  const pool = place.pool
  const candidates: readonly (readonly [PolicySource, string | undefined])[] = [
    ['User', place.grant],
    ['Tenant', place.tenantGrant],
    ['Service', pool && `Registrar:${pool}`],
    ['Service', pool && `UserServer:${pool}`],
    ['Site', `Site:${place.site}`],
  ]
  for (const [source, identity] of candidates) {
    const instance = identity === undefined ? undefined : find(identity)
    if (instance !== undefined) return { instance, source }
  }
  return { instance: find('Global') ?? { noun, identity: 'Global', values: {} }, source: 'Global' }
}
