import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cliText } from '../../src/codec/psrp/clixml.ts'
import type { Packet } from '../../src/codec/psrp/packet.ts'
import { LineClient } from '../client/line-client.ts'
import { createPipeline, guid } from '../client/psrp-messages.ts'
import { openWebSocket } from '../client/web-socket-pipe.ts'
import { openHouse, PASSWORD } from './remoting-house.ts'

const ANSWERS = {
  Data: 'DataAck',
  Command: 'CommandAck',
  Signal: 'SignalAck',
  Close: 'CloseAck',
} as const satisfies Partial<Record<Packet['kind'], Packet['kind']>>

const steps = fc.array(
  fc.record(
    {
      command: fc.nat(2),
      act: fc.constantFrom('Command', 'create', 'input', 'Signal', 'Close'),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 25 },
)

test('every packet of a client has its one acknowledgement, in any order of commands, stops and ends', async () => {
  await using house = await openHouse({ limits: { shellOperations: 1000 } })
  await house.person('admin', 'CsAdministrator')
  const url = `ws://127.0.0.1:${house.port}/OcsPowershell`
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.constantFrom('Get-CsTenant', 'Test-NpSleep', 'No-SuchThing'),
      async (acts, name) => {
        const opened = await openWebSocket({ url, user: 'admin@nightpost.localhost', password: PASSWORD })
        assert.ok(opened.kind === 'open')
        const client = await new LineClient(opened.pipe).open()
        const targets = [guid(), guid(), guid()]
        const created = new Set<number>()
        const sent: { kind: keyof typeof ANSWERS; target: (typeof targets)[number] }[] = []
        for (const { command, act } of acts) {
          const target = targets[command] ?? guid()
          if (act === 'create' || act === 'input') {
            // A pipeline of one id twice breaks the session, which is another test.
            if (act === 'create' && created.has(command)) continue
            if (act === 'create') created.add(command)
            const bytes =
              act === 'create'
                ? client.fragments('CREATE_PIPELINE', target, createPipeline(name, {}, false))
                : client.fragments('PIPELINE_INPUT', target, cliText('x'))
            client.send({ kind: 'Data', target, stream: 'Default', bytes })
            sent.push({ kind: 'Data', target })
          } else {
            client.send({ kind: act, target })
            sent.push({ kind: act, target })
          }
        }
        for (const target of targets) {
          client.send({ kind: 'Close', target })
          sent.push({ kind: 'Close', target })
        }
        for (const target of targets)
          for (const [kind, answer] of Object.entries(ANSWERS)) {
            const wanted = sent.filter((one) => one.kind === kind && one.target === target).length
            await client.until(() => client.count(answer, target) >= wanted)
            assert.equal(client.count(answer, target), wanted, answer)
          }
        await client.close()
      },
    ),
    { numRuns: 60 },
  )
  assert.deepEqual(house.broken, [])
})
