import type { Account, AccountId, DirectoryAttributes, Language } from '../domain/account.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import { instant } from '../domain/time.ts'
import type { PlainWrite } from './writes.ts'

/** A row of `account`. */
export interface AccountRow {
  readonly id: number
  readonly guid: string
  readonly upn: string
  readonly sip: string | null
  readonly enabled: number | null
  readonly display_name: string
  readonly directory: string
  readonly language: string | null
  readonly pool: string | null
  readonly site: string
  readonly made_by_us: number
  readonly created: number
  readonly changed: number
}

export function accountWrite(account: Account): Extract<PlainWrite, { kind: 'account' }> {
  return {
    kind: 'account',
    id: account.id,
    guid: account.guid,
    upn: account.upn,
    sip: account.sip ?? null,
    enabled: account.enabled === undefined ? null : Number(account.enabled),
    displayName: account.displayName,
    directory: JSON.stringify({ ...account.directory, sshPublicKeys: account.sshPublicKeys }),
    language: account.language ?? null,
    pool: account.registrarPool ?? null,
    site: account.site,
    madeByUs: Number(account.passwordMadeByUs),
    created: account.created,
    changed: account.changed,
  }
}

export function readAccount(row: AccountRow): Account {
  const { sshPublicKeys, ...directory } = JSON.parse(row.directory) as DirectoryAttributes &
    Pick<Account, 'sshPublicKeys'>
  return {
    id: row.id as AccountId,
    guid: row.guid,
    upn: row.upn,
    sip: (row.sip ?? undefined) as SipUri | undefined,
    enabled: row.enabled === null ? undefined : row.enabled === 1,
    displayName: row.display_name,
    directory,
    language: (row.language ?? undefined) as Language | undefined,
    registrarPool: row.pool ?? undefined,
    site: row.site,
    passwordMadeByUs: row.made_by_us === 1,
    created: instant(row.created),
    changed: instant(row.changed),
    ...(sshPublicKeys === undefined ? {} : { sshPublicKeys }),
  }
}
