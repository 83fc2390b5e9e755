import type { Account } from './account.ts'

/** What one change says of an account, and nothing else of it: two administrators who change different things lose neither. */
export interface AccountPatch {
  readonly fields: Readonly<Record<string, unknown>>
  /** Attribute by attribute; undefined takes one away. */
  readonly directory: Readonly<Record<string, string | undefined>>
}

/** @param before as the change found it */
export function differenceOf(before: Account, after: Account): AccountPatch {
  const { directory: had, ...fields } = before
  const { directory: has, ...wanted } = after
  return { fields: different(fields, wanted), directory: different(had, has) }
}

/** @param account as it is when the change's turn comes */
export function patchedAccount(account: Account, { fields, directory }: AccountPatch): Account {
  const patched = { ...account, ...fields, directory: present({ ...account.directory, ...directory }) }
  return present(patched, OPTIONAL) as unknown as Account
}

/** Members that are absent rather than undefined. */
const OPTIONAL: ReadonlySet<string> = new Set<keyof Account>(['sshPublicKeys'])

function different<V>(
  before: Readonly<Record<string, V>> | object,
  after: object,
): Readonly<Record<string, V | undefined>> {
  const [had, has] = [before, after] as readonly Readonly<Record<string, V | undefined>>[]
  const found: Record<string, V | undefined> = {}
  for (const name of new Set([...Object.keys(had ?? {}), ...Object.keys(has ?? {})])) {
    if (JSON.stringify(had?.[name]) !== JSON.stringify(has?.[name])) found[name] = has?.[name]
  }
  return found
}

function present<V>(values: Readonly<Record<string, V>>, only?: ReadonlySet<string>): Record<string, V> {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined || (only && !only.has(name))),
  )
}
