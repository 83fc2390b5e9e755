import { parseCsv } from '../../base/csv.ts'
import { isList, psText } from '../../base/ps-text.ts'
import { type PsObject, type PsValue, property, psObject } from '../../base/ps-value.ts'
import { fail, type Result } from '../../base/result.ts'
import { auditView } from '../accounts/account-object.ts'
import { namesOf } from '../accounts/account-values.ts'
import { cellsOf, IMPORT_COLUMNS, type ImportRow, workOutRow } from '../accounts/import-row.ts'
import { ALLOW_WEAK } from '../accounts/parameters.ts'
import { defineCmdlet, type Invocation, managementError, TerminatingError } from '../cmdlet.ts'
import { mayChange } from '../guard.ts'

/** Lines that are worked out side by side: twice the hashings that run at once (SECURITY 31). */
const SIDE_BY_SIDE = 8

export const importNpAccount = defineCmdlet({
  name: 'Import-NpAccount',
  synopsis: {
    en: 'Makes or changes many accounts from a CSV file.',
    ja: 'CSV ファイルから多数のアカウントを作成または変更します。',
  },
  description: {
    en:
      `Columns: ${IMPORT_COLUMNS.join(', ')}. A line with a password, a hash or a SIP address is enabled for the service. ` +
      'The same file again changes only what is different. On the command line, "nightpost account import FILE" reads a file from anywhere.',
    ja:
      `列: ${IMPORT_COLUMNS.join('、')}。パスワード、ハッシュ、または SIP アドレスのある行はサービスが有効になります。` +
      '同じファイルをもう一度取り込むと、異なる部分だけが変更されます。コマンド ラインの "nightpost account import FILE" では、任意の場所のファイルを読み込めます。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  parameters: {
    Path: {
      type: { kind: 'string' },
      position: 0,
      help: { en: 'A file below the import folder.', ja: '取り込みフォルダー内のファイルです。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: {
        en: 'A line as an object, from Import-Csv.',
        ja: 'Import-Csv の 1 行に当たるオブジェクトです。',
      },
    },
    Enable: {
      type: { kind: 'switch' },
      help: {
        en: 'Enables lines without password and address too.',
        ja: 'パスワードもアドレスもない行も有効にします。',
      },
    },
    ...ALLOW_WEAK,
  },
  outputTypes: ['Nightpost.ImportResult'],
  async *stream(invocation, bound, input) {
    if (bound.AllowWeakPassword === true && !invocation.ports.server.loopbackOnly)
      throw refused(
        '-AllowWeakPassword is refused while a listener is not on loopback.',
        'WeakPasswordRefused',
      )
    const rows =
      bound.Path === undefined
        ? fromPipe(invocation, bound, input)
        : await fromFile(invocation, psText(bound.Path))
    const options = { allowWeak: bound.AllowWeakPassword === true, enable: bound.Enable === true }
    const taken = new Set<string>()
    const seen = new Set<string>()
    let number = 0
    let done = 0
    for await (const batch of batches(rows, SIDE_BY_SIDE)) {
      const worked = await Promise.all(
        batch.map(async (item) => {
          const cells = cellsOf(item)
          const upn = (cells.UserPrincipalName ?? '').toLowerCase()
          const twice = upn !== '' && seen.has(upn)
          seen.add(upn)
          const result: Result<ImportRow, string> = twice
            ? fail(`"${cells.UserPrincipalName}" stands in the file twice.`)
            : await workOutRow(invocation.ports, cells, { ...options, taken })
          return { upn: cells.UserPrincipalName ?? '', line: lineOf(item, ++number), result }
        }),
      )
      for (const { upn, line, result } of worked) yield await write(invocation, upn, line, result, taken)
      done += batch.length
      if (done % 100 < SIDE_BY_SIDE) {
        invocation.progress({ activity: 'Import-NpAccount', status: `${done}`, percent: -1 })
      }
    }
    invocation.progress({ activity: 'Import-NpAccount', status: `${done}`, percent: 100, completed: true })
  },
})

