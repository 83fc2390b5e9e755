import { type PsValue, psObject } from '../../base/ps-value.ts'
import { hasWildcard, wildcard } from '../../base/wildcard.ts'
import { type Cmdlet, defineCmdlet, type Invocation, type Parameter } from '../cmdlet.ts'
import { allParameters } from '../common-parameters.ts'
import { type HelpPart, helpText, parameterText } from '../help.ts'
import { shortTypeName, syntaxOf } from './command-info.ts'

const toggle = (en: string, ja: string) => ({ type: { kind: 'switch' }, help: { en, ja } }) as const

export const getHelp = defineCmdlet({
  name: 'Get-Help',
  synopsis: {
    en: 'Shows what a command does and how it is written.',
    ja: 'コマンドの説明と書き方を表示します。',
  },
  roles: 'everyone',
  parameters: {
    Name: {
      type: { kind: 'string' },
      position: 0,
      pipeline: ['ByPropertyName'],
      help: {
        en: 'Name of a command; * matches any text.',
        ja: 'コマンド名です。* は任意の文字列に一致します。',
      },
    },
    Parameter: {
      type: { kind: 'string' },
      help: { en: 'Only this parameter; * matches any text.', ja: '指定したパラメーターだけを表示します。' },
    },
    Category: {
      type: { kind: 'list', of: { kind: 'string' } },
      help: {
        en: 'Accepted: there is help for cmdlets only; clients of remoting send it.',
        ja: '受け付けますが、ヘルプはコマンドレットだけにあります。',
      },
    },
    Full: toggle('Everything there is.', 'すべて表示します。'),
    Detailed: toggle('As -Full.', '-Full と同じです。'),
    Examples: toggle('Only examples.', '例だけを表示します。'),
    Online: toggle('Accepted; help is always shown here.', '受け付けますが、ヘルプは常にここに表示します。'),
    ShowWindow: toggle(
      'Accepted; help is always shown here.',
      '受け付けますが、ヘルプは常にここに表示します。',
    ),
  },
  outputTypes: ['MamlCommandHelpInfo'],
  examples: [
    {
      line: 'Get-Help Set-CsClientPolicy -Parameter EnableIMAutoArchiving',
      help: { en: 'What one parameter does.', ja: 'パラメーター 1 つの説明。' },
    },
  ],
  async *run(invocation, { Name, Parameter, Full, Detailed, Examples }) {
    const { table } = invocation
    const name = typeof Name === 'string' ? Name : '*'
    const exact = table.find(name)
    const found = exact
      ? [exact]
      : table.all().filter((one) => !one.hidden && wildcard(pattern(name))(one.name))
    const [only] = found
    if (!only) {
      invocation.error({
        message: `Get-Help could not find ${name} in a help file in this session.`,
        category: 'ResourceUnavailable',
        fullyQualifiedErrorId: 'HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand',
        exception: 'Microsoft.PowerShell.Commands.HelpNotFoundException',
        target: null,
      })
    } else if (typeof Parameter === 'string') yield* parameterHelp(invocation, only, Parameter)
    else if (found.length === 1) {
      const part: HelpPart =
        Examples === true ? 'examples' : Full === true || Detailed === true ? 'full' : 'short'
      yield helpObject(invocation, only, part)
    } else for (const one of found) yield shortObject(invocation, one)
  },
})

/** A word finds every command that has it in its name, as in PowerShell. */
function pattern(name: string): string {
  return hasWildcard(name) ? name : `*${name}*`
}

function shortObject({ language }: Invocation, cmdlet: Cmdlet): PsValue {
  return psObject('HelpInfoShort', [
    ['Name', cmdlet.name],
    ['Category', 'Cmdlet'],
    ['Synopsis', cmdlet.synopsis[language]],
  ])
}

function helpObject({ language, width }: Invocation, cmdlet: Cmdlet, part: HelpPart): PsValue {
  return psObject('MamlCommandHelpInfo', [
    ['Name', cmdlet.name],
    ['Category', 'Cmdlet'],
    ['Synopsis', cmdlet.synopsis[language]],
    ['Syntax', syntaxOf(cmdlet)],
    ['Description', cmdlet.description?.[language] ?? null],
    ['Roles', cmdlet.roles === 'everyone' ? [] : cmdlet.roles],
    // Nested as in MAML: clients of remoting look for -Parameter there.
    [
      'Parameters',
      psObject('MamlCommandHelpInfo#parameters', [
        [
          'Parameter',
          Object.entries(allParameters(cmdlet)).map(([name, parameter]) =>
            parameterObject(language, name, parameter),
          ),
        ],
      ]),
    ],
    ['Examples', (cmdlet.examples ?? []).map(({ line }) => line)],
    // The view that clients of remoting have for this type reads the synopsis here (powershell-remoting section 6.5).
    [
      'Details',
      psObject('MamlCommandHelpInfo#details', [
        ['Name', cmdlet.name],
        ['Description', [psObject('MamlParaTextItem', [['Text', cmdlet.synopsis[language]]])]],
      ]),
    ],
    ['Text', helpText(cmdlet, language, part, width)],
  ])
}

function parameterObject(
  language: 'en' | 'ja',
  name: string,
  parameter: Parameter,
  more: readonly (readonly [string, PsValue])[] = [],
): PsValue {
  return psObject('MamlParameterHelpInfo', [
    ['Name', name],
    ['Type', shortTypeName(parameter)],
    ['Required', parameter.mandatory === true],
    ['Position', parameter.position ?? null],
    ['PipelineInput', parameter.pipeline ?? []],
    ['Description', [psObject('MamlParaTextItem', [['Text', parameter.help[language]]])]],
    ...more,
  ])
}

function* parameterHelp(invocation: Invocation, cmdlet: Cmdlet, wanted: string): Iterable<PsValue> {
  const { language, width } = invocation
  const found = Object.entries(allParameters(cmdlet)).filter(([name]) => wildcard(wanted)(name))
  for (const [name, parameter] of found) {
    const text = `\n${parameterText(name, parameter, language, width)}`
    yield parameterObject(language, name, parameter, [['Text', text]])
  }
  if (found.length > 0) return
  invocation.error({
    message: `No parameter matches criteria ${wanted}.`,
    category: 'InvalidArgument',
    fullyQualifiedErrorId: 'NoParameterFound,Microsoft.PowerShell.Commands.GetHelpCommand',
    exception: 'System.Management.Automation.PSArgumentException',
    target: wanted,
  })
}
