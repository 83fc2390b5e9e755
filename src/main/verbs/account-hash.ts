import { readFileSync } from 'node:fs'
import { formatCsv, parseCsv } from '../../base/csv.ts'
import { digestHa1, ntHash } from '../../base/hash.ts'
import { HashedPasswords } from '../../store/passwords.ts'
import { PROCESS_STREAMS } from '../console/screen.ts'
import { wrongUse } from '../words/say.ts'
import type { AccountFlags } from './account.ts'

const SIDE_BY_SIDE = 4

/**
 * `account hash F.csv`: the same file with hashes instead of passwords, so that an import takes seconds. The realm of the Digest hash is
 * `--domain`, else the domain of the first address.
 * COMPAT(bench): lines `user;domain;password` without a header, as the load generator writes them, are taken too.
 */
export async function accountHash(file: string, flags: AccountFlags): Promise<void> {
  const records = parseCsv(readText(file))
  if (!records.ok)
    throw wrongUse('csvWrong', { file, because: `line ${records.error.line}: ${records.error.message}` })
  const { names, rows } = table(records.value.map(({ fields }) => fields))
  const column = (name: string) => names.findIndex((one) => one.toLowerCase() === name.toLowerCase())
  const password = column('Password')
  if (password < 0 || column('UserPrincipalName') < 0) throw wrongUse('csvColumns', { file })
  const address = (row: readonly string[]) =>
    (row[column('SipAddress')] || row[column('UserPrincipalName')] || '')
      .replace(/^sips?:/i, '')
      .toLowerCase()
  const realm = flags.domain?.[0] ?? address(rows[0] ?? []).split('@')[1] ?? ''
  const kept = names
    .map((_, at) => at)
    .filter(
      (at) => !['password', 'passwordhash', 'nthash', 'ha1md5'].includes((names[at] ?? '').toLowerCase()),
    )
  const hashing = new HashedPasswords()
  const line = async (row: readonly string[]) => {
    const text = row[password] ?? ''
    const user = address(row)
    const hashes =
      text === ''
        ? ['', '', '']
        : [
            await hashing.hash(text),
            ntHash(text),
            digestHa1(user.split('@')[0] ?? '', realm, text) + digestHa1(user, realm, text),
          ]
    return `${formatCsv([...kept.map((at) => row[at] ?? ''), ...hashes])}\n`
  }
  PROCESS_STREAMS.out(
    `${formatCsv([...kept.map((at) => names[at] ?? ''), 'PasswordHash', 'NtHash', 'Ha1Md5'])}\n`,
  )
  for (let at = 0; at < rows.length; at += SIDE_BY_SIDE)
    PROCESS_STREAMS.out((await Promise.all(rows.slice(at, at + SIDE_BY_SIDE).map(line))).join(''))
  PROCESS_STREAMS.err(`${rows.length} rows; Digest realm ${realm}\n`)
}

function table(records: readonly (readonly string[])[]): {
  names: readonly string[]
  rows: readonly (readonly string[])[]
} {
  const [head = [], ...rest] = records
  const headless =
    head.length === 3 && !head.some((name) => /^(?:userprincipalname|password)$/i.test(name.trim()))
  if (!headless) return { names: head.map((name) => name.trim()), rows: rest }
  return {
    names: ['UserPrincipalName', 'DisplayName', 'SipAddress', 'Password'],
    rows: records.map(([user = '', domain = '', password = '']) => [
      `${user}@${domain}`,
      user,
      `sip:${user}@${domain}`,
      password,
    ]),
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw wrongUse('unreadable', { file, because: error instanceof Error ? error.message : String(error) })
  }
}
