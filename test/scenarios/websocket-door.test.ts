import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type CliValue,
  cliBool,
  cliInt,
  cliItems,
  cliProperty,
  cliString,
  cliText,
} from '../../src/codec/psrp/clixml.ts'
import { LineClient } from '../client/line-client.ts'
import { createPipeline, guid } from '../client/psrp-messages.ts'
import { type Handshake, openWebSocket } from '../client/web-socket-pipe.ts'
import { SLEEPING } from './remoting-answers.ts'
import { type House, openHouse, PASSWORD } from './remoting-house.ts'

const COMPLETED = 4
const STOPPED = 3
const FAILED = 5

describe('PowerShell over a WebSocket', { timeout: 60_000 }, () => {
  let house: House
  before(async () => {
    house = await openHouse()
    await house.person('admin', 'CsAdministrator')
    await house.person('plain')
  })
  after(() => house[Symbol.asyncDispose]())

  const handshake = (more: Partial<Handshake> = {}): Handshake => ({
    url: `ws://127.0.0.1:${house.port}/OcsPowershell`,
    user: 'admin@nightpost.localhost',
    password: PASSWORD,
    ...more,
  })
  async function client(more: Partial<Handshake> = {}): Promise<LineClient> {
    const opened = await openWebSocket(handshake(more))
    if (opened.kind !== 'open') throw new Error(`refused: ${opened.status}`)
    return new LineClient(opened.pipe)
  }

  const REFUSED: readonly (readonly [string, Partial<Handshake>, number, RegExp])[] = [
    ['a wrong password', { password: 'wrong' }, 401, /^$/],
    ['an unknown user', { user: 'nobody@nightpost.localhost' }, 401, /^$/],
    ['somebody without a role', { user: 'plain@nightpost.localhost' }, 403, /^noRole; .*permission/],
    ['a page of a browser', { headers: { origin: 'https://example.com' } }, 403, /^origin;/],
    ['another sub-protocol', { protocols: ['sip'] }, 400, /^protocol;/],
  ]
  for (const [who, how, status, reason] of REFUSED)
    test(`${who} is refused with ${status} and the connection closes`, async () => {
      const answer = await openWebSocket(handshake(how))
      assert.equal(answer.kind, 'refused')
      if (answer.kind !== 'refused') return
      assert.equal(answer.status, status)
      assert.match(answer.reason, reason)
    })

  test('a session opens, runs a command, and closes as clients do', async () => {
    const one = await (await client()).open()
    assert.deepEqual(
      one.of(undefined).map(({ type }) => type),
      ['SESSION_CAPABILITY', 'APPLICATION_PRIVATE_DATA', 'RUNSPACEPOOL_STATE'],
    )
    const ran = await one.run('Get-CsClientPolicy', { Identity: cliText('Global') })
    assert.equal(ran.state, COMPLETED)
    assert.equal(ran.messages.filter(({ type }) => type === 'PIPELINE_OUTPUT').length, 1)
    await one.close()
    await one.until(() => one.ended).catch(() => undefined)
    assert.match(one.ended ?? '', /^1000/)
  })

  test('a stop sends the state first and the acknowledgement after it', async () => {
    const one = await (await client()).open()
    const slow = await one.begin(SLEEPING)
    one.send({ kind: 'Signal', target: slow })
    await one.until(() => one.count('SignalAck', slow) > 0)
    const order = one.packets.filter(({ target }) => target === slow).map(({ kind }) => kind)
    assert.deepEqual(order.slice(-2), ['Data', 'SignalAck'])
    const ran = await one.finish(slow)
    assert.deepEqual([ran.state, ran.errorId], [STOPPED, 'PipelineStopped'])
    assert.equal((await one.run('Get-CsTenant')).state, COMPLETED)
    await one.close()
  })

  test('a question is asked, and the answer decides', async () => {
    const one = await (await client()).open()
    const asked: (readonly [number, string | undefined])[] = []
    const choose = (choice: number) => (method: number, parameters: readonly CliValue[]) => {
      asked.push([method, cliString(parameters[0])])
      return cliInt(choice)
    }
    const confirm = { Identity: cliText('Asked'), Confirm: cliBool(true) }
    one.answer = choose(2)
    assert.equal((await one.run('New-CsClientPolicy', confirm)).state, COMPLETED)
    assert.equal(
      (await one.run('Get-CsClientPolicy', { Identity: cliText('Asked') })).errorId?.split(',')[0] !==
        undefined,
      true,
    )
    one.answer = choose(0)
    assert.equal((await one.run('New-CsClientPolicy', confirm)).state, COMPLETED)
    assert.equal((await one.run('Get-CsClientPolicy', { Identity: cliText('Asked') })).errorId, undefined)
    assert.deepEqual(asked, [
      [26, 'Confirm'],
      [26, 'Confirm'],
    ])
    await one.close()
  })

  test('a client that cannot ask after all answers with an exception: the pipeline ends with an error', async () => {
    const one = await (await client()).open()
    const ran = await one.run('New-CsClientPolicy', { Identity: cliText('NotAsked'), Confirm: cliBool(true) })
    assert.deepEqual([ran.state, ran.errorId], [FAILED, 'PromptNotPossible,New-CsClientPolicy'])
    await one.close()
  })

  test('a mandatory parameter that is missing is asked for by its name', async () => {
    const one = await (await client()).open()
    let fields: readonly (string | undefined)[] = []
    one.answer = (_method, parameters) => {
      fields = (cliItems(parameters[2]) ?? []).map((field) => cliString(cliProperty(field, 'name')))
      return {
        kind: 'object',
        types: [],
        text: undefined,
        content: { kind: 'dictionary', entries: [[cliText('Identity'), cliText('Prompted')]] },
        props: new Map(),
        members: new Map(),
      }
    }
    assert.equal((await one.run('New-CsClientPolicy')).state, COMPLETED)
    assert.deepEqual(fields, ['Identity'])
    assert.equal((await one.run('Get-CsClientPolicy', { Identity: cliText('Prompted') })).errorId, undefined)
    await one.close()
  })

  test('a Close of a command whose question is open ends it', async () => {
    const one = await (await client()).open()
    const asking = await one.begin(
      createPipeline('New-CsClientPolicy', { Identity: cliText('Abandoned'), Confirm: cliBool(true) }, true),
    )
    one.send({ kind: 'Close', target: asking })
    await one.until(() => one.count('CloseAck', asking) > 0)
    assert.equal((await one.run('Get-CsTenant')).state, COMPLETED)
    await one.close()
  })

  for (const [what, text, code] of [
    ['a line that is no packet', 'hello', /^1002/],
    [
      'an acknowledgement, which only servers send',
      "<DataAck PSGuid='00000000-0000-0000-0000-000000000000' />",
      /^1002/,
    ],
    ['a packet above 256 KiB', `<Data ${' '.repeat(262_144)}`, /^1009/],
  ] as const)
    test(`${what} ends the connection`, async () => {
      const one = await (await client()).open()
      one.pipe.send(text)
      await one.until(() => one.ended).catch(() => undefined)
      assert.match(one.ended ?? '', code)
    })

  test('objects that nobody reads are not acknowledged above a limit, until the command ends (SECURITY 20)', async () => {
    const one = await (await client()).open()
    one.answer = () => null
    const asking = { PolicyName: cliText('x'), Confirm: cliBool(true) }
    await one.run('New-CsClientPolicy', { Identity: cliText('x') })
    const slow = await one.begin(createPipeline('Grant-CsClientPolicy', asking, false))
    await one.data(slow, one.fragments('PIPELINE_INPUT', slow, cliText('admin@nightpost.localhost')))
    await one.until(() => one.of(slow).some(({ type }) => type === 'PIPELINE_HOST_CALL'))
    const text = cliText('x'.repeat(32_000))
    for (let n = 0; n < 60; n++)
      one.send({
        kind: 'Data',
        target: slow,
        stream: 'Default',
        bytes: one.fragments('PIPELINE_INPUT', slow, text),
      })
    await one.until(() => one.count('DataAck', slow) > 20)
    const other = guid()
    one.send({ kind: 'Command', target: other })
    await one.until(() => one.count('CommandAck', other) > 0)
    assert.ok(one.count('DataAck', slow) < 50, 'the client is held up')
    one.send({ kind: 'Signal', target: slow })
    await one.until(() => one.count('DataAck', slow) === 62)
    assert.equal((await one.finish(slow)).state, STOPPED)
    await one.close()
  })

  test('a session ends when its owner holds no role any more', async () => {
    const account = await house.person('temporary', 'CsHelpDesk')
    const one = await (await client({ user: 'temporary@nightpost.localhost' })).open()
    await house.ports.ledger.commit([{ kind: 'removeRole', role: 'CsHelpDesk', id: account.id }], [])
    house.ports.bus.announce({ topic: 'account', account: account.id })
    await one.until(() => one.ended).catch(() => undefined)
    assert.match(one.ended ?? '', /^1008 .*right to administer/)
  })

  test('whoever sets the own password reads what came of it, and then signs in again', async () => {
    await house.person('changing', 'CsAdministrator')
    const one = await (await client({ user: 'changing@nightpost.localhost' })).open()
    const set = await one.begin(
      createPipeline('Set-NpAccountPassword', { Identity: cliText('changing@nightpost.localhost') }, true),
    )
    await one.until(() => one.of(set).some(({ type }) => type === 'PIPELINE_STATE'))
    await one.until(() => one.ended).catch(() => undefined)
    assert.match(one.ended ?? '', /^1008 /)
  })

  test('a session that nobody uses ends with a reason (SECURITY 23)', async () => {
    const ended = Promise.withResolvers<string>()
    await using small = await openHouse({
      limits: { shellIdle: 300 },
      events: { closed: (_pool, because) => ended.resolve(because) },
    })
    await small.person('admin', 'CsAdministrator')
    const one = await (await client({ url: `ws://127.0.0.1:${small.port}/OcsPowershell` })).open()
    await one.until(() => one.ended).catch(() => undefined)
    assert.match(one.ended ?? '', /^4000 .*not used for a long time/)
    assert.equal(await ended.promise, 'idle')
  })
})
