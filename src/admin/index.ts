import type { Cmdlet, CmdletTable } from './cmdlet.ts'
import { cmdlets } from './cmdlets/index.ts'
import { sessionAliases, sessionCmdlets } from './session/index.ts'

/** Builds a table; names and aliases are found without regard to case. @throws on two cmdlets of one name. */
export function cmdletTable(
  list: readonly Cmdlet[],
  aliases: ReadonlyMap<string, string> = new Map(),
): CmdletTable {
  const byName = new Map<string, Cmdlet>()
  for (const cmdlet of list) {
    const key = cmdlet.name.toLowerCase()
    if (byName.has(key)) throw new Error(`${cmdlet.name} is in the table twice`)
    byName.set(key, cmdlet)
  }
  const all = Object.freeze([...list].sort((a, b) => (a.name < b.name ? -1 : 1)))
  const byAlias = new Map([...aliases].map(([alias, name]) => [alias.toLowerCase(), name.toLowerCase()]))
  return {
    find: (name) => byName.get(name.toLowerCase()) ?? byName.get(byAlias.get(name.toLowerCase()) ?? ''),
    all: () => all,
  }
}

/** Every command that any door offers. */
export const table: CmdletTable = cmdletTable([...cmdlets, ...sessionCmdlets], sessionAliases)
