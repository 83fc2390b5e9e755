import { randomUUID } from 'node:crypto'
import {
  attributeOf,
  childOf,
  childrenOf,
  elementsOf,
  parseXml,
  textOf,
  type XmlElement,
} from '../../src/base/xml.ts'
import { type CliValue, cliBag, cliInt } from '../../src/codec/psrp/clixml.ts'
import { formatClixml } from '../../src/codec/psrp/clixml-writer.ts'
import { createReassembly, formatFragments, type Reassembly } from '../../src/codec/psrp/fragment.ts'
import type { Guid } from '../../src/codec/psrp/guid.ts'
import { formatMessage, type MessageType, type PsrpMessage } from '../../src/codec/psrp/message.ts'
import { ADDRESSING, FAULT, POWERSHELL, SHELL, SOAP, TRANSFER } from '../../src/codec/wsman/names.ts'
import { formatChunks, parseChunksInSteps } from '../../src/codec/wsman/xpress.ts'
import {
  CAPABILITY,
  createPipeline,
  guid,
  initRunspacePool,
  type Ran,
  type Received,
  ranOf,
  readMessage,
  UNLIMITED,
} from './psrp-messages.ts'

// Our own PowerShell remoting client over WSMan: the client halves of the codecs, for tests that are ruder than a real one.

/** What an HTTP exchange came to. `fault` is the code by which clients decide. */
export interface Exchanged {
  readonly status: number
  readonly headers: Headers
  readonly body: XmlElement | undefined
  readonly fault: number | undefined
  readonly text: string
}

export class PsrpClient {
  readonly #url: string
  readonly #authorization: string
  readonly shell: Guid
  /** Milliseconds a poll is held. */
  pollMs = 20_000
  maxEnvelope = 153_600
  /** Streams go in chunks, and come so (compression was agreed). */
  compressed = false
  /** Whether the client has a screen. */
  canShow = true
  #objectId = 0n
  readonly #streams = new Map<string, Reassembly>()

  constructor(options: { url: string; user: string; password: string; shell?: Guid }) {
    this.#url = options.url
    this.#authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`
    this.shell = options.shell ?? guid()
  }

