import { type CliValue, cliBag, cliNumber, cliProperty, cliText } from '../../src/codec/psrp/clixml.ts'
import { formatClixml } from '../../src/codec/psrp/clixml-writer.ts'
import {
  createReassembly,
  FRAGMENT_BYTES,
  formatFragments,
  type Reassembly,
} from '../../src/codec/psrp/fragment.ts'
import type { Guid } from '../../src/codec/psrp/guid.ts'
import { formatMessage, type MessageType } from '../../src/codec/psrp/message.ts'
import { formatPacket, type Packet, parsePacket } from '../../src/codec/psrp/packet.ts'
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

// Our own PowerShell remoting client over a pipe of packets (SSH lines, WebSocket messages), for tests ruder than a real one.

/** The pipe under the client. */
export interface ClientPipe {
  send(packet: string): void
  end(): void
  onPacket(take: (packet: string) => void): void
  onEnd(ended: (because: string) => void): void
}

export class LineClient {
  readonly pool: Guid = guid()
  readonly pipe: ClientPipe
  canShow = true
  /** Packets in the order in which they came. */
  readonly packets: Packet[] = []
  /** Messages that came, by target; '' is the session. */
  readonly messages = new Map<string, Received[]>()
  /** Answers the question of a host call: the `mr`, undefined for a client that cannot ask (`me`), null for one that says nothing. */
  answer: (method: number, parameters: readonly CliValue[]) => CliValue | undefined | null = () => undefined
  /** Only counts what comes, for a bench: whole messages by target, the last one parsed all the same. */
  counting = false
  readonly counted = new Map<string, number>()
  ended: string | undefined
  #objectId = 0n
  readonly #streams = new Map<string, Reassembly>()
  #changed: (() => void)[] = []

  constructor(pipe: ClientPipe) {
    this.pipe = pipe
    pipe.onPacket((text) => {
      if (this.counting && this.#count(text)) {
        this.#tell()
        return
      }
      const packet = parsePacket(text)
      if (!packet) throw new Error(`no packet: ${text.slice(0, 100)}`)
      this.packets.push(packet)
      if (packet.kind === 'Data') this.#data(packet.target, packet.bytes)
      this.#tell()
    })
    pipe.onEnd((because) => {
      this.ended = because
      this.#tell()
    })
  }

