import { isList, psText } from '../../base/ps-text.ts'
import { type PsObject, type PsValue, psObject } from '../../base/ps-value.ts'
import type { Cmdlet, Parameter } from '../cmdlet.ts'
import { allParameters } from '../common-parameters.ts'
import { parameterTypeName } from '../parameter-types.ts'

/** System.Management.Automation.CommandTypes: the kinds that we have, or are asked about. */
const COMMAND_TYPES: ReadonlyMap<string, number> = new Map([
  ['alias', 1],
  ['function', 2],
  ['filter', 4],
  ['cmdlet', 8],
  ['externalscript', 16],
  ['application', 32],
  ['script', 64],
  ['workflow', 128],
  ['configuration', 256],
  ['all', 511],
])
export const CMDLET_TYPE = 8

/** Flags of CommandTypes in any form that clients send: number, enum, name, list of names. */
export function commandTypesOf(value: PsValue | undefined): number {
  if (value === undefined || value === null) return 511
  if (typeof value === 'number') return value
  if (isList(value)) return value.reduce((flags: number, one) => flags | commandTypesOf(one), 0)
  if (typeof value === 'object' && value.kind === 'enum') return value.value
  return psText(value)
    .split(',')
    .reduce((flags, name) => flags | (COMMAND_TYPES.get(name.trim().toLowerCase()) ?? 0), 0)
}

/** What a remote client needs of us before anything else; Import-PSSession passes over them in silence (powershell-remoting section 6.1). */
const REMOTE_BASICS: ReadonlySet<string> = new Set([
  'Exit-PSSession',
  'Get-Command',
  'Get-FormatData',
  'Get-Help',
  'Measure-Object',
  'Out-Default',
  'Select-Object',
])

/** Commands that a remote client may take over: our own nouns. A name that the client has itself would be a warning at every import. */
export function isForRemoteClients(cmdlet: Cmdlet): boolean {
  return !cmdlet.hidden && (/-(?:Cs|Np)[A-Z]/.test(cmdlet.name) || REMOTE_BASICS.has(cmdlet.name))
}

/** The module in which the original has the command. */
export function moduleOf(cmdlet: Cmdlet): string {
  if (/-Cs[A-Z]/.test(cmdlet.name)) return 'SkypeForBusiness'
  return /-Np[A-Z]/.test(cmdlet.name) ? 'Nightpost' : 'Microsoft.PowerShell.Core'
}

/** A command as Get-Command shows it. `Namespace` and `ResolvedCommandName` are what Import-PSSession asks for (section 6.2). */
export function commandInfo(cmdlet: Cmdlet): PsObject {
  const info = psObject(
    'System.Management.Automation.CmdletInfo',
    [
      [
        'CommandType',
        {
          kind: 'enum',
          typeName: 'System.Management.Automation.CommandTypes',
          name: 'Cmdlet',
          value: CMDLET_TYPE,
        },
      ],
      ['Name', cmdlet.name],
      ['Version', { kind: 'version', text: '1.0' }],
      ['Source', moduleOf(cmdlet)],
      ['ModuleName', moduleOf(cmdlet)],
      ['Namespace', moduleOf(cmdlet)],
      ['HelpUri', ''],
      ['ResolvedCommandName', null],
      [
        'Visibility',
        {
          kind: 'enum',
          typeName: 'System.Management.Automation.SessionStateEntryVisibility',
          name: 'Public',
          value: 0,
        },
      ],
      ['DefaultParameterSet', cmdlet.defaultSet ?? null],
      ['Definition', syntaxOf(cmdlet).join('\n')],
      ['OutputType', cmdlet.outputTypes ?? []],
      ['ParameterSets', parameterSets(cmdlet).map((set) => syntaxOfSet(cmdlet, set))],
      ['Parameters', parametersOf(cmdlet)],
    ],
    cmdlet.name,
  )
  return {
    ...info,
    typeNames: [
      'System.Management.Automation.CmdletInfo',
      'System.Management.Automation.CommandInfo',
      'System.Object',
    ],
  }
}

/** One line of syntax for each parameter set, with the command's name. */
export function syntaxOf(cmdlet: Cmdlet): readonly string[] {
  return parameterSets(cmdlet).map((set) => `${cmdlet.name} ${syntaxOfSet(cmdlet, set)}`)
}

