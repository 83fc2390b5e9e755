import type { Command, Option } from 'commander'

/** What may stand behind an option or as an argument. */
export type Value =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'text' }

/** One option with the names it goes by (`--file`, `-f`). */
export interface Flag {
  readonly names: readonly string[]
  readonly help: string
  /** Undefined: a switch. */
  readonly value: Value | undefined
  readonly repeated: boolean
}

/** One command, flattened: its path is empty for `nightpost` itself. */
export interface Node {
  readonly path: readonly string[]
  readonly help: string
  readonly commands: readonly { readonly name: string; readonly help: string }[]
  readonly flags: readonly Flag[]
  /** The value of the positional arguments; the last one stands for all that follow. */
  readonly values: readonly Value[]
}

/** Every command of the command line, parents first: what completion scripts are made from. */
export function flatten(command: Command, path: readonly string[] = []): readonly Node[] {
  const help = command.createHelp()
  const children = help.visibleCommands(command)
  const node: Node = {
    path,
    help: oneLine(command.description()),
    commands: children.map((child) => ({ name: child.name(), help: oneLine(child.description()) })),
    flags: help.visibleOptions(command).map(flagOf),
    values: command.registeredArguments.map((one) => offeredFor(one.name(), one.argChoices)),
  }
  const inner = children.filter((child) => child.name() !== 'help')
  return [node, ...inner.flatMap((child) => flatten(child, [...path, child.name()]))]
}

/** Options with a value, of whatever command: their next word is no command. */
export function takers(nodes: readonly Node[]): readonly string[] {
  const names = nodes.flatMap(({ flags }) => flags.flatMap((flag) => (flag.value ? flag.names : [])))
  return [...new Set(names)]
}

function flagOf(option: Option): Flag {
  const names = [option.long, option.short].filter((name) => name !== undefined)
  const name = /<(.*)>/.exec(option.flags)?.[1]
  return {
    names,
    help: oneLine(option.description),
    value: name === undefined ? undefined : offeredFor(name, option.argChoices),
    repeated: /may be repeated/.test(option.description),
  }
}

function offeredFor(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: 'choice', choices }
  if (name === 'file') return { kind: 'file' }
  return name === 'dir' ? { kind: 'folder' } : { kind: 'text' }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