/** Applies one line. Names that lines before took in the same invocation are known here only. */
async function write(
  invocation: Invocation,
  upn: string,
  line: number,
  worked: Result<ImportRow, string>,
  taken: Set<string>,
): Promise<PsObject> {
  const failed = (message: string) => {
    invocation.error(managementError(`Line ${line}: ${message}`, 'ImportFailed', 'InvalidData', upn))
    return resultObject(line, upn, 'Failed', message)
  }
  if (!worked.ok) return failed(worked.error)
  const { account, before, changes, secrets } = worked.value
  const clash = namesOf(account).find((name) => taken.has(name))
  if (clash !== undefined) return failed(`"${clash}" belongs to an earlier line.`)
  if (changes.length === 0) return resultObject(line, upn, 'Unchanged', null)
  if (before && !mayChange(invocation, before))
    return resultObject(line, upn, 'Failed', 'The account holds an administrator role.')
  if (!(await invocation.shouldProcess(account.upn, before ? 'Change account' : 'Create account')))
    return resultObject(line, upn, 'Skipped', null)
  for (const name of namesOf(account)) taken.add(name)
  const masked = Object.fromEntries(secrets.map((name) => [name, '********']))
  await invocation.change(changes, {
    target: account.upn,
    before: before ? auditView(before) : null,
    after: { ...auditView(account), ...masked },
  })
  return resultObject(line, account.upn, before ? 'Changed' : 'Created', null)
}

function resultObject(line: number, upn: string, result: string, message: string | null): PsObject {
  return psObject('Nightpost.ImportResult', [
    ['Line', line],
    ['UserPrincipalName', upn],
    ['Result', result],
    ['Message', message],
  ])
}

function lineOf(item: PsValue, count: number): number {
  const line = property(item, 'Line')
  return typeof line === 'number' ? line : count
}

function fromPipe(
  invocation: Invocation,
  bound: Readonly<Record<string, PsValue>>,
  input: AsyncIterable<PsValue>,
) {
  if (invocation.piped || bound.InputObject !== undefined) return input
  throw refused('Import-NpAccount needs -Path, or lines through the pipeline.', 'MissingMandatoryParameter')
}

async function fromFile(invocation: Invocation, path: string): Promise<Iterable<PsValue>> {
  const text = await invocation.ports.server.readImport(path)
  if (text === undefined)
    throw refused(
      `Cannot read "${path}": it must be a file below the import folder. On the command line write: nightpost account import FILE`,
      'FileNotFound',
    )
  const rows = csvRows(text)
  if (!rows.ok) throw refused(`"${path}": ${rows.error}`, 'BadCsv')
  return rows.value
}

/** The lines of a CSV text as objects with the number of their line. */
export function csvRows(text: string): Result<readonly PsObject[], string> {
  const records = parseCsv(text)
  if (!records.ok) return fail(`line ${records.error.line}: ${records.error.message}`)
  const [head, ...rest] = records.value
  const names = (head?.fields ?? []).map((name) => name.trim())
  const unknown = names.filter(
    (name) => !IMPORT_COLUMNS.some((one) => one.toLowerCase() === name.toLowerCase()),
  )
  if (!names.some((name) => name.toLowerCase() === 'userprincipalname'))
    return fail('the first line must name the columns; UserPrincipalName is missing')
  if (unknown.length > 0)
    return fail(`unknown column ${unknown[0]}; the columns are ${IMPORT_COLUMNS.join(',')}`)
  const short = rest.find(({ fields }) => fields.length > names.length)
  if (short) return fail(`line ${short.line} has more fields than the first line`)
  return {
    ok: true,
    value: rest.map(({ line, fields }) =>
      psObject('System.Management.Automation.PSCustomObject', [
        ['Line', line],
        ...names.map((name, at): readonly [string, PsValue] => [name, fields[at] ?? '']),
      ]),
    ),
  }
}

async function* batches(
  rows: AsyncIterable<PsValue> | Iterable<PsValue>,
  size: number,
): AsyncGenerator<readonly PsValue[]> {
  let batch: PsValue[] = []
  for await (const row of rows) {
    for (const one of isList(row) ? row : [row]) batch.push(one)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function refused(message: string, id: string): TerminatingError {
  return new TerminatingError({
    message,
    category: 'InvalidArgument',
    fullyQualifiedErrorId: `${id},Import-NpAccount`,
    exception: 'System.Management.Automation.PSArgumentException',
    target: null,
    activity: 'Import-NpAccount',
  })
}
