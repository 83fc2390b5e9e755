import type { Brand } from '../base/brand.ts'
import type { SipUri } from './sip-uri.ts'
import type { Instant } from './time.ts'

/** An account inside the server: a small integer. Addresses exist at the edges only. */
export type AccountId = Brand<number, 'AccountId'>

export type Language = 'en' | 'ja'

/** What the directory knows about a person beside the names; an absent attribute is `undefined`, never ''. */
export interface DirectoryAttributes {
  readonly firstName?: string
  readonly lastName?: string
  readonly phonetic?: string
  readonly department?: string
  readonly title?: string
  readonly company?: string
  readonly office?: string
  readonly city?: string
  readonly stateOrProvince?: string
  readonly country?: string
  readonly mail?: string
  readonly phone?: string
  readonly mobilePhone?: string
  readonly manager?: string
}

/** One person of the organisation, compiled and frozen in memory. */
export interface Account {
  readonly id: AccountId
  /** ObjectId of the cmdlets. */
  readonly guid: string
  readonly upn: string
  /** The SIP address; undefined until Enable-CsUser and after Disable-CsUser. */
  readonly sip: SipUri | undefined
  /** True: may sign in and be written to. False: suspended (Set-CsUser -Enabled $False). Undefined: never enabled, or removed from the service. */
  readonly enabled: boolean | undefined
  readonly displayName: string
  readonly directory: DirectoryAttributes
  readonly language: Language | undefined
  readonly registrarPool: string | undefined
  /** Name of the site of the registrar pool (cmdlets.md 1.1). */
  readonly site: string
  /** The password was made by us: works everywhere until changed, and the clients say so (DECISIONS 8). */
  readonly passwordMadeByUs: boolean
  /** Keys for signing in over SSH, as `parseSshPublicKey` writes them; absent: none. */
  readonly sshPublicKeys?: readonly string[]
  readonly created: Instant
  readonly changed: Instant
}

/** Personal settings of ucwa.md section 15; kept with the account. */
export interface PersonalSettings {
  readonly readReceipts: boolean
  readonly typing: boolean
  readonly language: Language | null
  readonly timeZone: string | null
  readonly notifications: 'full' | 'sender' | 'none'
  readonly sendWithEnter: boolean
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'compact'
  /** In the form of `quiet-hours.ts`, in the person's time zone; null leaves it to the organisation. */
  readonly quietHours: string | null
}

export const DEFAULT_SETTINGS: PersonalSettings = {
  readReceipts: true,
  typing: true,
  language: null,
  timeZone: null,
  notifications: 'full',
  sendWithEnter: true,
  theme: 'system',
  density: 'comfortable',
  quietHours: null,
}

/** What one change says of the settings, and nothing else of them. */
export function changedSettings(
  before: PersonalSettings,
  after: PersonalSettings,
): Partial<PersonalSettings> {
  const had: Readonly<Record<string, unknown>> = { ...before }
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== had[name]))
}

/** Can be written to and may sign in (gate G1). */
export function isInService(account: Account): account is Account & { sip: SipUri } {
  return account.enabled === true && account.sip !== undefined
}
