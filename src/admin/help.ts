import type { Cmdlet, Parameter } from './cmdlet.ts'
import { allParameters } from './common-parameters.ts'
import { shortTypeName, syntaxOf } from './session/command-info.ts'
import { wrap } from './text-width.ts'

type Language = 'en' | 'ja'

const WORDS = {
  en: {
    name: 'NAME',
    synopsis: 'SYNOPSIS',
    syntax: 'SYNTAX',
    description: 'DESCRIPTION',
    parameters: 'PARAMETERS',
    examples: 'EXAMPLES',
    roles: 'ROLES',
    required: 'Required?',
    position: 'Position?',
    pipeline: 'Accept pipeline input?',
    named: 'named',
    yes: 'true',
    no: 'false',
    everyone: 'everybody',
    more: (name: string) =>
      `For every parameter type: "Get-Help ${name} -Full". For examples type: "Get-Help ${name} -Examples".`,
  },
  ja: {
    name: '名前',
    synopsis: '概要',
    syntax: '構文',
    description: '説明',
    parameters: 'パラメーター',
    examples: '例',
    roles: '役割',
    required: '必須',
    position: '位置',
    pipeline: 'パイプライン入力',
    named: '名前付き',
    yes: 'はい',
    no: 'いいえ',
    everyone: 'すべてのユーザー',
    more: (name: string) =>
      `すべてのパラメーターは "Get-Help ${name} -Full"、例は "Get-Help ${name} -Examples" で表示できます。`,
  },
} as const

/** How much of a page is shown. */
export type HelpPart = 'short' | 'full' | 'examples'

/** The page that Get-Help shows, from the definition alone (STYLE 8). */
export function helpText(cmdlet: Cmdlet, language: Language, part: HelpPart, width: number): string {
  const words = WORDS[language]
  const paragraph = (text: string) =>
    wrap(text, Math.max(40, width - 4))
      .map((line) => `    ${line}\n`)
      .join('')
  const section = (title: string, body: string) => `${title}\n${body}\n`
  const roles = cmdlet.roles === 'everyone' ? words.everyone : cmdlet.roles.join(', ')
  const parts = [
    section(words.name, paragraph(cmdlet.name)),
    section(words.synopsis, paragraph(cmdlet.synopsis[language])),
  ]
  if (part !== 'examples') {
    parts.push(section(words.syntax, syntaxOf(cmdlet).map(paragraph).join('\n')))
    if (cmdlet.description) parts.push(section(words.description, paragraph(cmdlet.description[language])))
    parts.push(section(words.roles, paragraph(roles)))
  }
  if (part === 'full') parts.push(section(words.parameters, allParameterTexts(cmdlet, language, width)))
  const examples = cmdlet.examples ?? []
  if (part !== 'short' && examples.length > 0) {
    const body = examples
      .map(({ line, help }) => `${paragraph(`PS> ${line}`)}${paragraph(help[language])}`)
      .join('\n')
    parts.push(section(words.examples, body))
  }
  if (part === 'short') parts.push(paragraph(words.more(cmdlet.name)))
  return `\n${parts.join('\n')}\n`
}

function allParameterTexts(cmdlet: Cmdlet, language: Language, width: number): string {
  return Object.entries(allParameters(cmdlet))
    .map(([name, parameter]) => parameterText(name, parameter, language, width))
    .join('\n')
}

/** One parameter with its help and how it is bound. */
export function parameterText(name: string, parameter: Parameter, language: Language, width: number): string {
  const words = WORDS[language]
  const head = parameter.type.kind === 'switch' ? `-${name}` : `-${name} <${shortTypeName(parameter)}>`
  const facts = [
    [words.required, parameter.mandatory === true ? words.yes : words.no],
    [words.position, parameter.position === undefined ? words.named : String(parameter.position)],
    [words.pipeline, parameter.pipeline ? `${words.yes} (${parameter.pipeline.join(', ')})` : words.no],
  ]
  const help = wrap(parameter.help[language], Math.max(40, width - 8)).map((line) => `        ${line}\n`)
  return `    ${head}\n${help.join('')}\n${facts.map(([key, value]) => `        ${key}  ${value}\n`).join('')}`
}
