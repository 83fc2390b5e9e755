import {
  type CliValue,
  cliBag,
  cliBool,
  cliItems,
  cliList,
  cliProperty,
  cliString,
  cliText,
  NIL,
} from '../../src/codec/psrp/clixml.ts'
import { createPipeline, type Ran } from '../client/psrp-messages.ts'

// What the tests of PowerShell remoting ask and how they read the answers.

export const SCHEMA = 2150858817
export const UNKNOWN_SHELL = 2150858843
export const TOO_MANY_SHELLS = 2150859173
export const TOO_MANY_OPERATIONS = 2150859174
export const ABORTED = 995
export const COMPLETED = 4
export const STOPPED = 3
export const FAILED = 5

/** A command that runs until it is stopped. */
export const SLEEPING = createPipeline(
  'Test-NpSleep',
  { Seconds: { kind: 'number', tag: 'I32', value: 3600 } },
  true,
)

/** Objects of the output stream. */
export function outputs(ran: Ran): readonly CliValue[] {
  return ran.messages.filter(({ type }) => type === 'PIPELINE_OUTPUT').map(({ value }) => value)
}

export function texts(ran: Ran, property: string): readonly (string | undefined)[] {
  return outputs(ran).map((value) => cliString(cliProperty(value, property)))
}

/** A pipeline of several statements: `ExtraCmds` has them all, `Cmds` the first one again. */
export function statements(...names: readonly string[]): CliValue {
  const [first = '', ...more] = names
  const whole = createPipeline(first, {}, true)
  const powerShell = cliProperty(whole, 'PowerShell')
  if (whole.kind !== 'object' || powerShell?.kind !== 'object') throw new Error('no pipeline')
  const commands = [first, ...more].map(
    (name) => cliProperty(cliProperty(createPipeline(name, {}, true), 'PowerShell'), 'Cmds') ?? NIL,
  )
  const extra = cliList(commands.map((list) => cliBag({ Cmds: list })))
  const members = new Map(whole.members)
  members.set('PowerShell', {
    ...powerShell,
    members: new Map([...powerShell.members, ['ExtraCmds', extra]]),
  })
  return { ...whole, members }
}

/** Host calls: method and first parameter. */
export function shown(ran: Ran): readonly (readonly [string | undefined, string | undefined])[] {
  return ran.messages
    .filter(({ type }) => type === 'PIPELINE_HOST_CALL')
    .map(({ value }) => {
      const method = cliProperty(value, 'mi')
      const [first] = cliItems(cliProperty(value, 'mp')) ?? []
      return [method?.kind === 'object' ? method.text : undefined, cliString(first)] as const
    })
}

export function metadataRequest(names: readonly string[]): CliValue {
  return {
    kind: 'object',
    types: [],
    text: undefined,
    content: undefined,
    props: new Map(),
    members: new Map<string, CliValue>([
      ['Name', cliList(names.map((name) => cliText(name)))],
      ['CommandType', { kind: 'number', tag: 'I32', value: 271 }],
      ['Namespace', cliList([])],
      ['ArgumentList', NIL],
    ]),
  }
}

/** The same pipeline with its command marked as script text. */
export function asScript(value: CliValue): CliValue {
  if (value.kind !== 'object') return value
  const members = new Map(
    [...value.members].map(
      ([name, member]) => [name, name === 'IsScript' ? cliBool(true) : asScript(member)] as const,
    ),
  )
  const content =
    value.content?.kind === 'list'
      ? { ...value.content, items: value.content.items.map(asScript) }
      : value.content
  return { ...value, members, content }
}
