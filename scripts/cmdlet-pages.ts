import type { Cmdlet } from '../src/admin/cmdlet.ts'
import { allParameters } from '../src/admin/common-parameters.ts'
import { table } from '../src/admin/index.ts'
import { shortTypeName, syntaxOf } from '../src/admin/session/command-info.ts'

type Language = 'en' | 'ja'

const WORDS = {
  en: {
    title: 'Cmdlets',
    made: 'This page is written by `npm run docs` from the table of cmdlets. `Get-Help NAME -Full` shows the same.',
    roles: 'Roles',
    everyone: 'everybody',
    parameters: ['parameter', 'type', 'mandatory', 'position', 'pipeline', 'what'],
    examples: 'Examples',
    yes: 'yes',
  },
  ja: {
    title: 'コマンドレット',
    made: 'このページは `npm run docs` がコマンドレットの定義から作成します。`Get-Help 名前 -Full` でも同じ内容を表示できます。',
    roles: '役割',
    everyone: 'すべてのユーザー',
    parameters: ['パラメーター', '型', '必須', '位置', 'パイプライン', '説明'],
    examples: '例',
    yes: 'はい',
  },
} as const

/** One page for each noun in each language, and a list of all, by path. */
export function cmdletPages(): Readonly<Record<string, () => string>> {
  const shown = table.all().filter(({ hidden }) => hidden !== true)
  const nouns = Map.groupBy(shown, ({ name }) => name.slice(name.indexOf('-') + 1))
  const pages: Record<string, () => string> = {}
  for (const language of ['en', 'ja'] as const) {
    const suffix = language === 'ja' ? '.ja.md' : '.md'
    pages[`docs/cmdlets/README${suffix}`] = () => listPage(shown, language, suffix)
    for (const [noun, cmdlets] of nouns)
      pages[`docs/cmdlets/${noun}${suffix}`] = () => nounPage(noun, cmdlets, language)
  }
  return pages
}

function listPage(cmdlets: readonly Cmdlet[], language: Language, suffix: string): string {
  const words = WORDS[language]
  const rows = cmdlets.map(({ name, synopsis }) => {
    const page = `${name.slice(name.indexOf('-') + 1)}${suffix}`
    return `| [${name}](${page}#${name.toLowerCase()}) | ${cell(synopsis[language])} |`
  })
  return `# ${words.title}\n\n${words.made}\n\n| | |\n|---|---|\n${rows.join('\n')}\n`
}

function nounPage(noun: string, cmdlets: readonly Cmdlet[], language: Language): string {
  const sections = cmdlets.map((cmdlet) => section(cmdlet, language))
  return `# ${noun}\n\n${WORDS[language].made}\n\n${sections.join('\n')}`
}

function section(cmdlet: Cmdlet, language: Language): string {
  const words = WORDS[language]
  const roles = cmdlet.roles === 'everyone' ? words.everyone : cmdlet.roles.join(', ')
  const parts = [`## ${cmdlet.name}`, cmdlet.synopsis[language]]
  if (cmdlet.description) parts.push(cmdlet.description[language])
  parts.push(`\`\`\`powershell\n${syntaxOf(cmdlet).join('\n\n')}\n\`\`\``, `${words.roles}: ${roles}`)
  const common = new Set(Object.keys(allParameters({ ...cmdlet, parameters: {} })))
  const rows = Object.entries(allParameters(cmdlet))
    .filter(([name]) => !common.has(name))
    .map(([name, parameter]) => {
      const facts = [
        parameter.mandatory === true ? words.yes : '',
        parameter.position ?? '',
        parameter.pipeline?.join(', ') ?? '',
      ]
      return `| \`-${name}\` | ${cell(shortTypeName(parameter))} | ${facts.join(' | ')} | ${cell(parameter.help[language])} |`
    })
  if (rows.length > 0)
    parts.push(`| ${words.parameters.join(' | ')} |\n|---|---|---|---|---|---|\n${rows.join('\n')}`)
  for (const { line, help } of cmdlet.examples ?? [])
    parts.push(`${words.examples}: ${help[language]}\n\n\`\`\`powershell\n${line}\n\`\`\``)
  return `${parts.join('\n\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}
