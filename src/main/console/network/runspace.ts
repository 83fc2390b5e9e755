import { randomUUID } from 'node:crypto'
import { type Host, TerminatingError } from '../../../admin/cmdlet.ts'
import type { CommandCall, PsValue } from '../../../base/ps-value.ts'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliDictionary,
  cliInt,
  cliList,
  cliNumber,
  cliObject,
  cliProperty,
  cliText,
  NIL,
} from '../../../codec/psrp/clixml.ts'
import { parseClixml } from '../../../codec/psrp/clixml-reader.ts'
import { formatClixml } from '../../../codec/psrp/clixml-writer.ts'
import { createReassembly, formatFragments, type Reassembly } from '../../../codec/psrp/fragment.ts'
import { type Guid, parseGuid } from '../../../codec/psrp/guid.ts'
import { formatMessage, type MessageType, parseMessage } from '../../../codec/psrp/message.ts'
import { PIPELINE_STATE } from '../../../codec/psrp/records.ts'
import { fromPsValue } from '../../../codec/psrp/values.ts'
import { answerHostCall } from './host-call.ts'
import type { Peer } from './post.ts'
import { errorOf, fromWire, textOfRecord } from './records.ts'
import { createSecrets, type Secrets } from './secrets.ts'
import { RemoteShell } from './shell.ts'

type Message = { readonly type: MessageType; readonly value: CliValue }

const OPENED = 2
const LIMITS = { objectBytes: 64 * 1024 * 1024, fragmentsOpen: 64 }

/** A runspace pool of one on a server: the client's half of [MS-PSRP], as far as a console needs it. */
export class RemoteRunspace {
  readonly #shell: RemoteShell
  readonly #pool = guid()
  readonly #streams = new Map<string, Reassembly>()
  #object = 0n
  #secrets: Promise<Secrets> | undefined

  constructor(peer: Peer) {
    this.#shell = new RemoteShell(peer, this.#pool)
  }

