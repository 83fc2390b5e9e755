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
  readonly maxItems: number
  readonly announce: 'Messages' | 'Summary' | 'None'
  /** False only where `EnableAppearOffline` is False. */
  readonly appearOffline: boolean
  readonly html: boolean
  readonly emoticons: boolean
  readonly urls: boolean
  readonly imWarning: string | undefined
}
