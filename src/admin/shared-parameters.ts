import type { Parameter } from './cmdlet.ts'

const withoutEffect = {
  en: 'is accepted, and has no effect here.',
  ja: 'は受け付けますが、ここでは効果がありません。',
}

function idle(name: string, type: Parameter['type'], typeName?: string): Parameter {
  return {
    type,
    ...(typeName === undefined ? {} : { typeName }),
    help: {
      en: `Accepted for scripts; no effect.`,
      ja: 'スクリプトのために受け付けます。効果はありません。',
    },
    withoutEffect: { en: `-${name} ${withoutEffect.en}`, ja: `-${name} ${withoutEffect.ja}` },
  }
}

/** Parameters of the original that have no meaning in a server with a directory of its own. */
export const DOMAIN_CONTROLLER: Readonly<Record<'DomainController', Parameter>> = {
  DomainController: idle('DomainController', { kind: 'string' }, 'Microsoft.Rtc.Management.Deploy.Fqdn'),
}
export const CREDENTIAL: Readonly<Record<'Credential', Parameter>> = {
  Credential: idle('Credential', { kind: 'credential' }),
}
export const LOCAL_STORE: Readonly<Record<'LocalStore', Parameter>> = {
  LocalStore: idle('LocalStore', { kind: 'switch' }),
}
export function idleSwitch(name: string, aliases: readonly string[] = []): Parameter {
  return { ...idle(name, { kind: 'switch' }), aliases }
}
export function idleParameter(name: string, type: Parameter['type'], typeName?: string): Parameter {
  return idle(name, type, typeName)
}

export const TENANT: Readonly<Record<'Tenant', Parameter>> = {
  Tenant: {
    type: { kind: 'guid' },
    nullable: true,
    help: {
      en: 'Identifier of the organisation; may be left out.',
      ja: '組織の識別子です。省略できます。',
    },
  },
}

export const FORCE: Readonly<Record<'Force', Parameter>> = {
  Force: {
    type: { kind: 'switch' },
    help: { en: 'Does not ask.', ja: '確認せずに実行します。' },
  },
}

export const PASS_THRU: Readonly<Record<'PassThru', Parameter>> = {
  PassThru: {
    type: { kind: 'switch' },
    help: { en: 'Returns the user.', ja: 'ユーザーを返します。' },
  },
}

export const USER_IDENTITY_HELP = {
  en: 'SIP address, user principal name, domain\\name, distinguished name, GUID, alias or display name; * matches any text of a display name.',
  ja: 'SIP アドレス、UPN、ドメイン\\名前、識別名、GUID、エイリアス、または表示名。表示名では * が任意の文字列に一致します。',
}

/** The user a cmdlet works on: by position, or from the pipeline as a text, as an object or by its Identity. */
export const USER_IDENTITY: Readonly<Record<'Identity', Parameter>> = {
  Identity: {
    type: { kind: 'user' },
    position: 0,
    mandatory: true,
    pipeline: ['ByValue', 'ByPropertyName'],
    help: USER_IDENTITY_HELP,
  },
}

export const ALL_READERS = [
  'CsAdministrator',
  'CsUserAdministrator',
  'CsHelpDesk',
  'CsViewOnlyAdministrator',
] as const
