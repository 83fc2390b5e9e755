import { psText } from '../../base/ps-text.ts'
import { type PsObject, psObject } from '../../base/ps-value.ts'
import { type CmdletTable, defineCmdlet } from '../cmdlet.ts'
import { allParameters } from '../common-parameters.ts'
import { isForRemoteClients } from './command-info.ts'

/** System.Management.Automation.CompletionResultType. */
const RESULT_TYPES = { Command: 2, ParameterName: 7 } as const
type Match = { readonly text: string; readonly type: keyof typeof RESULT_TYPES; readonly tip: string }

/** What the tab key asks for in Enter-PSSession: names of commands, and of parameters behind a dash. */
export const tabExpansion2 = defineCmdlet({
  name: 'TabExpansion2',
  synopsis: { en: 'Completes a line.', ja: '入力中の行を補完します。' },
  roles: 'everyone',
  hidden: true,
  parameters: {
    inputScript: { type: { kind: 'string' }, position: 0, help: { en: 'The line.', ja: '入力行です。' } },
    cursorColumn: {
      type: { kind: 'integer', bits: 32, min: 0 },
      position: 1,
      help: { en: 'Where the cursor is.', ja: 'カーソルの位置です。' },
    },
    options: {
      type: { kind: 'object' },
      position: 2,
      nullable: true,
      help: { en: 'Accepted.', ja: '受け付けます。' },
    },
  },
  async *run({ table }, bound) {
    const line = psText(bound.inputScript ?? '').slice(0, 10_000)
    const cursor =
      typeof bound.cursorColumn === 'number' ? Math.min(bound.cursorColumn, line.length) : line.length
    const before = line.slice(0, cursor)
    const word = before.slice(before.search(/[^\s|;({]*$/))
    const statement = before.slice(before.search(/[^|;({]*$/)).trimStart()
    const matches =
      statement === word ? commandMatches(table, word) : parameterMatches(table, statement, word)
    yield psObject('System.Management.Automation.CommandCompletion', [
      ['CurrentMatchIndex', -1],
      ['ReplacementIndex', cursor - word.length],
      ['ReplacementLength', word.length],
      ['CompletionMatches', matches.map(matchObject)],
    ])
  },
})

function matchObject({ text, type, tip }: Match): PsObject {
  return psObject('System.Management.Automation.CompletionResult', [
    ['CompletionText', text],
    ['ListItemText', text.replace(/^-/, '')],
    [
      'ResultType',
      {
        kind: 'enum',
        typeName: 'System.Management.Automation.CompletionResultType',
        name: type,
        value: RESULT_TYPES[type],
      },
    ],
    ['ToolTip', tip],
  ])
}

function commandMatches(table: CmdletTable, word: string): readonly Match[] {
  const start = word.toLowerCase()
  return table
    .all()
    .filter((cmdlet) => isForRemoteClients(cmdlet) && cmdlet.name.toLowerCase().startsWith(start))
    .map(({ name }) => ({ text: name, type: 'Command', tip: name }))
}

function parameterMatches(table: CmdletTable, statement: string, word: string): readonly Match[] {
  const cmdlet = table.find(statement.split(/\s/)[0] ?? '')
  if (!cmdlet || !word.startsWith('-')) return []
  const start = word.slice(1).toLowerCase()
  return Object.keys(allParameters(cmdlet))
    .filter((name) => name.toLowerCase().startsWith(start))
    .map((name) => ({ text: `-${name}`, type: 'ParameterName', tip: `-${name}` }))
}
