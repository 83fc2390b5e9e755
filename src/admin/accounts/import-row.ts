import type { Change, Secrets } from '../../actions/ports/ledger.ts'
import type { Ports } from '../../actions/ports/ports.ts'
import { secretsFor, sipSecrets } from '../../actions/set-password.ts'
import { psText } from '../../base/ps-text.ts'
import { type PsValue, property } from '../../base/ps-value.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Account } from '../../domain/account.ts'
import { differenceOf } from '../../domain/account-patch.ts'
import { newAccount, sameAccount, type Taken, withValues } from './account-values.ts'
import { newPassword } from './new-password.ts'

/** Columns of the file (INTERFACES 2). */
export const IMPORT_COLUMNS = [
  'UserPrincipalName',
  'DisplayName',
  'Password',
  'PasswordHash',
  'NtHash',
  'Ha1Md5',
  'SipAddress',
  'Department',
  'Title',
  'Language',
  'Phonetic',
  'Mail',
  'Office',
  'Company',
  'Phone',
  'MobilePhone',
  'RegistrarPool',
  'FirstName',
  'LastName',
  'City',
  'StateOrProvince',
  'Country',
  'Manager',
] as const

/** One line of the file, worked out but not written. */
export interface ImportRow {
  readonly account: Account
  /** Undefined: the account is new. */
  readonly before: Account | undefined
  readonly changes: readonly Change[]
  /** Names of what changed besides the directory, for the audit record; secrets are masked. */
  readonly secrets: readonly string[]
}

/** What the switches of the import say, and the names that earlier lines took. */
export interface ImportOptions {
  readonly allowWeak: boolean
  readonly enable: boolean
  readonly taken: Taken
}

type Row = Readonly<Record<string, string>>

/** The cells of a record by column name; columns we do not know are left out. */
export function cellsOf(item: PsValue): Row {
  const cells: Record<string, string> = {}
  for (const column of IMPORT_COLUMNS) {
    const value = property(item, column)
    if (value !== undefined) cells[column] = psText(value).trim()
  }
  return cells
}

/** What a line would change. Hashing is the only slow part, so lines are worked out side by side and written in their order. */
export async function workOutRow(
  ports: Ports,
  row: Row,
  options: ImportOptions,
): Promise<Result<ImportRow, string>> {
  const upn = row.UserPrincipalName ?? ''
  if (upn === '') return fail('UserPrincipalName is empty.')
  const before = ports.facts.byUpn(upn)
  const now = ports.clock.now()
  const made = {
    id: before?.id ?? ports.ledger.newAccountId(),
    guid: before?.guid ?? ports.random.guid(),
    now,
  }
  const empty = before ?? newAccount(ports.facts, made, upn, row.DisplayName || (upn.split('@')[0] ?? upn))
  const credentials = ['Password', 'PasswordHash', 'NtHash', 'Ha1Md5'].filter(
    (name) => (row[name] ?? '') !== '',
  )
  const enable = options.enable || (row.SipAddress ?? '') !== '' || credentials.length > 0
  const { UserPrincipalName: _upn, DisplayName: name, ...values } = row
  const laid = withValues(ports.facts, empty, name ? { ...values, DisplayName: name } : values, {
    enable: enable && empty.enabled !== false,
    now,
    taken: options.taken,
  })
  if (!laid.ok) return fail(laid.error.message)
  const stored = before && credentials.length > 0 ? await ports.ledger.secrets(before.id) : {}
  const worked = await secretsOf(ports, laid.value, row, stored, options)
  if (!worked.ok) return worked
  const secrets = ok(await allowedSecrets(ports, laid.value, worked.value))
  const addressChanged = before !== undefined && before.sip !== laid.value.sip && before.sip !== undefined
  const put: Secrets = addressChanged ? { ha1: null, ...secrets.value } : secrets.value
  const changedPassword = put.passwordHash !== undefined
  const account = changedPassword ? { ...laid.value, passwordMadeByUs: false, changed: now } : laid.value
  const changes: Change[] = []
  if (before === undefined || changedPassword || !sameAccount(before, account))
    changes.push(
      before === undefined
        ? { kind: 'putAccount', account }
        : { kind: 'patchAccount', id: account.id, patch: differenceOf(before, account) },
    )
  if (Object.keys(put).length > 0) changes.push({ kind: 'putSecrets', id: account.id, secrets: put })
  if (before && changedPassword) changes.push({ kind: 'endSessions', id: account.id })
  return ok({ account, before, changes, secrets: Object.keys(put) })
}

