import { fail, ok, type Result } from '../../base/result.ts'
import { attributeOf, childOf, childrenOf, element, textOf, type XmlElement } from '../../base/xml.ts'
import { type Guid, parseGuid } from '../psrp/guid.ts'
import { type Envelope, readSeconds } from './envelope.ts'
import type { Fault } from './fault.ts'
import { ADDRESSING, ENUMERATION, IDENTIFY, POWERSHELL, SHELL, TRANSFER, WSMAN } from './names.ts'

/** What a request wants ([MS-WSMV] 3.1.4.5 to 3.1.4.15), with the bytes it brings. `command` absent: the shell itself. */
export type Operation =
  | {
      readonly kind: 'create'
      readonly shell: Guid | undefined
      readonly name: string
      /** 0: nothing asked for. */
      readonly idleTimeoutMs: number
      readonly data: Uint8Array
    }
  | { readonly kind: 'command'; readonly command: Guid | undefined; readonly data: Uint8Array }
  | { readonly kind: 'send'; readonly streams: readonly SentStream[] }
  | { readonly kind: 'receive'; readonly command: Guid | undefined }
  | { readonly kind: 'signal'; readonly command: Guid | undefined; readonly signal: 'stop' | 'terminate' }
  | { readonly kind: 'delete' }
  /** 0: nothing asked for. */
  | { readonly kind: 'disconnect'; readonly idleTimeoutMs: number }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'connect'; readonly command: Guid | undefined; readonly data: Uint8Array }
  | { readonly kind: 'get' }
  | { readonly kind: 'enumerate' }
  | { readonly kind: 'identify' }
export type SentStream = {
  readonly name: 'stdin' | 'pr'
  readonly command: Guid | undefined
  readonly data: Uint8Array
}

const READERS: Readonly<Record<string, (body: XmlElement) => Result<Operation, Fault>>> = {
  [`${TRANSFER}/Create`]: readCreate,
  [`${TRANSFER}/Delete`]: () => ok({ kind: 'delete' }),
  [`${TRANSFER}/Get`]: () => ok({ kind: 'get' }),
  [`${ENUMERATION}/Enumerate`]: () => ok({ kind: 'enumerate' }),
  [`${SHELL}/Command`]: readCommand,
  [`${SHELL}/Send`]: readSend,
  [`${SHELL}/Receive`]: readReceive,
  [`${SHELL}/Signal`]: readSignal,
  [`${SHELL}/Disconnect`]: readDisconnect,
  [`${SHELL}/Reconnect`]: () => ok({ kind: 'reconnect' }),
  [`${SHELL}/Connect`]: readConnect,
  Identify: () => ok({ kind: 'identify' }),
}

/** Reads the body by the action. */
export function readOperation({ action, body }: Envelope): Result<Operation, Fault> {
  const reader = Object.hasOwn(READERS, action) ? READERS[action] : undefined
  return reader ? reader(body) : fail('unknownAction')
}

function readCreate(body: XmlElement): Result<Operation, Fault> {
  const shell = childOf(body, SHELL, 'Shell')
  if (!shell) return fail('schema')
  const given = attributeOf(shell, 'ShellId')
  const id = given === undefined ? undefined : parseGuid(given)
  const data = readBase64(textOf(childOf(shell, POWERSHELL, 'creationXml')))
  const idle = readSeconds(textOf(childOf(shell, SHELL, 'IdleTimeOut')).trim())
  if ((given !== undefined && !id) || !data) return fail('schema')
  if (idle === undefined) return fail('badHeader')
  const name = attributeOf(shell, 'Name') ?? textOf(childOf(shell, SHELL, 'Name'))
  return ok({ kind: 'create', shell: id, name: name.slice(0, 100), idleTimeoutMs: idle, data })
}

function readDisconnect(body: XmlElement): Result<Operation, Fault> {
  const idle = readSeconds(textOf(childOf(childOf(body, SHELL, 'Disconnect'), SHELL, 'IdleTimeOut')).trim())
  return idle === undefined ? fail('badHeader') : ok({ kind: 'disconnect', idleTimeoutMs: idle })
}

