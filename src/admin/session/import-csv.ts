import { originalCell, parseCsv } from '../../base/csv.ts'
import { isList, psText } from '../../base/ps-text.ts'
import { type PsErrorRecord, psObject } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { DELIMITER, ENCODING, fileError } from './csv-parameters.ts'

export const importCsv = defineCmdlet({
  name: 'Import-Csv',
  synopsis: {
    en: 'Reads the rows of a CSV file of your own computer as objects.',
    ja: 'お使いのコンピューターの CSV ファイルの行をオブジェクトとして読み込みます。',
  },
  description: {
    en: 'Only in nightpost shell. The first row names the properties; all values are text. Files are at most 7 MiB.',
    ja: 'nightpost shell でのみ使用できます。最初の行がプロパティ名になり、値はすべて文字列です。ファイルは最大 7 MiB です。',
  },
  roles: 'everyone',
  needsFiles: true,
  parameters: {
    Path: {
      type: { kind: 'list', of: { kind: 'string' } },
      position: 0,
      mandatory: true,
      pipeline: ['ByValue'],
      aliases: ['LiteralPath', 'PSPath'],
      help: {
        en: 'Files; a relative path begins at the folder you are in.',
        ja: 'ファイルです。相対パスは現在のフォルダーが基準です。',
      },
    },
    Delimiter: DELIMITER,
    Encoding: ENCODING,
  },
  outputTypes: ['System.Management.Automation.PSCustomObject'],
  async *run(invocation, bound) {
    const paths = isList(bound.Path ?? null) ? (bound.Path as readonly string[]) : [bound.Path ?? '']
    for (const path of paths.map(psText)) {
      const answer = await invocation.files?.read(path)
      if (answer?.ok !== true) {
        if (answer) invocation.error(fileError(answer, path, 'ImportCsvCommand'))
        continue
      }
      const text = answer.text.replace(/^\ufeff?#TYPE .*\r?\n/, '') // Windows PowerShell's first line
      const delimiter = typeof bound.Delimiter === 'string' ? bound.Delimiter : undefined
      const records = parseCsv(text, delimiter)
      if (!records.ok) {
        invocation.error(badFile(path, `line ${records.error.line}: ${records.error.message}`))
        continue
      }
      const [head, ...rows] = records.value
      const names = (head?.fields ?? []).map((name, at) => name || `H${at + 1}`)
      const twice = names.find(
        (name, at) => names.findIndex((one) => one.toLowerCase() === name.toLowerCase()) < at,
      )
      if (twice !== undefined) {
        invocation.error(badFile(path, `The member "${twice}" is already present.`))
        continue
      }
      for (const { fields } of rows)
        yield psObject(
          'System.Management.Automation.PSCustomObject',
          names.map((name, at) => {
            const field = fields[at]
            return [name, field === undefined ? null : originalCell(field)] as const
          }),
        )
    }
  },
})

function badFile(path: string, message: string): Omit<PsErrorRecord, 'activity'> {
  return {
    message: `${path}: ${message}`,
    category: 'InvalidData',
    fullyQualifiedErrorId: 'InvalidCsv,Microsoft.PowerShell.Commands.ImportCsvCommand',
    exception: 'System.IO.InvalidDataException',
    target: path,
  }
}
