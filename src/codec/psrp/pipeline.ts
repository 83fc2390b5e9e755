import type { CommandArgument, CommandCall } from '../../base/ps-value.ts'
import { type CliValue, cliItems, cliNumber, cliProperty, cliString, cliTruth } from './clixml.ts'
import { type Decrypt, toPsValue } from './values.ts'

/** What one pipeline is to do. `noInput` false: PIPELINE_INPUT and its end follow, even when nothing comes before the end. */
export type PipelineRequest =
  | {
      readonly kind: 'commands'
      readonly statements: readonly (readonly RemoteCommand[])[]
      readonly noInput: boolean
      readonly host: ClientHost | undefined
    }
  | {
      readonly kind: 'metadata'
      readonly names: readonly string[]
      /** Flags of CommandTypes. */
      readonly types: number
      readonly modules: readonly string[]
    }

/** One command as it came; values stay serialised until the session key can open them. */
export type RemoteCommand = {
  readonly text: string
  readonly isScript: boolean
  /** Where its errors go (section 5, Merging). */
  readonly errors: 'errors' | 'output' | 'nowhere'
  readonly arguments: readonly RemoteArgument[]
}
export type RemoteArgument = { readonly name: string | undefined; readonly value: CliValue | undefined }

/** What the client's host can do ([MS-PSRP] 2.2.3.14). */
export type ClientHost = { readonly canShow: boolean; readonly width: number }
const NO_HOST: ClientHost = { canShow: false, width: 80 }

/** Key of the window size in the host's default data (powershell-7-observed.md section 2). */
const WINDOW_SIZE = 6

/** Reads `HostInfo`. @returns undefined where it says "as the pool said". */
function readHost(info: CliValue | undefined): ClientHost | undefined {
  if (cliTruth(cliProperty(info, '_useRunspaceHost')) === true) return undefined
  if (cliTruth(cliProperty(info, '_isHostNull')) !== false) return NO_HOST
  if (cliTruth(cliProperty(info, '_isHostUINull')) !== false) return NO_HOST
  const data = cliProperty(cliProperty(info, '_hostDefaultData'), 'data')
  let width = NO_HOST.width
  if (data?.kind === 'object' && data.content?.kind === 'dictionary')
    for (const [key, value] of data.content.entries)
      if (cliNumber(key) === WINDOW_SIZE)
        width = cliNumber(cliProperty(cliProperty(value, 'V'), 'width')) ?? width
  return { canShow: true, width: Math.min(Math.max(width, 20), 1000) }
}

/**
 * INIT_RUNSPACEPOOL's own host is never "as the pool said". COMPAT(psrpcore): its clients say just that, and that there is no host,
 * and take host calls all the same; a PowerShell without a host says only the latter.
 */
export function readPoolHost(info: CliValue | undefined): ClientHost {
  return readHost(info) ?? { canShow: true, width: NO_HOST.width }
}

/** Reads CREATE_PIPELINE ([MS-PSRP] 2.2.2.10). @returns undefined when there is no command in it. */
export function readPipeline(value: CliValue): PipelineRequest | undefined {
  const powerShell = cliProperty(value, 'PowerShell')
  const extra = cliItems(cliProperty(powerShell, 'ExtraCmds')) ?? []
  // ExtraCmds holds all statements, the first included.
  const lists =
    extra.length > 0 ? extra.map((item) => cliProperty(item, 'Cmds')) : [cliProperty(powerShell, 'Cmds')]
  const statements = lists.map((list) => (cliItems(list) ?? []).map(readCommand))
  const commands = statements.map((list) => list.filter((command) => command !== undefined))
  if (commands.some((list) => list.length === 0) || commands.length === 0) return undefined
  if (commands.some((list, n) => list.length !== statements[n]?.length)) return undefined
  return {
    kind: 'commands',
    statements: commands,
    noInput: cliTruth(cliProperty(value, 'NoInput')) !== false,
    host: readHost(cliProperty(value, 'HostInfo')),
  }
}

const RESULT_TYPE = { output: 1, error: 2, all: 7, nothing: 8 } as const

function readCommand(value: CliValue): RemoteCommand | undefined {
  const text = cliString(cliProperty(value, 'Cmd'))
  if (text === undefined) return undefined
  const type = (name: string): number => cliNumber(cliProperty(value, name)) ?? 0
  const mine = type('MergeMyResult')
  const mergesErrors =
    type('MergeError') === RESULT_TYPE.output ||
    ((mine === RESULT_TYPE.error || mine === RESULT_TYPE.all) && type('MergeToResult') === RESULT_TYPE.output)
  return {
    text,
    isScript: cliTruth(cliProperty(value, 'IsScript')) === true,
    errors: type('MergeError') === RESULT_TYPE.nothing ? 'nowhere' : mergesErrors ? 'output' : 'errors',
    arguments: (cliItems(cliProperty(value, 'Args')) ?? []).map((argument) =>
      readArgument(cliString(cliProperty(argument, 'N')), cliProperty(argument, 'V')),
    ),
  }
}

/**
 * The three spellings of an argument (powershell-remoting.md section 5.1). `value` undefined: only a name, which takes the next
 * nameless argument unless the parameter is a switch; the binder knows which.
 */
function readArgument(spelling: string | undefined, value: CliValue | undefined): RemoteArgument {
  if (spelling === undefined) return { name: undefined, value: value ?? { kind: 'nil' } }
  const trimmed = spelling.trimEnd()
  const given = value ?? { kind: 'nil' }
  if (!trimmed.startsWith('-')) return { name: trimmed, value: given }
  if (trimmed.endsWith(':')) return { name: trimmed.slice(1, -1), value: given }
  return { name: trimmed.slice(1), value: given.kind === 'nil' ? undefined : given }
}

/** The command as any PowerShell client calls it. */
export function toCall(command: RemoteCommand, decrypt: Decrypt): CommandCall {
  return {
    name: command.text.trim(),
    arguments: command.arguments.map(
      ({ name, value }): CommandArgument => ({
        name,
        value: value === undefined ? undefined : toPsValue(value, decrypt),
      }),
    ),
  }
}

/** Alias, Function, Filter, Cmdlet, Configuration: what clients ask for when they say nothing. */
const DEFAULT_TYPES = 271

/** Reads GET_COMMAND_METADATA ([MS-PSRP] 2.2.2.14). Names Nil is every name; modules Nil or empty is every module. */
export function readMetadataRequest(value: CliValue): PipelineRequest {
  const texts = (name: string): readonly string[] => {
    const found = cliProperty(value, name)
    const items = cliItems(found) ?? (found ? [found] : [])
    return items.map(cliString).filter((text) => text !== undefined)
  }
  const names = texts('Name')
  return {
    kind: 'metadata',
    names: names.length > 0 ? names : ['*'],
    types: cliNumber(cliProperty(value, 'CommandType')) ?? DEFAULT_TYPES,
    modules: texts('Namespace'),
  }
}
