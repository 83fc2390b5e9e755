import { LIMITS } from '../limits.ts'
import { cliBag, cliEnum, cliInt, cliStrings, cliText } from './clixml.ts'
import { parseClixml } from './clixml-reader.ts'
import { formatClixml } from './clixml-writer.ts'
import { createReassembly, formatFragments } from './fragment.ts'
import type { Guid } from './guid.ts'
import { formatMessage, parseMessage } from './message.ts'

/** One decoder under mutation (SECURITY 28): `run` throws only when the decoder does, which is a bug. */
export type Fuzzer = {
  readonly name: string
  readonly seeds: readonly Uint8Array[]
  run(bytes: Uint8Array): void
}

const SAMPLE = formatClixml(
  cliBag({
    MinRunspaces: cliInt(1),
    ApartmentState: cliEnum('System.Threading.ApartmentState', 'Unknown', 2),
    PSThreadOptions: cliEnum('System.Threading.ApartmentState', 'Default', 0),
    Name: cliStrings(['*', 'a\n_x😀']),
    Filter: cliText('Enabled -eq $true', 'SBK'),
  }),
)
const MESSAGE = formatMessage({
  to: 'server',
  type: 'INIT_RUNSPACEPOOL',
  pool: '11111111-2222-3333-4455-66778899aabb' as Guid,
  pipeline: undefined,
  data: SAMPLE,
})

export const fuzzers: readonly Fuzzer[] = [
  {
    name: 'clixml',
    seeds: [
      Buffer.from(SAMPLE),
      Buffer.from(
        '<Obj RefId="0"><MS><Obj N="a" RefId="1"><LST><D>1.5</D></LST></Obj><Ref N="b" RefId="1"/></MS></Obj>',
      ),
    ],
    run: (bytes) => {
      parseClixml(Buffer.from(bytes).toString('utf8'))
    },
  },
  {
    name: 'psrp',
    seeds: [Buffer.concat(formatFragments(1n, MESSAGE, 100))],
    run: (bytes) => {
      const messages = createReassembly(LIMITS).push(bytes)
      if (!messages.ok) return
      for (const blob of messages.value) {
        const message = parseMessage(blob)
        if (message) parseClixml(message.data)
      }
    },
  },
]