  #tell(): void {
    const waiting = this.#changed
    this.#changed = []
    for (const go of waiting) go()
  }

  /** Resolves when `found` does, looking again whenever something comes. */
  async until<T>(found: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = found()
      if (value !== undefined && value !== false) return value
      if (this.ended !== undefined) throw new Error(`the pipe has ended: ${this.ended}`)
      await new Promise<void>((resolve) => this.#changed.push(resolve))
    }
  }

  send(packet: Packet): void {
    this.pipe.send(formatPacket(packet))
  }

  /** Sends bytes as clients do: one packet, then wait for its acknowledgement. */
  async data(
    target: Guid | undefined,
    bytes: Uint8Array,
    stream: 'Default' | 'PromptResponse' = 'Default',
  ): Promise<void> {
    for (let at = 0; at < bytes.length; at += FRAGMENT_BYTES) {
      const acks = this.count('DataAck', target)
      this.send({ kind: 'Data', target, stream, bytes: bytes.subarray(at, at + FRAGMENT_BYTES) })
      await this.until(() => this.count('DataAck', target) > acks)
    }
  }

  count(kind: Packet['kind'], target: Guid | undefined): number {
    return this.packets.filter((packet) => packet.kind === kind && packet.target === target).length
  }

  fragments(type: MessageType, pipeline?: Guid, value?: CliValue): Uint8Array {
    const data = value ? formatClixml(value) : ''
    return Buffer.concat(
      formatFragments(
        ++this.#objectId,
        formatMessage({ to: 'server', type, pool: this.pool, pipeline, data }),
      ),
    )
  }

  async open(): Promise<this> {
    await this.data(
      undefined,
      Buffer.concat([
        this.fragments('SESSION_CAPABILITY', undefined, CAPABILITY),
        this.fragments('INIT_RUNSPACEPOOL', undefined, initRunspacePool(this.canShow)),
      ]),
    )
    await this.until(() => this.of(undefined).some(({ type }) => type === 'RUNSPACEPOOL_STATE'))
    return this
  }

  of(target: Guid | undefined): Received[] {
    const key = target ?? ''
    const found = this.messages.get(key) ?? []
    this.messages.set(key, found)
    return found
  }

  /** Begins a pipeline and leaves it running. */
  async begin(request: CliValue, pipeline = guid(), type: MessageType = 'CREATE_PIPELINE'): Promise<Guid> {
    this.send({ kind: 'Command', target: pipeline })
    await this.until(() => this.count('CommandAck', pipeline) > 0)
    await this.data(pipeline, this.fragments(type, pipeline, request))
    return pipeline
  }

  /** Waits for the end of a pipeline and closes it. */
  async finish(pipeline: Guid): Promise<Ran> {
    await this.until(() => this.of(pipeline).some(({ type }) => type === 'PIPELINE_STATE'))
    this.send({ kind: 'Close', target: pipeline })
    await this.until(() => this.count('CloseAck', pipeline) > 0)
    return ranOf(this.of(pipeline))
  }

  async run(
    name: string,
    parameters: Readonly<Record<string, CliValue>> = {},
    input?: readonly CliValue[],
  ): Promise<Ran> {
    const pipeline = await this.begin(createPipeline(name, parameters, input === undefined))
    for (const value of input ?? [])
      await this.data(pipeline, this.fragments('PIPELINE_INPUT', pipeline, value))
    if (input) await this.data(pipeline, this.fragments('END_OF_PIPELINE_INPUT', pipeline))
    return this.finish(pipeline)
  }

  /** Closes the session as clients do. */
  async close(): Promise<void> {
    this.send({ kind: 'Close', target: undefined })
    await this.until(() => this.count('CloseAck', undefined) > 0)
    this.pipe.end()
  }

  /** @returns false for what must be read: a final state is short. */
  #count(text: string): boolean {
    if (text.length < 2000 || !text.startsWith('<Data ')) return false
    const target = /PSGuid='([^']{36})'/.exec(text)?.[1] ?? ''
    const bytes = Buffer.from(text.slice(text.indexOf('>') + 1, -'</Data>'.length), 'base64')
    let whole = 0
    for (let at = 0; at + 21 <= bytes.length; at += 21 + bytes.readUInt32BE(at + 17))
      if (((bytes[at + 16] ?? 0) & 2) !== 0) whole++
    this.counted.set(target, (this.counted.get(target) ?? 0) + whole)
    return true
  }

  #data(target: Guid | undefined, bytes: Uint8Array): void {
    const key = target ?? ''
    const reassembly = this.#streams.get(key) ?? createReassembly(UNLIMITED)
    this.#streams.set(key, reassembly)
    const blobs = reassembly.push(bytes)
    if (!blobs.ok) throw new Error(blobs.error)
    for (const blob of blobs.value) {
      const received = readMessage(blob)
      this.of(target).push(received)
      if (received.type === 'PIPELINE_HOST_CALL' && target) this.#hostCall(target, received.value)
    }
  }

  #hostCall(target: Guid, call: CliValue): void {
    const id = cliProperty(call, 'ci')
    const method = cliNumber(cliProperty(call, 'mi'))
    if (id?.kind !== 'long' || id.value < 0n || method === undefined) return
    const list = cliProperty(call, 'mp')
    const parameters = list?.kind === 'object' && list.content?.kind === 'list' ? list.content.items : []
    const result = this.answer(method, parameters)
    if (result === null) return
    const answer = cliBag({
      ci: id,
      mi: cliProperty(call, 'mi'),
      ...(result
        ? { mr: result }
        : { me: cliBag({ FullyQualifiedErrorId: cliText('RemoteHostExecutionException') }) }),
    })
    this.data(target, this.fragments('PIPELINE_HOST_RESPONSE', target, answer), 'PromptResponse').catch(
      () => undefined,
    )
  }
}