/** Without the password-equivalents where the person, or nobody, may sign in by SIP (SECURITY 32). */
async function allowedSecrets({ ledger }: Ports, account: Account, secrets: Secrets): Promise<Secrets> {
  if (!secrets.ntHash && !secrets.ha1) return secrets
  if ((await ledger.sipSignIn(account.id)).allowed) return secrets
  const { ntHash: _nt, ha1: _ha1, ...rest } = secrets
  return rest
}

/** Base64 without padding, and nothing else behind the parameters. */
const PHC =
  /^\$(?:argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,3}|scrypt\$ln=\d{1,2},r=\d{1,2},p=\d{1,2})\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{6,}$/

/** Only what differs from what is stored. */
async function secretsOf(
  ports: Ports,
  account: Account,
  row: Row,
  stored: Secrets,
  options: ImportOptions,
): Promise<Result<Secrets, string>> {
  if ((row.Password ?? '') !== '') return passwordSecrets(ports, account, row.Password ?? '', stored, options)
  const passwordHash = row.PasswordHash ?? ''
  // A hash that sign-in cannot check would shut the person out without a word.
  if (passwordHash !== '' && !(PHC.test(passwordHash) && ports.passwords.canCheck(passwordHash)))
    return fail(
      'PasswordHash is not a PHC string of argon2id or scrypt, or asks for too much memory or time.',
    )
  const ntHash = (row.NtHash ?? '').toLowerCase()
  if (ntHash !== '' && !/^[0-9a-f]{32}$/.test(ntHash)) return fail('NtHash is not 32 hexadecimal digits.')
  const ha1 = (row.Ha1Md5 ?? '').toLowerCase()
  if (ha1 !== '' && !/^(?:[0-9a-f]{32}){1,2}$/.test(ha1))
    return fail('Ha1Md5 is not 32 or 64 hexadecimal digits.')
  // 64 digits are what `account hash` writes: for `user` and for `user@domain`; a lone hash is for the one it was made from.
  const pair = ha1 === '' ? undefined : { user: ha1.slice(0, 32), address: ha1.slice(-32) }
  return ok({
    ...(passwordHash === '' || passwordHash === stored.passwordHash ? {} : { passwordHash }),
    ...(ntHash === '' || ntHash === stored.ntHash ? {} : { ntHash }),
    ...(!pair || (pair.user === stored.ha1?.user && pair.address === stored.ha1.address)
      ? {}
      : { ha1: pair }),
  })
}

async function passwordSecrets(
  ports: Ports,
  account: Account,
  text: string,
  stored: Secrets,
  options: ImportOptions,
): Promise<Result<Secrets, string>> {
  const known = typeof stored.passwordHash === 'string' ? stored.passwordHash : undefined
  if (known !== undefined && (await ports.passwords.verify(text, known)).right) {
    const renewed = await sipSecrets(ports, account, text)
    return ok({
      ...(renewed.ntHash === (stored.ntHash ?? null) ? {} : { ntHash: renewed.ntHash ?? null }),
      ...(JSON.stringify(renewed.ha1) === JSON.stringify(stored.ha1 ?? null)
        ? {}
        : { ha1: renewed.ha1 ?? null }),
    })
  }
  const password = newPassword(ports, account, text, options.allowWeak)
  return password.ok ? ok(await secretsFor(ports, account, text)) : password
}
