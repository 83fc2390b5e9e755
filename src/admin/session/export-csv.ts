import { formatCsv, parseCsv, safeCell } from '../../base/csv.ts'
import { type Bound, defineCmdlet, type Files, type Invocation, TerminatingError } from '../cmdlet.ts'
import { isFormatted } from '../format.ts'
import { cell } from './convert-to-csv.ts'
import { DELIMITER, ENCODING, enumName, fileError, NO_TYPE_INFORMATION } from './csv-parameters.ts'
import { propertiesOf } from './property-list.ts'

/** Characters that go to the file at once. */
const BATCH = 64 * 1024

export const exportCsv = defineCmdlet({
  name: 'Export-Csv',
  synopsis: {
    en: 'Writes objects to a CSV file of your own computer.',
    ja: 'オブジェクトをお使いのコンピューターの CSV ファイルに書き込みます。',
  },
  description: {
    en: 'Only in nightpost shell. The columns are those of the first object. A cell that a spreadsheet would run as a formula gets a quote in front; Import-Csv takes it away again.',
    ja: 'nightpost shell でのみ使用できます。列は最初のオブジェクトのプロパティです。数式として実行されるおそれのあるセルには先頭に引用符を付け、Import-Csv がそれを取り除きます。',
  },
  roles: 'everyone',
  needsFiles: true,
  parameters: {
    Path: {
      type: { kind: 'string' },
      position: 0,
      mandatory: true,
      aliases: ['LiteralPath', 'PSPath'],
      help: {
        en: 'The file; a relative path begins at the folder you are in.',
        ja: 'ファイルです。相対パスは現在のフォルダーが基準です。',
      },
    },
    Delimiter: DELIMITER,
    Encoding: ENCODING,
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
    NoTypeInformation: NO_TYPE_INFORMATION,
    Append: {
      type: { kind: 'switch' },
      help: {
        en: 'Adds to the file, in the columns it has.',
        ja: '既存の列に合わせてファイルに追加します。',
      },
    },
    NoClobber: {
      type: { kind: 'switch' },
      aliases: ['NoOverwrite'],
      help: { en: 'Does not replace a file.', ja: '既存のファイルを置き換えません。' },
    },
    Force: {
      type: { kind: 'switch' },
      help: {
        en: 'With -Append, takes objects that lack a column.',
        ja: '-Append で、列が欠けているオブジェクトも受け入れます。',
      },
    },
  },
  async *stream(invocation, bound, input) {
    const out = await openFile(invocation, bound)
    for await (const item of input) {
      if (isFormatted(item)) continue
      const properties = new Map(propertiesOf(item))
      if (out.names === undefined) {
        out.names = [...properties.keys()]
        await out.line(out.names)
      }
      if (out.appends && bound.Force !== true) {
        const lacking = out.names.find((name) => !properties.has(name))
        if (lacking !== undefined) throw mismatch(String(bound.Path), lacking)
      }
      await out.line(out.names.map((name) => safeCell(cell(properties.get(name) ?? null))))
    }
    await out.finish()
  },
})

async function openFile({ files, signal }: Invocation, bound: Bound) {
  const path = String(bound.Path)
  const delimiter = typeof bound.Delimiter === 'string' ? bound.Delimiter : ','
  const before = bound.Append === true ? await columnsOf(files, path, delimiter) : undefined
  let text = before?.begin ?? (enumName(bound.Encoding).toUpperCase() === 'UTF8BOM' ? '\ufeff' : '')
  let mode: Parameters<Files['write']>[2] = bound.NoClobber === true ? 'new' : 'replace'
  if (before !== undefined) mode = 'append'
  const write = async () => {
    if (signal.aborted) return
    const answer = await files?.write(path, text, mode)
    if (answer?.ok === false) throw terminating(fileError(answer, path, 'ExportCsvCommand'))
    text = ''
    mode = 'append'
  }
  return {
    names: before?.names,
    appends: before !== undefined,
    async line(fields: readonly string[]) {
      // One empty cell would be an empty line, which readers skip.
      text += `${formatCsv(fields, delimiter) || '""'}\n`
      if (text.length >= BATCH) await write()
    },
    /** An empty input makes an empty file, as in PowerShell. */
    async finish() {
      if (text !== '' || mode !== 'append') await write()
    },
  }
}

/** Columns of the file that is appended to; undefined: there is none, or nothing is in it. */
async function columnsOf(files: Files | undefined, path: string, delimiter: string) {
  const answer = await files?.read(path)
  if (answer === undefined || (!answer.ok && answer.why === 'missing')) return undefined
  if (!answer.ok) throw terminating(fileError(answer, path, 'ExportCsvCommand'))
  const end = answer.text.endsWith('\n')
  const records = parseCsv(answer.text.replace(/^\ufeff?#TYPE .*\r?\n/, ''), delimiter)
  const names = records.ok ? records.value[0]?.fields : undefined
  return names === undefined ? undefined : { names, begin: end ? '' : '\n' }
}

function mismatch(path: string, column: string): TerminatingError {
  return terminating({
    message: `Cannot append CSV content to the following file: ${path}. The appended object does not have a property that corresponds to the following column: ${column}. To continue with mismatched properties, add the -Force parameter, and then retry the command.`,
    category: 'InvalidData',
    fullyQualifiedErrorId:
      'CannotAppendCsvWithMismatchedPropertyNames,Microsoft.PowerShell.Commands.ExportCsvCommand',
    exception: 'System.InvalidOperationException',
    target: column,
  })
}

function terminating(record: ReturnType<typeof fileError>): TerminatingError {
  return new TerminatingError({ ...record, activity: 'Export-Csv' })
}