function readConnect(body: XmlElement): Result<Operation, Fault> {
  const connect = childOf(body, SHELL, 'Connect')
  const id = readCommandId(connect)
  const data = readBase64(textOf(childOf(connect, POWERSHELL, 'connectXml')))
  return connect && id.ok && data ? ok({ kind: 'connect', command: id.value, data }) : fail('schema')
}

function readCommand(body: XmlElement): Result<Operation, Fault> {
  const line = childOf(body, SHELL, 'CommandLine')
  const id = readCommandId(line)
  const data = readBase64(childrenOf(line, SHELL, 'Arguments').map(textOf).join(''))
  if (!line || !id.ok || !data) return fail('schema')
  return ok({ kind: 'command', command: id.value, data })
}

function readSend(body: XmlElement): Result<Operation, Fault> {
  const streams: SentStream[] = []
  for (const stream of childrenOf(childOf(body, SHELL, 'Send'), SHELL, 'Stream')) {
    const name = attributeOf(stream, 'Name')
    const id = readCommandId(stream)
    const data = readBase64(textOf(stream))
    if ((name !== 'stdin' && name !== 'pr') || !id.ok || !data) return fail('schema')
    streams.push({ name, command: id.value, data })
  }
  return streams.length > 0 ? ok({ kind: 'send', streams }) : fail('schema')
}

function readReceive(body: XmlElement): Result<Operation, Fault> {
  const desired = childOf(childOf(body, SHELL, 'Receive'), SHELL, 'DesiredStream')
  const id = readCommandId(desired)
  return desired && id.ok ? ok({ kind: 'receive', command: id.value }) : fail('schema')
}

function readSignal(body: XmlElement): Result<Operation, Fault> {
  const signal = childOf(body, SHELL, 'Signal')
  const id = readCommandId(signal)
  const code = textOf(childOf(signal, SHELL, 'Code'))
    .trim()
    .toLowerCase()
  if (!signal || !id.ok) return fail('schema')
  // PowerShell spells it crtl_c, others ctrl_c (section 2.5, Signal).
  if (/\/(crtl_c|ctrl_c|ctrl_break)$/.test(code))
    return ok({ kind: 'signal', command: id.value, signal: 'stop' })
  if (code.endsWith('/terminate')) return ok({ kind: 'signal', command: id.value, signal: 'terminate' })
  return fail('unknownAction')
}

function readCommandId(from: XmlElement | undefined): Result<Guid | undefined, 'schema'> {
  const text = attributeOf(from, 'CommandId')
  if (text === undefined || text === '') return ok(undefined)
  const id = parseGuid(text)
  return id ? ok(id) : fail('schema')
}

function readBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/\s+/g, '')
  if (bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) return undefined
  return new Uint8Array(Buffer.from(bare, 'base64'))
}

/** A shell as Create and Get describe it. Durations in milliseconds. */
export type ShellDescription = {
  readonly id: Guid
  readonly address: string
  readonly resourceUri: string
  readonly owner: string
  readonly clientAddress: string
  readonly idleTimeoutMs: number
  readonly locale: string
  readonly dataLocale: string
  readonly runTimeMs: number
  readonly inactivityMs: number
  readonly compressed: boolean
  readonly connected: boolean
}

/** The body of the answer to Create; a copy of what Windows servers send, in their order. */
export function createdBody(shell: ShellDescription): readonly XmlElement[] {
  const id = shell.id.toUpperCase()
  return [
    element(
      TRANSFER,
      'ResourceCreated',
      {},
      element(ADDRESSING, 'Address', {}, shell.address),
      element(
        ADDRESSING,
        'ReferenceParameters',
        {},
        element(WSMAN, 'ResourceURI', {}, shell.resourceUri),
        element(WSMAN, 'SelectorSet', {}, element(WSMAN, 'Selector', { Name: 'ShellId' }, id)),
      ),
    ),
    shellElement(shell),
  ]
}

