import type { Facts } from '../actions/ports/facts.ts'
import type { PsObject, PsValue } from '../base/ps-value.ts'
import { psObject } from '../base/ps-value.ts'
import type { Account } from '../domain/account.ts'
import { withoutScheme } from '../domain/sip-uri.ts'
import { aliasOf, distinguishedName, withoutTag } from './identity.ts'

/** What the columns of a user object are read from; `grants` are changes of this invocation that are not compiled yet. */
export interface UserView {
  readonly facts: Facts
  readonly account: Account
  readonly grants?: Readonly<Record<string, string | null>>
}

type Column = (view: UserView) => PsValue

const text = (value: string | undefined): PsValue => value ?? null
const none: Column = () => null
const inService =
  (value: PsValue): Column =>
  ({ account }) =>
    account.sip === undefined ? null : value

const granted =
  (noun: string): Column =>
  ({ facts, account, grants }) => {
    const own = grants?.[noun]
    const name = own === undefined ? facts.grant(noun, account.id) : own
    return name === undefined || name === null ? null : withoutTag(name)
  }

/** Properties of user objects in the order of the reference (cmdlets.md 4.3); columns of what we do not have are null. */
const COLUMNS: Readonly<Record<string, Column>> = {
  Identity: ({ facts, account }) => distinguishedName(facts, account),
  DistinguishedName: ({ facts, account }) => distinguishedName(facts, account),
  ObjectId: ({ account }) => ({ kind: 'guid', text: account.guid }),
  Guid: ({ account }) => ({ kind: 'guid', text: account.guid }),
  TenantId: ({ facts }) => ({ kind: 'guid', text: facts.tenantId() }),
  DisplayName: ({ account }) => account.displayName,
  Name: ({ account }) => account.displayName,
  FirstName: ({ account }) => text(account.directory.firstName),
  LastName: ({ account }) => text(account.directory.lastName),
  SamAccountName: ({ account }) => aliasOf(account),
  UserPrincipalName: ({ account }) => account.upn,
  SipAddress: ({ account }) => account.sip ?? null,
  SipProxyAddress: ({ account }) => account.sip ?? null,
  ProxyAddresses: ({ account }) => {
    const mail = account.directory.mail
    const addresses = mail === undefined ? [] : [`SMTP:${mail}`]
    return account.sip === undefined ? addresses : [...addresses, `sip:${withoutScheme(account.sip)}`]
  },
  WindowsEmailAddress: ({ account }) => text(account.directory.mail),
  Enabled: ({ account }) => account.enabled ?? null,
  HostingProvider: inService('SRV:'),
  RegistrarPool: ({ account }) => (account.sip === undefined ? null : text(account.registrarPool)),
  EnabledForFederation: inService(false),
  EnabledForInternetAccess: inService(true),
  EnabledForRichPresence: inService(true),
  AudioVideoDisabled: inService(true),
  HideFromAddressLists: () => false,
  InterpretedUserType: () => 'OnPremises',
  OnPremHostingProvider: none,
  ExchangeArchivingPolicy: inService({
    kind: 'enum',
    typeName: 'Microsoft.Rtc.Management.ADConnect.Schema.ExchangeArchivingPolicyOptionsEnum',
    name: 'Uninitialized',
    value: 0,
  }),
  ClientPolicy: granted('CsClientPolicy'),
  ClientVersionPolicy: granted('CsClientVersionPolicy'),
  PresencePolicy: granted('CsPresencePolicy'),
  ArchivingPolicy: granted('CsArchivingPolicy'),
  ExternalAccessPolicy: granted('CsExternalAccessPolicy'),
  UserServicesPolicy: granted('CsUserServicesPolicy'),
  ConferencingPolicy: none,
  VoicePolicy: none,
  DialPlan: none,
  LocationPolicy: none,
  MobilityPolicy: none,
  PinPolicy: none,
  PersistentChatPolicy: none,
  EnterpriseVoiceEnabled: () => false,
  LineURI: none,
  Department: ({ account }) => text(account.directory.department),
  Title: ({ account }) => text(account.directory.title),
  Company: ({ account }) => text(account.directory.company),
  Office: ({ account }) => text(account.directory.office),
  City: ({ account }) => text(account.directory.city),
  StateOrProvince: ({ account }) => text(account.directory.stateOrProvince),
  CountryAbbreviation: ({ account }) => text(account.directory.country),
  UsageLocation: ({ account }) => text(account.directory.country),
  Phone: ({ account }) => text(account.directory.phone),
  MobilePhone: ({ account }) => text(account.directory.mobilePhone),
  Manager: ({ account }) => text(account.directory.manager),
  PreferredLanguage: ({ account }) => text(account.language),
  MCOValidationError: () => [],
  WhenCreated: ({ account }) => ({ kind: 'date', ms: account.created }),
  WhenChanged: ({ account }) => ({ kind: 'date', ms: account.changed }),
}

export const USER_PROPERTIES: readonly string[] = Object.keys(COLUMNS)

/** "who", "directory", SipAddress, Enabled and the dates (cmdlets.md 4.3). */
export const AD_USER_PROPERTIES: readonly string[] = USER_PROPERTIES.filter((name) =>
  /^(Identity|DistinguishedName|ObjectId|Guid|TenantId|DisplayName|Name|FirstName|LastName|SamAccountName|UserPrincipalName|SipAddress|ProxyAddresses|WindowsEmailAddress|Enabled|Department|Title|Company|Office|City|StateOrProvince|CountryAbbreviation|UsageLocation|Phone|MobilePhone|Manager|PreferredLanguage|WhenCreated|WhenChanged)$/.test(
    name,
  ),
)

/** One column by its exact name; undefined when there is none. */
export function userColumn(view: UserView, name: string): PsValue | undefined {
  return COLUMNS[name]?.(view)
}

export const USER_TYPES = {
  online: 'Microsoft.Rtc.Management.ADConnect.Schema.ADUser',
  user: 'Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser',
  directory: 'Microsoft.Rtc.Management.ADConnect.Schema.CSADUser',
  granted: 'Microsoft.Rtc.Management.ADConnect.Schema.OCSUserOrAppContact',
} as const

/** A user as the cmdlets show one. ToString is the distinguished name. */
export function userObject(view: UserView, kind: keyof typeof USER_TYPES, skipPolicies = false): PsObject {
  const names = kind === 'directory' ? AD_USER_PROPERTIES : USER_PROPERTIES
  const properties = names.map((name): readonly [string, PsValue] => [
    name,
    skipPolicies && /Policy$|^DialPlan$/.test(name) ? null : (userColumn(view, name) ?? null),
  ])
  return psObject(USER_TYPES[kind], properties, distinguishedName(view.facts, view.account))
}