  /** One request with the headers that every client sends. */
  post(
    action: string,
    body: string,
    options: { headers?: string; shell?: Guid; signal?: AbortSignal } = {},
  ): Promise<Exchanged> {
    const envelope = `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="${SHELL}"><s:Header><a:Action s:mustUnderstand="true">${action}</a:Action><a:MessageID>uuid:${randomUUID()}</a:MessageID><w:ResourceURI s:mustUnderstand="true">http://schemas.microsoft.com/powershell/Microsoft.PowerShell</w:ResourceURI><w:MaxEnvelopeSize s:mustUnderstand="true">${this.maxEnvelope}</w:MaxEnvelopeSize><w:OperationTimeout>PT${(this.pollMs / 1000).toFixed(3)}S</w:OperationTimeout><w:SelectorSet><w:Selector Name="ShellId">${options.shell ?? this.shell}</w:Selector></w:SelectorSet>${options.headers ?? ''}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
    return this.postText(envelope, options.signal)
  }

  async postText(text: string, signal?: AbortSignal): Promise<Exchanged> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { authorization: this.#authorization, 'content-type': 'application/soap+xml;charset=UTF-8' },
      body: text,
      ...(signal ? { signal } : {}),
    })
    const answer = await response.text()
    const document = parseXml(answer, {
      depth: 100,
      elements: 1e6,
      attributes: 1e3,
      namespaces: 100,
      text: 1e8,
    })
    const body = document.ok ? childOf(document.value, SOAP, 'Body') : undefined
    const detail = childOf(childOf(body, SOAP, 'Fault'), SOAP, 'Detail')
    const code = attributeOf(childOf(detail, FAULT, 'WSManFault'), 'Code')
    return {
      status: response.status,
      headers: response.headers,
      body,
      fault: code === undefined ? undefined : Number(code),
      text: answer,
    }
  }

  /** Creates the shell; `opened` then waits for the pool. */
  create(options: { idle?: string; headers?: string; data?: Uint8Array } = {}): Promise<Exchanged> {
    const data =
      options.data ??
      Buffer.concat([
        this.fragments('SESSION_CAPABILITY', undefined, CAPABILITY),
        this.fragments('INIT_RUNSPACEPOOL', undefined, initRunspacePool(this.canShow)),
      ])
    const idle = options.idle === undefined ? '' : `<rsp:IdleTimeOut>${options.idle}</rsp:IdleTimeOut>`
    const body = `<rsp:Shell ShellId="${this.shell.toUpperCase()}">${idle}<creationXml xmlns="http://schemas.microsoft.com/powershell">${base64(data)}</creationXml></rsp:Shell>`
    return this.post(
      `${TRANSFER}/Create`,
      body,
      options.headers === undefined ? {} : { headers: options.headers },
    )
  }

  async opened(): Promise<readonly Received[]> {
    const messages: Received[] = []
    while (!messages.some(({ type }) => type === 'RUNSPACEPOOL_STATE'))
      messages.push(...(await this.poll()).messages)
    return messages
  }

  async open(options: { idle?: string } = {}): Promise<this> {
    const created = await this.create(options)
    if (created.status !== 200) throw new Error(`Create: ${created.status} ${created.text}`)
    await this.opened()
    return this
  }

  command(pipeline: Guid, data: Uint8Array): Promise<Exchanged> {
    return this.post(
      `${SHELL}/Command`,
      `<rsp:CommandLine CommandId="${pipeline.toUpperCase()}"><rsp:Command/><rsp:Arguments>${base64(data)}</rsp:Arguments></rsp:CommandLine>`,
    )
  }

  send(data: Uint8Array, pipeline?: Guid): Promise<Exchanged> {
    const target = pipeline === undefined ? '' : ` CommandId="${pipeline.toUpperCase()}"`
    return this.post(
      `${SHELL}/Send`,
      `<rsp:Send><rsp:Stream Name="stdin"${target}>${base64(this.compressed ? formatChunks(data) : data)}</rsp:Stream></rsp:Send>`,
    )
  }

  signal(pipeline: Guid, code: 'powershell/signal/crtl_c' | 'terminate'): Promise<Exchanged> {
    const whole = code === 'terminate' ? `${SHELL}/signal/terminate` : code
    return this.post(
      `${SHELL}/Signal`,
      `<rsp:Signal CommandId="${pipeline.toUpperCase()}"><rsp:Code>${whole}</rsp:Code></rsp:Signal>`,
    )
  }

  delete(): Promise<Exchanged> {
    return this.post(`${TRANSFER}/Delete`, '')
  }

  receive(pipeline?: Guid, signal?: AbortSignal): Promise<Exchanged> {
    const target = pipeline === undefined ? '' : ` CommandId="${pipeline.toUpperCase()}"`
    return this.post(
      `${SHELL}/Receive`,
      `<rsp:Receive><rsp:DesiredStream${target}>stdout</rsp:DesiredStream></rsp:Receive>`,
      signal ? { signal } : {},
    )
  }

  /** One poll; its messages and whether the command is done. A timed-out poll has none. */
  async poll(pipeline?: Guid): Promise<{ messages: readonly Received[]; done: boolean; answer: Exchanged }> {
    const answer = await this.receive(pipeline)
    return { ...this.read(answer, pipeline), answer }
  }

  /** What an answer to Receive holds. */
  read(answer: Exchanged, pipeline?: Guid): { messages: readonly Received[]; done: boolean } {
    const response = childOf(answer.body, SHELL, 'ReceiveResponse')
    const key = pipeline ?? ''
    const reassembly = this.#streams.get(key) ?? createReassembly(UNLIMITED)
    this.#streams.set(key, reassembly)
    const messages: Received[] = []
    for (const stream of childrenOf(response, SHELL, 'Stream')) {
      const blobs = reassembly.push(this.#plain(Buffer.from(textOf(stream), 'base64')))
      if (!blobs.ok) throw new Error(blobs.error)
      for (const blob of blobs.value) {
        messages.push(readMessage(blob))
      }
    }
    const done = response !== undefined && elementsOf(response).some((child) => child.name === 'CommandState')
    return { messages, done }
  }

  #plain(bytes: Uint8Array): Uint8Array {
    if (!this.compressed) return bytes
    const steps = parseChunksInSteps(bytes, 1e9)
    for (;;) {
      const step = steps.next()
      if (!step.done) continue
      if (!step.value.ok) throw new Error(step.value.error)
      return step.value.value
    }
  }

  /** What a client says that connects to a shell. */
  connectXml(): string {
    return base64(
      Buffer.concat([
        this.fragments('SESSION_CAPABILITY', undefined, CAPABILITY),
        this.fragments(
          'CONNECT_RUNSPACEPOOL',
          undefined,
          cliBag({ MinRunspaces: cliInt(1), MaxRunspaces: cliInt(1) }),
        ),
      ]),
    )
  }

  /** The messages in an answer to Connect. */
  readConnected(answer: Exchanged): readonly Received[] {
    const response = childOf(answer.body, SHELL, 'ConnectResponse')
    const data = textOf(childOf(response, POWERSHELL, 'connectResponseXml'))
    const blobs = createReassembly(UNLIMITED).push(Buffer.from(data, 'base64'))
    if (!blobs.ok) throw new Error(blobs.error)
    return blobs.value.map(readMessage)
  }

  /** Everything until the command is done, polling as often as that takes. */
  async finish(pipeline: Guid): Promise<Ran> {
    const messages: Received[] = []
    for (let done = false; !done; ) {
      const polled = await this.poll(pipeline)
      if (polled.answer.status !== 200 && polled.answer.fault !== TIMED_OUT)
        throw new Error(polled.answer.text)
      messages.push(...polled.messages)
      done = polled.done
    }
    await this.signal(pipeline, 'terminate')
    return ranOf(messages)
  }

  /** Runs one command, spelt as a proxy of Import-PSSession spells it. `input` undefined: called without a pipeline. */
  async run(
    name: string,
    parameters: Readonly<Record<string, CliValue>> = {},
    input?: readonly CliValue[],
  ): Promise<Ran> {
    return this.runPipeline(createPipeline(name, parameters, input === undefined), input)
  }

  /** Begins what a CREATE_PIPELINE says and leaves it running. */
  async begin(request: CliValue, pipeline = guid()): Promise<Guid> {
    await this.command(pipeline, this.fragments('CREATE_PIPELINE', pipeline, request))
    return pipeline
  }

  /** Runs what a CREATE_PIPELINE says. */
  async runPipeline(request: CliValue, input?: readonly CliValue[]): Promise<Ran> {
    const pipeline = await this.begin(request)
    for (const value of input ?? [])
      await this.send(this.fragments('PIPELINE_INPUT', pipeline, value), pipeline)
    if (input) await this.send(this.fragments('END_OF_PIPELINE_INPUT', pipeline), pipeline)
    return this.finish(pipeline)
  }

  /** The bytes of one message. */
  fragments(type: MessageType, pipeline?: Guid, value?: CliValue, maxBytes?: number): Uint8Array {
    const message: PsrpMessage = {
      to: 'server',
      type,
      pool: this.shell,
      pipeline,
      data: value ? formatClixml(value) : '',
    }
    return Buffer.concat(formatFragments(++this.#objectId, formatMessage(message), maxBytes))
  }
}

export const TIMED_OUT = 2150858793

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