/** `rsp:Shell`. PowerShell reads IdleTimeOut, MaxIdleTimeOut and BufferMode out of it and insists on their form. */
export function shellElement(shell: ShellDescription): XmlElement {
  const part = (name: string, text: string): XmlElement => element(SHELL, name, {}, text)
  const seconds = (ms: number): string => `PT${(ms / 1000).toFixed(3)}S`
  return element(
    SHELL,
    'Shell',
    {},
    part('ShellId', shell.id.toUpperCase()),
    part('ResourceUri', shell.resourceUri),
    part('Owner', shell.owner),
    part('ClientIP', shell.clientAddress),
    part('IdleTimeOut', seconds(shell.idleTimeoutMs)),
    part('InputStreams', 'stdin pr'),
    part('OutputStreams', 'stdout'),
    part('MaxIdleTimeOut', seconds(shell.idleTimeoutMs)),
    part('Locale', shell.locale),
    part('DataLocale', shell.dataLocale),
    part('CompressionMode', shell.compressed ? 'XpressCompression' : 'NoCompression'),
    part('ProfileLoaded', 'No'),
    part('Encoding', 'UTF8'),
    part('BufferMode', 'Block'),
    part('State', shell.connected ? 'Connected' : 'Disconnected'),
    part('ShellRunTime', wholeSeconds(shell.runTimeMs)),
    part('ShellInactivity', wholeSeconds(shell.inactivityMs)),
  )
}

function wholeSeconds(ms: number): string {
  const seconds = Math.max(0, Math.trunc(ms / 1000))
  const days = Math.trunc(seconds / 86_400)
  return `P${days}DT${Math.trunc(seconds / 3600) % 24}H${Math.trunc(seconds / 60) % 60}M${seconds % 60}S`
}

export function commandBody(command: Guid): XmlElement {
  return element(SHELL, 'CommandResponse', {}, element(SHELL, 'CommandId', {}, command.toUpperCase()))
}

export function emptyBody(
  name: 'SendResponse' | 'SignalResponse' | 'DisconnectResponse' | 'ReconnectResponse' | 'ConnectResponse',
): XmlElement {
  return element(SHELL, name)
}

/** The answer to a client that connects to a shell: what its pool says, in fragments. */
export function connectedBody(base64: string): XmlElement {
  return element(
    SHELL,
    'ConnectResponse',
    {},
    element(SHELL, 'InputStreams', {}, 'stdin pr'),
    element(SHELL, 'OutputStreams', {}, 'stdout'),
    element(POWERSHELL, 'connectResponseXml', {}, base64),
  )
}

/** Output of one target: each text holds whole fragments. `done` goes into the answer with the last of them. */
export function receiveBody(command: Guid | undefined, texts: readonly string[], done: boolean): XmlElement {
  const target: Record<string, string> = command ? { CommandId: command.toUpperCase() } : {}
  return element(
    SHELL,
    'ReceiveResponse',
    {},
    ...texts.map((text) => element(SHELL, 'Stream', { Name: 'stdout', ...target }, text)),
    done ? element(SHELL, 'CommandState', { ...target, State: `${SHELL}/CommandState/Done` }) : undefined,
  )
}

/** The shells of one person, in one portion (OptimizeEnumeration). */
export function enumerateBody(shells: readonly ShellDescription[]): XmlElement {
  return element(
    ENUMERATION,
    'EnumerateResponse',
    {},
    element(ENUMERATION, 'EnumerationContext'),
    element(WSMAN, 'Items', {}, ...shells.map(shellElement)),
    element(WSMAN, 'EndOfSequence'),
  )
}

export function identifyBody(version: string): XmlElement {
  const part = (name: string, text: string): XmlElement => element(IDENTIFY[1], name, {}, text)
  return element(
    IDENTIFY[1],
    'IdentifyResponse',
    {},
    part('ProtocolVersion', 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'),
    part('ProductVendor', 'Nightpost'),
    part('ProductVersion', version),
  )
}
