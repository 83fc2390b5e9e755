import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cliBag, cliList, cliNumber, cliProperty, cliString, cliText } from '../../src/codec/psrp/clixml.ts'
import { formatFragments } from '../../src/codec/psrp/fragment.ts'
import { type PsrpClient, TIMED_OUT } from '../client/psrp-client.ts'
import { createPipeline, guid } from '../client/psrp-messages.ts'
import {
  ABORTED,
  SCHEMA,
  SLEEPING,
  TOO_MANY_OPERATIONS,
  TOO_MANY_SHELLS,
  UNKNOWN_SHELL,
} from './remoting-answers.ts'
import { openHouse } from './remoting-house.ts'

test('a person has so many shells, the server so many in all, and a deleted one makes room (SECURITY 23)', async () => {
  await using house = await openHouse({ limits: { shellsPerUser: 2, shells: 3 } })
  await house.person('admin', 'CsAdministrator')
  await house.person('other', 'CsAdministrator')
  const first = await house.client('admin').open()
  await house.client('admin').open()
  const refused = await house.client('admin').create()
  assert.equal(refused.fault, TOO_MANY_SHELLS)
  assert.match(refused.text, /maximum number of concurrent shells for this user has been exceeded/)
  await house.client('other').open()
  assert.match((await house.client('other').create()).text, /for this tenant has been exceeded/)
  assert.equal((await first.delete()).status, 200)
  await house.client('admin').open()
})

test('a person has so many operations at once over all shells (SECURITY 23)', async () => {
  await using house = await openHouse({ limits: { shellOperations: 2 } })
  await house.person('admin', 'CsAdministrator')
  const client = await house.client('admin').open()
  const sleeping = [guid(), guid(), guid()].map(
    (id) => [id, client.fragments('CREATE_PIPELINE', id, SLEEPING)] as const,
  )
  const faults = []
  for (const [id, data] of sleeping) faults.push((await client.command(id, data)).fault)
  assert.deepEqual(faults, [undefined, undefined, TOO_MANY_OPERATIONS])
})

test('a shell ends when nothing was asked of it, and its id is unknown then', async () => {
  const ended = Promise.withResolvers<string>()
  await using house = await openHouse({
    limits: { shellIdle: 100 },
    events: { closed: (_shell, because) => ended.resolve(because) },
  })
  await house.person('admin', 'CsAdministrator')
  const client = house.client('admin')
  const created = await client.create({ idle: 'PT7200.000S' })
  assert.match(created.text, /<rsp:IdleTimeOut>PT0\.100S</)
  assert.equal(await ended.promise, 'idle')
  assert.equal((await client.receive()).fault, UNKNOWN_SHELL)
})

test('a shell whose client waits for output is not idle', async () => {
  await using house = await openHouse({ limits: { shellIdle: 1000 } })
  await house.person('admin', 'CsAdministrator')
  const client = await house.client('admin').open()
  client.pollMs = 1500
  assert.equal((await client.receive()).fault, TIMED_OUT)
})

test('deleting a shell ends the polls that are held for it', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  const client = await house.client('admin').open()
  const slow = await client.begin(SLEEPING)
  const poll = client.receive(slow)
  // Get is answered behind the poll on another connection; when it is answered the poll is held or about to be.
  await client.post('http://schemas.xmlsoap.org/ws/2004/09/transfer/Get', '')
  await client.delete()
  assert.ok([ABORTED, UNKNOWN_SHELL].includes((await poll).fault ?? 0))
})

const BROKEN: readonly [string, (client: PsrpClient) => Uint8Array][] = [
  ['a fragment without its begin', () => formatFragments(9n, new Uint8Array(100), 50)[1] ?? new Uint8Array()],
  ['a message of no known type', () => formatFragments(9n, new Uint8Array(40))[0] ?? new Uint8Array()],
  [
    'an object that says it is above the limit (SECURITY 23)',
    () => formatFragments(9n, new Uint8Array(40))[0]?.with(17, 0xff) ?? new Uint8Array(),
  ],
]
for (const [what, data] of BROKEN)
  test(`${what} is a fault and the end of the shell`, async () => {
    await using house = await openHouse()
    await house.person('admin', 'CsAdministrator')
    const client = await house.client('admin').open()
    assert.equal((await client.send(data(client))).status, 500)
    assert.equal((await client.receive()).fault, UNKNOWN_SHELL)
  })

test('a message out of order breaks the pool with a state that the client can read', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  const client = await house.client('admin').open()
  await client.send(client.fragments('SESSION_CAPABILITY', undefined, cliText('again')))
  const { messages } = await client.poll()
  assert.deepEqual(
    messages.map(({ type, value }) => [type, cliNumber(cliProperty(value, 'RunspaceState'))]),
    [['RUNSPACEPOOL_STATE', 5]],
  )
})

test('an object beyond the limits of CLIXML is a fault, and the pool says that it is broken (SECURITY 24)', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  const client = await house.client('admin').open()
  const pipeline = guid()
  const many = cliList(Array.from({ length: 10_001 }, () => cliBag({})))
  const answer = await client.command(pipeline, client.fragments('CREATE_PIPELINE', pipeline, many, 500_000))
  assert.deepEqual([answer.status, answer.fault], [500, SCHEMA])
  const { messages } = await client.poll()
  assert.deepEqual(
    messages.map(({ type }) => type),
    ['RUNSPACEPOOL_STATE'],
  )
  assert.equal((await client.delete()).status, 200)
})

test('many objects come whole and in order although the client takes small answers (SECURITY 20)', async () => {
  await using house = await openHouse({ limits: { unsent: 20_000 } })
  await house.person('admin', 'CsAdministrator')
  for (let n = 0; n < 60; n++) await house.person(`user${String(n).padStart(3, '0')}`)
  const client = house.client('admin')
  client.maxEnvelope = 10_000
  await client.open()
  const answers: number[] = []
  const pipeline = await client.begin(createPipeline('Get-CsUser', {}, true))
  const names: (string | undefined)[] = []
  for (let done = false; !done; ) {
    const polled = await client.poll(pipeline)
    done = polled.done
    answers.push(polled.answer.text.length)
    for (const { type, value } of polled.messages)
      if (type === 'PIPELINE_OUTPUT') names.push(cliString(cliProperty(value, 'DisplayName')))
  }
  assert.ok(Math.max(...answers) <= 10_000)
  assert.equal(names.length, 61)
  assert.equal(new Set(names).size, 61)
})
