import type { Cmdlet } from '../cmdlet.ts'
import { convertToJson } from './convert-to-json.ts'
import { forEachObject } from './for-each-object.ts'
import { formatList } from './format-list.ts'
import { formatTable } from './format-table.ts'
import { getDate } from './get-date.ts'
import { getHelp } from './get-help.ts'
import { getMember } from './get-member.ts'
import { groupObject } from './group-object.ts'
import { measureObject } from './measure-object.ts'
import { outDefault, outHost, outNull, outString, writeHost, writeOutput } from './out.ts'
import { selectObject } from './select-object.ts'
import { sortObject } from './sort-object.ts'
import { whereObject } from './where-object.ts'

/** What every PowerShell session brings along: Select-Object, Get-Command and their like. One line per cmdlet. */
export const sessionCmdlets: readonly Cmdlet[] = [
  convertToJson,
  forEachObject,
  formatList,
  formatTable,
  getDate,
  getHelp,
  getMember,
  groupObject,
  measureObject,
  outDefault,
  outHost,
  outNull,
  outString,
  selectObject,
  sortObject,
  whereObject,
  writeHost,
  writeOutput,
]

/** PowerShell's aliases of these, alias to name. */
export const sessionAliases: ReadonlyMap<string, string> = new Map<string, string>([
  ['?', 'Where-Object'],
  ['where', 'Where-Object'],
  ['%', 'ForEach-Object'],
  ['foreach', 'ForEach-Object'],
  ['select', 'Select-Object'],
  ['sort', 'Sort-Object'],
  ['measure', 'Measure-Object'],
  ['group', 'Group-Object'],
  ['gm', 'Get-Member'],
  ['fl', 'Format-List'],
  ['ft', 'Format-Table'],
  ['oh', 'Out-Host'],
  ['echo', 'Write-Output'],
  ['write', 'Write-Output'],
  ['help', 'Get-Help'],
  ['man', 'Get-Help'],
])