  /** @throws Error with a line for the person */
  async open(width: number): Promise<void> {
    const version = (text: string): CliValue => cliText(text, 'Version')
    const capability = cliBag({
      protocolversion: version('2.3'),
      PSVersion: version('2.0'),
      SerializationVersion: version('1.1.0.1'),
    })
    const pool = cliBag({
      MinRunspaces: cliInt(1),
      MaxRunspaces: cliInt(1),
      HostInfo: screen(width),
      PSThreadOptions: cliInt(0),
      ApartmentState: cliInt(2),
      ApplicationArguments: NIL,
    })
    await this.#shell.create(
      Buffer.concat([
        this.#bytes('SESSION_CAPABILITY', undefined, capability),
        this.#bytes('INIT_RUNSPACEPOOL', undefined, pool),
      ]),
    )
    for (;;) {
      const { messages } = await this.#poll(undefined)
      const state = messages.find(({ type }) => type === 'RUNSPACEPOOL_STATE')
      if (!state) continue
      if (cliNumber(cliProperty(state.value, 'RunspaceState')) === OPENED) return
      throw new Error(errorOf(cliProperty(state.value, 'ExceptionAsErrorRecord')).message)
    }
  }

  /**
   * Runs commands there; output comes as it is made. Input is gathered first: the pool runs one pipeline at a time, and what feeds this one
   * may be another.
   */
  async *run(
    calls: readonly CommandCall[],
    input: AsyncIterable<PsValue> | undefined,
    host: Host,
    signal: AbortSignal,
  ): AsyncGenerator<PsValue, void, undefined> {
    const given = input && (await gathered(input))
    const pipeline = guid()
    const secrets = holdsSecret(calls) ? await this.#exchangeKeys() : undefined
    const request = createPipeline(calls, given === undefined, secrets)
    await this.#sendPieces('CREATE_PIPELINE', pipeline, request)
    const stop = () => void this.#shell.signal(pipeline, 'powershell/signal/crtl_c').catch(() => undefined)
    signal.addEventListener('abort', stop, { once: true })
    const sending = this.#sendInput(pipeline, given)
    // Its failure is seen below, after the output that the server still had.
    sending.catch(() => undefined)
    try {
      for (let done = false; !done; ) {
        const polled = await this.#poll(pipeline)
        done = polled.done
        for (const message of polled.messages) {
          if (message.type === 'PIPELINE_OUTPUT') yield fromWire(message.value)
          else await this.#other(message, pipeline, host)
        }
      }
      await sending
    } finally {
      signal.removeEventListener('abort', stop)
      await this.#shell.signal(pipeline, 'terminate').catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    await this.#shell.delete().catch(() => undefined) // the shell ends by itself when it idles
  }

  async #sendInput(pipeline: Guid, input: readonly PsValue[] | undefined): Promise<void> {
    if (input === undefined) return
    for (const value of input)
      await this.#shell.send(this.#bytes('PIPELINE_INPUT', pipeline, fromPsValue(value)), pipeline)
    await this.#shell.send(this.#bytes('END_OF_PIPELINE_INPUT', pipeline), pipeline)
  }

  async #other({ type, value }: Message, pipeline: Guid, host: Host): Promise<void> {
    if (type === 'ERROR_RECORD') await host.write({ stream: 'error', record: errorOf(value) })
    else if (type === 'WARNING_RECORD') await host.write({ stream: 'warning', text: textOfRecord(value) })
    else if (type === 'VERBOSE_RECORD') await host.write({ stream: 'verbose', text: textOfRecord(value) })
    else if (type === 'PIPELINE_HOST_CALL') {
      const answer = await answerHostCall(value, host)
      if (answer)
        await this.#shell.send(this.#bytes('PIPELINE_HOST_RESPONSE', pipeline, answer), pipeline, 'pr')
    } else if (
      type === 'PIPELINE_STATE' &&
      cliNumber(cliProperty(value, 'PipelineState')) !== PIPELINE_STATE.Completed
    )
      throw new TerminatingError(errorOf(cliProperty(value, 'ExceptionAsErrorRecord')))
  }

  /** The key under which a SecureString crosses the wire ([MS-PSRP] 2.2.5.1.24); made when the first one is sent. */
  #exchangeKeys(): Promise<Secrets> {
    this.#secrets ??= createSecrets(async (publicKey) => {
      await this.#shell.send(
        this.#bytes('PUBLIC_KEY', undefined, cliBag({ PublicKey: cliText(publicKey) })),
        undefined,
      )
      for (;;) {
        const { messages } = await this.#poll(undefined)
        const key = messages.find(({ type }) => type === 'ENCRYPTED_SESSION_KEY')
        if (key) return cliProperty(key.value, 'EncryptedSessionKey')
      }
    })
    return this.#secrets
  }

  async #sendPieces(type: MessageType, pipeline: Guid, value: CliValue): Promise<void> {
    const pieces = this.#fragments(type, pipeline, value)
    const [first = new Uint8Array(), ...rest] = pieces
    await this.#shell.command(pipeline, first)
    for (const piece of rest) await this.#shell.send(piece, pipeline)
  }

  async #poll(
    pipeline: Guid | undefined,
  ): Promise<{ readonly messages: readonly Message[]; readonly done: boolean }> {
    const { data, done } = await this.#shell.receive(pipeline)
    const reassembly = this.#streams.get(pipeline ?? '') ?? createReassembly(LIMITS)
    this.#streams.set(pipeline ?? '', reassembly)
    const messages: Message[] = []
    for (const piece of data) {
      const blobs = reassembly.push(piece)
      if (!blobs.ok) throw new Error(`the server sent something that is not remoting: ${blobs.error}`)
      for (const blob of blobs.value) {
        const message = parseMessage(blob)
        const value =
          message && (message.data === '' ? { ok: true as const, value: NIL } : parseClixml(message.data))
        if (!message || !value?.ok) throw new Error('the server sent a message that cannot be read')
        messages.push({ type: message.type, value: value.value })
      }
    }
    if (done) this.#streams.delete(pipeline ?? '')
    return { messages, done }
  }

  #bytes(type: MessageType, pipeline?: Guid, value?: CliValue): Uint8Array {
    return Buffer.concat(this.#fragments(type, pipeline, value))
  }

  #fragments(
    type: MessageType,
    pipeline: Guid | undefined,
    value: CliValue | undefined,
  ): readonly Uint8Array[] {
    const data = value === undefined ? '' : formatClixml(value)
    this.#object += 1n
    return formatFragments(
      this.#object,
      formatMessage({ to: 'server', type, pool: this.#pool, pipeline, data }),
    )
  }
}

async function gathered(values: AsyncIterable<PsValue>): Promise<readonly PsValue[]> {
  const all: PsValue[] = []
  for await (const value of values) all.push(value)
  return all
}

function guid(): Guid {
  return parseGuid(randomUUID()) as Guid
}

function holdsSecret(calls: readonly CommandCall[]): boolean {
  return calls.some((call) => call.arguments.some(({ value }) => secretText(value) !== undefined))
}

function secretText(value: PsValue | undefined): string | undefined {
  return value && typeof value === 'object' && 'kind' in value && value.kind === 'secure'
    ? value.text
    : undefined
}

/** CREATE_PIPELINE ([MS-PSRP] 2.2.2.10) with arguments spelt so that a name without value stays one (powershell-remoting.md section 5.1). */
function createPipeline(
  calls: readonly CommandCall[],
  noInput: boolean,
  secrets: Secrets | undefined,
): CliValue {
  const argument = ({ name, value }: CommandCall['arguments'][number]): CliValue => {
    const secret = secretText(value)
    const given =
      secret !== undefined && secrets
        ? cliText(secrets.encrypt(secret), 'SS')
        : value === undefined
          ? NIL
          : fromPsValue(value)
    if (name === undefined) return cliBag({ N: NIL, V: given })
    return cliBag({ N: cliText(value === undefined ? `-${name}` : `-${name}:`), V: given })
  }
  const command = (call: CommandCall) =>
    cliBag({
      Cmd: cliText(call.name),
      IsScript: cliBool(false),
      UseLocalScope: NIL,
      Args: cliList(call.arguments.map(argument)),
    })
  const powerShell = cliBag({ Cmds: cliList(calls.map(command)), IsNested: cliBool(false), History: NIL })
  return cliBag({
    PowerShell: powerShell,
    NoInput: cliBool(noInput),
    AddToHistory: cliBool(false),
    HostInfo: cliBag({
      _isHostNull: cliBool(true),
      _isHostUINull: cliBool(true),
      _isHostRawUINull: cliBool(true),
      _useRunspaceHost: cliBool(true),
    }),
    IsNested: cliBool(false),
  })
}

/** A screen of so many columns, so that texts and questions are sent. */
function screen(width: number): CliValue {
  const size = cliBag({
    T: cliText('System.Management.Automation.Host.Size'),
    V: cliBag({ width: cliInt(width), height: cliInt(50) }),
  })
  const data = cliObject({
    ...cliDictionary([]),
    content: { kind: 'dictionary', entries: [[cliInt(6), size]] },
  })
  return cliBag({
    _isHostNull: cliBool(false),
    _isHostUINull: cliBool(false),
    _isHostRawUINull: cliBool(false),
    _useRunspaceHost: cliBool(false),
    _hostDefaultData: cliBag({ data }),
  })
}
