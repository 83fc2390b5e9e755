import type { Cmdlet } from '../cmdlet.ts'
import { convertToCsv } from './convert-to-csv.ts'
import { convertToJson } from './convert-to-json.ts'
import { convertToSecureString } from './convert-to-secure-string.ts'
import { exitPSSession } from './exit-pssession.ts'
import { exportCsv } from './export-csv.ts'
import { forEachObject } from './for-each-object.ts'
import { formatList } from './format-list.ts'
import { formatTable } from './format-table.ts'
import { getCommand } from './get-command.ts'
import { getDate } from './get-date.ts'
import { getFormatData } from './get-format-data.ts'
import { getHelp } from './get-help.ts'
import { getHost } from './get-host.ts'
import { getMember } from './get-member.ts'
import { groupObject } from './group-object.ts'
import { importCsv } from './import-csv.ts'
import { measureObject } from './measure-object.ts'
import { outHost, outNull, outString, writeHost, writeOutput } from './out.ts'
import { outDefault } from './out-default.ts'
import { prompt } from './prompt.ts'
import { selectObject } from './select-object.ts'
import { sortObject } from './sort-object.ts'
import { tabExpansion2 } from './tab-expansion.ts'
import { whereObject } from './where-object.ts'

/** What every PowerShell session brings along: Select-Object, Get-Command and their like. One line per cmdlet. */
export const sessionCmdlets: readonly Cmdlet[] = [
  exitPSSession,
  getCommand,
  getFormatData,
  getHost,
  outDefault,
  prompt,
  tabExpansion2,
  convertToCsv,
  convertToJson,
  convertToSecureString,
  exportCsv,
  importCsv,
  forEachObject,
  formatList,
  formatTable,
  getDate,
  getHelp,
  getMember,
  groupObject,
  measureObject,
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
  ['epcsv', 'Export-Csv'],
  ['ipcsv', 'Import-Csv'],
  ['gm', 'Get-Member'],
  ['fl', 'Format-List'],
  ['ft', 'Format-Table'],
  ['oh', 'Out-Host'],
  ['echo', 'Write-Output'],
  ['write', 'Write-Output'],
  ['help', 'Get-Help'],
  ['man', 'Get-Help'],
])
