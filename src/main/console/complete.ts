import type { CmdletTable, Parameter } from '../../admin/cmdlet.ts'
import { COMMON_PARAMETERS, SHOULD_PROCESS_PARAMETERS } from '../../admin/common-parameters.ts'

/** Completion of the word at the end of a line: names of commands, of their parameters, and values that are from a list. */
export function completeLine(table: CmdletTable, line: string): readonly [string[], string] {
  const command = /[^|;({=]*$/.exec(line)?.[0] ?? ''
  const words = command.trimStart().split(/\s+/)
  const last = words.at(-1) ?? ''
  if (words.length <= 1) return [commandsLike(table, last), last]
  const cmdlet = table.find(words[0] ?? '')
  if (!cmdlet) return [[], last]
  const parameters = {
    ...cmdlet.parameters,
    ...COMMON_PARAMETERS,
    ...(cmdlet.supportsShouldProcess ? SHOULD_PROCESS_PARAMETERS : {}),
  }
  if (last.startsWith('-')) {
    const names = Object.keys(parameters).map((name) => `-${name}`)
    return [startingWith(names, last), last]
  }
  return [startingWith(valuesOf(parameters, words.at(-2) ?? ''), last), last]
}

function commandsLike(table: CmdletTable, start: string): string[] {
  const names = table.all().flatMap((cmdlet) => (cmdlet.hidden ? [] : [cmdlet.name]))
  return startingWith(names, start)
}

function valuesOf(parameters: Readonly<Record<string, Parameter>>, before: string): readonly string[] {
  const name = before.replace(/^-/, '').toLowerCase()
  const type = Object.entries(parameters).find(
    ([key]) => before.startsWith('-') && key.toLowerCase() === name,
  )?.[1].type
  if (type?.kind === 'enum') return type.values
  return type?.kind === 'boolean' ? ['$True', '$False'] : []
}

function startingWith(names: readonly string[], start: string): string[] {
  const lower = start.toLowerCase()
  return names.filter((name) => name.toLowerCase().startsWith(lower)).sort()
}
