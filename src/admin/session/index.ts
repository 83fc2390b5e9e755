import type { Cmdlet } from '../cmdlet.ts'

/** What every PowerShell session brings along: Select-Object, Get-Command and their like. One line per cmdlet. */
export const sessionCmdlets: readonly Cmdlet[] = []

/** PowerShell's aliases of these, alias to name. */
export const sessionAliases: ReadonlyMap<string, string> = new Map<string, string>([])
