import { LIMITS } from '../limits.ts'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliEnum,
  cliInt,
  cliList,
  cliObject,
  cliStrings,
  cliText,
  NIL,
} from './clixml.ts'
import { parseClixml } from './clixml-reader.ts'
import { formatClixml } from './clixml-writer.ts'
import { createReassembly, formatFragments } from './fragment.ts'
import type { Guid } from './guid.ts'
import { formatMessage, type MessageType, parseMessage } from './message.ts'
import { createLineReader, formatPacket, parsePacket } from './packet.ts'
import { toCall } from './pipeline.ts'
import { newPool, type PoolOutput, stepPool } from './runspace.ts'
import { parsePublicKey, parseSessionKey } from './session-key.ts'
import { readSimpleScript } from './simple-script.ts'
import { fromPsValue, toPsValue } from './values.ts'

/** One decoder under mutation (SECURITY 28): `run` throws only when the decoder does, which is a bug. */
export type Fuzzer = {
  readonly name: string
  readonly seeds: readonly Uint8Array[]
  run(bytes: Uint8Array): void
}

const POOL = '11111111-2222-3333-4455-66778899aabb' as Guid
const PIPELINE = 'a1a2a3a4-b1b2-c1c2-d1d2-e1e2e3e4e5e6' as Guid

const SAMPLE = cliBag({
  MinRunspaces: cliInt(1),
  MaxRunspaces: cliInt(1),
  ApartmentState: cliEnum('System.Threading.ApartmentState', 'Unknown', 2),
  PSThreadOptions: cliEnum('System.Threading.ApartmentState', 'Default', 0),
  Name: cliStrings(['*', 'a\n_x😀']),
  Filter: cliText('Enabled -eq $true', 'SBK'),
  HostInfo: cliBag({ _isHostNull: cliBool(false), _isHostUINull: cliBool(false) }),
})
const COMMAND = cliBag({
  PowerShell: cliBag({
    Cmds: cliList([
      cliBag({
        Cmd: cliText("Get-CsUser -Filter {Enabled -eq $true} 'x'"),
        IsScript: cliBool(true),
        MergeError: cliEnum('System.Management.Automation.Runspaces.PipelineResultTypes', 'Output', 1),
        Args: cliList([
          cliBag({ N: cliText('-Identity:'), V: cliText('x') }),
          cliBag({ N: NIL, V: cliText('P1DT2H', 'TS') }),
          cliBag({
            N: cliText('-Confirm'),
            V: cliObject({ types: ['SwitchParameter'], props: new Map([['IsPresent', cliBool(true)]]) }),
          }),
        ]),
      }),
    ]),
  }),
  NoInput: cliBool(false),
})

function message(type: MessageType, value: CliValue, pipeline?: Guid): Uint8Array {
  return formatMessage({ to: 'server', type, pool: POOL, pipeline, data: formatClixml(value) })
}

const OPENING: readonly Uint8Array[] = [
  message(
    'SESSION_CAPABILITY',
    cliBag({
      protocolversion: cliText('2.3', 'Version'),
      PSVersion: cliText('2.0', 'Version'),
      SerializationVersion: cliText('1.1.0.1', 'Version'),
    }),
  ),
  message('INIT_RUNSPACEPOOL', SAMPLE),
]
const CONVERSATION: readonly Uint8Array[] = [
  ...OPENING,
  message('PUBLIC_KEY', cliBag({ PublicKey: cliText('BgIAAACkAABSU0ExAAgAAAEAAQA=') })),
  message('CREATE_PIPELINE', COMMAND, PIPELINE),
  message('PIPELINE_INPUT', SAMPLE, PIPELINE),
  message('GET_COMMAND_METADATA', SAMPLE, PIPELINE),
]

/** What the server does with an output, without running anything. */
function digest(output: PoolOutput): void {
  if (output.kind === 'makeKey') parsePublicKey(output.publicKey)
  if (output.kind === 'input') fromPsValue(toPsValue(output.value, () => undefined))
  if (output.kind !== 'create' || output.request.kind !== 'commands') return
  for (const command of output.request.statements.flat()) {
    toCall(command, () => undefined)
    readSimpleScript(command.text)
  }
}

export const fuzzers: readonly Fuzzer[] = [
  {
    name: 'packets',
    seeds: [
      formatPacket({ kind: 'Data', target: PIPELINE, stream: 'Default', bytes: new Uint8Array(48) }),
      formatPacket({ kind: 'Signal', target: PIPELINE }),
      `${formatPacket({ kind: 'Command', target: PIPELINE })}\r\n${formatPacket({ kind: 'Close', target: undefined })}\n`,
    ].map((text) => new TextEncoder().encode(text)),
    run(bytes) {
      const text = new TextDecoder().decode(bytes)
      for (const line of createLineReader(4096).push(text) ?? []) parsePacket(line)
      const packet = parsePacket(text)
      if (packet && JSON.stringify(parsePacket(formatPacket(packet))) !== JSON.stringify(packet))
        throw new Error('a packet is not read again as it was written')
    },
  },
  {
    name: 'clixml',
    seeds: [
      Buffer.from(formatClixml(SAMPLE)),
      Buffer.from(
        '<Obj RefId="0"><MS><Obj N="a" RefId="1"><LST><D>1.5</D></LST></Obj><Ref N="b" RefId="1"/></MS></Obj>',
      ),
    ],
    run: (bytes) => {
      const value = parseClixml(Buffer.from(bytes).toString('utf8'))
      if (value.ok) formatClixml(fromPsValue(toPsValue(value.value, () => undefined)))
    },
  },
  {
    name: 'psrp',
    seeds: [
      Buffer.concat(OPENING.flatMap((bytes, n) => formatFragments(BigInt(n + 1), bytes, 100))),
      Buffer.concat(CONVERSATION.flatMap((bytes, n) => formatFragments(BigInt(n + 1), bytes))),
    ],
    run: (bytes) => {
      const messages = createReassembly(LIMITS).push(bytes)
      if (!messages.ok) return
      let pool = newPool('hash')
      for (const blob of messages.value) {
        const received = parseMessage(blob)
        if (!received) return
        const value = parseClixml(received.data)
        const [next, ...outputs] = stepPool(pool, {
          kind: 'message',
          message: received,
          value: value.ok ? value.value : undefined,
        })
        pool = next
        for (const output of outputs) digest(output)
      }
    },
  },
  {
    name: 'session-key',
    seeds: [Buffer.from('BgIAAACkAABSU0ExAAgAAAEAAQA='), Buffer.from('AQIAABBmAAAApAAA')],
    run: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      parsePublicKey(text)
      parseSessionKey(text)
    },
  },
]
