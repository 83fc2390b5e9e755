import type { CommandArgument, CommandCall, PsValue } from '../../base/ps-value.ts'
import { parseScript } from '../powershell/script.ts'
import type { Argument, Command, Expression } from '../powershell/syntax.ts'

/**
 * The one form of script text that a remoting client may send us: commands with constants, such as
 * `Get-CsUser -Filter {Enabled -eq $true}`, which clients cannot turn into commands themselves (powershell-7-observed.md section 2).
 * Nothing is evaluated: a variable, an expression, a second statement or a block that is to run for each object is no such form
 * (SECURITY 47).
 * @returns undefined for every other text
 */
export function readSimpleScript(text: string): readonly CommandCall[] | undefined {
  const script = parseScript(text)
  if (!script.ok) return undefined
  const [statement, ...more] = script.value.statements
  if (statement?.kind !== 'pipeline' || more.length > 0 || statement.input) return undefined
  const calls = statement.commands.map(toCall)
  return calls.every((call) => call !== undefined) && calls.length > 0 ? calls : undefined
}

function toCall(command: Command): CommandCall | undefined {
  const given = command.arguments.map(toArgument)
  return given.every((argument) => argument !== undefined)
    ? { name: command.name, arguments: given }
    : undefined
}

function toArgument(argument: Argument): CommandArgument | undefined {
  const name = argument.kind === 'name' ? argument.name : undefined
  if (argument.value === undefined) return { name, value: undefined }
  const value = constantOf(argument.value)
  return value === undefined ? undefined : { name, value }
}

const CONSTANTS: ReadonlyMap<string, PsValue> = new Map<string, PsValue>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function constantOf(expression: Expression): PsValue | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'variable':
      return CONSTANTS.get(expression.name.toLowerCase())
    case 'expandable':
      return expression.parts.every((part) => typeof part === 'string')
        ? expression.parts.join('')
        : undefined
    case 'list': {
      const items = expression.items.map(constantOf)
      return items.every((item) => item !== undefined) ? items : undefined
    }
    case 'block':
      return /\$(_|psitem)\b/i.test(expression.text)
        ? undefined
        : { kind: 'scriptBlock', text: expression.text }
    default:
      return undefined
  }
}