function parameterSets(cmdlet: Cmdlet): readonly string[] {
  const names = new Set<string>(cmdlet.defaultSet === undefined ? [] : [cmdlet.defaultSet])
  for (const parameter of Object.values(cmdlet.parameters))
    for (const set of parameter.sets ?? []) names.add(set)
  return names.size === 0 ? [''] : [...names]
}

function syntaxOfSet(cmdlet: Cmdlet, set: string): string {
  const own = Object.entries(cmdlet.parameters).filter(
    ([, parameter]) => parameter.sets === undefined || parameter.sets.includes(set),
  )
  const place = ([, parameter]: (typeof own)[number]): number => parameter.position ?? 1000
  const sorted = own.sort((a, b) => place(a) - place(b))
  const changes = cmdlet.supportsShouldProcess ? ['[-WhatIf]', '[-Confirm]'] : []
  return [
    ...sorted.map(([name, parameter]) => syntaxOfParameter(name, parameter)),
    ...changes,
    '[<CommonParameters>]',
  ].join(' ')
}

function syntaxOfParameter(name: string, parameter: Parameter): string {
  if (parameter.type.kind === 'switch') return parameter.mandatory ? `-${name}` : `[-${name}]`
  const spelled = parameter.position === undefined ? `-${name}` : `[-${name}]`
  const whole = `${spelled} <${shortTypeName(parameter)}>`
  return parameter.mandatory ? whole : `[${whole}]`
}

const ACCELERATORS: ReadonlyMap<string, string> = new Map([
  ['String', 'string'],
  ['Boolean', 'bool'],
  ['Int32', 'int'],
  ['Int64', 'long'],
  ['UInt32', 'uint32'],
  ['UInt64', 'uint64'],
  ['Double', 'double'],
  ['DateTime', 'datetime'],
  ['TimeSpan', 'timespan'],
  ['Guid', 'guid'],
  ['Uri', 'uri'],
  ['Hashtable', 'hashtable'],
  ['PSObject', 'psobject'],
  ['PSCredential', 'pscredential'],
  ['SecureString', 'securestring'],
  ['ScriptBlock', 'scriptblock'],
])

/** A type as Get-Command -Syntax writes it: `System.Nullable[System.Boolean]` is `bool`. */
export function shortTypeName(parameter: Parameter): string {
  const full = parameterTypeName(parameter)
    .replace(/^System\.Nullable(?:`1)?\[+(.*?)\]+$/, '$1')
    .replace(/`\d+\[.+\]$/, '')
  const list = full.endsWith('[]') ? '[]' : ''
  const last = full.replace(/\[\]$/, '').split(/[.+]/).at(-1) ?? full
  return `${ACCELERATORS.get(last) ?? last}${list}`
}

/** All parameters with the common ones: without them a client's proxy is not treated as a cmdlet (section 6.2). */
function parametersOf(cmdlet: Cmdlet): PsValue {
  return {
    kind: 'table',
    entries: Object.entries(allParameters(cmdlet)).map(([name, parameter]) => [
      name,
      parameterMetadata(name, parameter),
    ]),
  }
}

const METADATA_TYPE = 'System.Management.Automation.ParameterMetadata'

function parameterMetadata(name: string, parameter: Parameter): PsObject {
  return psObject(
    METADATA_TYPE,
    [
      ['Name', name],
      ['ParameterType', parameterTypeName(parameter)],
      ['Aliases', parameter.aliases ?? []],
      ['IsDynamic', false],
      ['SwitchParameter', parameter.type.kind === 'switch'],
      ['ParameterSets', parameterSetMetadata(parameter)],
    ],
    METADATA_TYPE,
  )
}

/** Position, mandatory and pipeline flags per set; clients pass over it, administrators look it up. */
function parameterSetMetadata(parameter: Parameter): PsValue {
  const facts = (): PsValue => ({
    kind: 'table',
    entries: [
      ['Position', parameter.position ?? -2147483648],
      ['IsMandatory', parameter.mandatory === true],
      ['ValueFromPipeline', parameter.pipeline?.includes('ByValue') === true],
      ['ValueFromPipelineByPropertyName', parameter.pipeline?.includes('ByPropertyName') === true],
    ],
  })
  return { kind: 'table', entries: (parameter.sets ?? ['__AllParameterSets']).map((set) => [set, facts()]) }
}
