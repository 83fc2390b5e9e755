import { isList, psText } from '../../base/ps-text.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { wildcard } from '../../base/wildcard.ts'
import { rolesOf } from '../caller-roles.ts'
import { type Cmdlet, defineCmdlet, type Invocation } from '../cmdlet.ts'
import {
  CMDLET_TYPE,
  commandInfo,
  commandTypesOf,
  isForRemoteClients,
  moduleOf,
  syntaxOf,
} from './command-info.ts'

const names = (en: string, ja: string) =>
  ({ type: { kind: 'list', of: { kind: 'string' } }, help: { en, ja } }) as const

/**
 * Lists commands from the table; Import-PSSession's question comes here too. The caller sees what the own roles allow.
 * Remote clients are shown what they may take over, never a name of their own (powershell-7-observed section 5).
 */
export const getCommand = defineCmdlet({
  name: 'Get-Command',
  synopsis: { en: 'Lists the commands that you may run.', ja: '実行できるコマンドの一覧を表示します。' },
  roles: 'everyone',
  parameters: {
    Name: {
      ...names('Names; * matches any text.', 'コマンド名です。* は任意の文字列に一致します。'),
      position: 0,
      pipeline: ['ByValue', 'ByPropertyName'],
    },
    Verb: names('The part before the dash.', 'ハイフンの前の部分です。'),
    Noun: names('The part behind the dash.', 'ハイフンの後の部分です。'),
    Module: { ...names('Names of modules.', 'モジュール名です。'), aliases: ['PSSnapin'] },
    CommandType: {
      type: { kind: 'object' },
      aliases: ['Type'],
      help: {
        en: 'Kinds of commands; there are only cmdlets.',
        ja: 'コマンドの種類です。コマンドレットだけがあります。',
      },
    },
    TotalCount: {
      type: { kind: 'integer', bits: 32, min: 0 },
      help: { en: 'How many at most.', ja: '最大数です。' },
    },
    Syntax: {
      type: { kind: 'switch' },
      help: { en: 'Shows how each command is written.', ja: 'コマンドの構文を表示します。' },
    },
    ArgumentList: {
      type: { kind: 'object' },
      aliases: ['Args'],
      help: { en: 'Accepted; no command changes its parameters.', ja: '受け付けますが、効果はありません。' },
    },
    All: {
      type: { kind: 'switch' },
      help: { en: 'Accepted; names are unique.', ja: '受け付けますが、効果はありません。' },
    },
    ListImported: {
      type: { kind: 'switch' },
      help: { en: 'Accepted; all commands are there.', ja: '受け付けますが、効果はありません。' },
    },
  },
  outputTypes: ['System.Management.Automation.CmdletInfo'],
  async *run(invocation, bound) {
    const wanted = textsOf(bound.Name)
    const found = visibleTo(invocation).filter(
      (cmdlet) =>
        matchesAny(cmdlet.name, wanted) &&
        matchesAny(cmdlet.name.split('-')[0] ?? '', textsOf(bound.Verb)) &&
        matchesAny(cmdlet.name.split('-')[1] ?? '', textsOf(bound.Noun)) &&
        matchesAny(moduleOf(cmdlet), textsOf(bound.Module)),
    )
    const listed = commandTypesOf(bound.CommandType) & CMDLET_TYPE ? found : []
    const most = typeof bound.TotalCount === 'number' ? bound.TotalCount : listed.length
    for (const cmdlet of listed.slice(0, most)) {
      if (bound.Syntax === true) yield* syntaxOf(cmdlet)
      else yield commandInfo(cmdlet)
    }
    for (const name of wanted)
      if (!/[*?[]/.test(name) && !listed.some((cmdlet) => wildcard(name)(cmdlet.name)))
        invocation.error({
          message: `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program.`,
          category: 'ObjectNotFound',
          fullyQualifiedErrorId: 'CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand',
          exception: 'System.Management.Automation.CommandNotFoundException',
          target: name,
        })
  },
})

function visibleTo({ table, ports, caller }: Invocation): readonly Cmdlet[] {
  const held = rolesOf(ports, caller)
  return table.all().filter((cmdlet) => {
    const offered = caller.door === 'console' ? !cmdlet.hidden : isForRemoteClients(cmdlet)
    return offered && (cmdlet.roles === 'everyone' || cmdlet.roles.some((role) => held.includes(role)))
  })
}

function textsOf(value: PsValue | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  return isList(value) ? value.map(psText) : [psText(value)]
}

function matchesAny(text: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => wildcard(pattern)(text))
}
