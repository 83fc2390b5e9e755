import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type CliValue,
  cliBool,
  cliItems,
  cliProperty,
  cliString,
  cliText,
  NIL,
} from '../../src/codec/psrp/clixml.ts'
import { errorRecord, PIPELINE_STOPPED } from '../../src/codec/psrp/records.ts'
import { SHELL, TRANSFER } from '../../src/codec/wsman/names.ts'
import type { PsrpClient } from '../client/psrp-client.ts'
import { createPipeline, guid } from '../client/psrp-messages.ts'
import {
  asScript,
  COMPLETED,
  FAILED,
  outputs,
  SCHEMA,
  SLEEPING,
  STOPPED,
  shown,
  statements,
  texts,
  UNKNOWN_SHELL,
} from './remoting-answers.ts'
import { type House, openAdminHouse } from './remoting-house.ts'

const COMPRESSION = (kind: string): string =>
  `<rsp:CompressionType s:mustUnderstand="true">${kind}</rsp:CompressionType>`

describe('commands of a PowerShell session', () => {
  let house: House
  let admin: PsrpClient
  before(async () => {
    ;({ house, admin } = await openAdminHouse())
  })
  after(() => house[Symbol.asyncDispose]())

  test('commands of the table run, and their objects keep their types', async () => {
    const created = await admin.run('New-CsClientPolicy', { Identity: cliText('OfflineIM') })
    assert.deepEqual([created.state, created.errorId], [COMPLETED, undefined])
    await admin.run('Set-CsClientPolicy', {
      Identity: cliText('OfflineIM'),
      EnableIMAutoArchiving: cliBool(false),
    })
    const [policy] = outputs(await admin.run('Get-CsClientPolicy', { Identity: cliText('OfflineIM') }))
    assert.deepEqual(cliProperty(policy, 'EnableIMAutoArchiving'), cliBool(false))
    assert.equal(cliString(cliProperty(policy, 'Identity')), 'Tag:OfflineIM')
    assert.deepEqual(cliProperty(policy, 'Description'), NIL)
  })

  test('an empty pipeline changes nothing, no pipeline is the whole tenant (cmdlets.md section 2)', async () => {
    await admin.run('New-CsClientPolicy', { Identity: cliText('Everybody') })
    const empty = await admin.run('Grant-CsClientPolicy', { PolicyName: cliText('Everybody') }, [])
    assert.equal(empty.state, COMPLETED)
    assert.equal(house.ports.facts.tenantGrant('CsClientPolicy'), undefined)
    await admin.run('Set-CsClientPolicy', { EnableIMAutoArchiving: cliBool(false) }, [])
    assert.notEqual(house.ports.facts.policy('CsClientPolicy', 'Global')?.values.EnableIMAutoArchiving, false)
    await admin.run('Grant-CsClientPolicy', { PolicyName: cliText('Everybody') })
    assert.equal(house.ports.facts.tenantGrant('CsClientPolicy'), 'Tag:Everybody')
    await admin.run('Grant-CsClientPolicy', { PolicyName: NIL })
    assert.equal(house.ports.facts.tenantGrant('CsClientPolicy'), undefined)
  })

  test('users come through the pipeline as strings, wrapped strings and as the objects that they were', async () => {
    const [user] = outputs(await admin.run('Get-CsUser', { Identity: cliText('plain') }))
    assert.ok(user?.kind === 'object')
    const back: CliValue = {
      ...user,
      types: user.types.map((type) => `Deserialized.${type}`),
      members: new Map([['PSComputerName', cliText('h')]]),
    }
    const wrapped: CliValue = {
      ...user,
      types: [],
      text: undefined,
      props: new Map(),
      content: { kind: 'plain', value: cliText('plain') },
    }
    const ran = await admin.run('Get-CsUser', {}, [cliText('plain'), wrapped, back])
    assert.equal(ran.errorId, undefined)
    assert.deepEqual(texts(ran, 'DisplayName'), ['plain', 'plain', 'plain'])
  })

  test('a stopped command ends Stopped, what waited behind it runs', async () => {
    const slow = await admin.begin(SLEEPING)
    const next = await admin.begin(createPipeline('Get-CsTenant', {}, true))
    await admin.signal(slow, 'powershell/signal/crtl_c')
    const stopped = await admin.finish(slow)
    assert.deepEqual([stopped.state, stopped.errorId], [STOPPED, 'PipelineStopped'])
    assert.equal((await admin.finish(next)).state, COMPLETED)
  })

  test('terminate while it runs frees the command; a second one is answered kindly', async () => {
    const slow = await admin.begin(SLEEPING)
    assert.equal((await admin.signal(slow, 'terminate')).status, 200)
    assert.equal((await admin.signal(slow, 'terminate')).status, 200)
    assert.equal((await admin.receive(slow)).fault, UNKNOWN_SHELL)
    assert.equal((await admin.run('Get-CsTenant')).state, COMPLETED)
  })

  const FAILING: readonly [string, string, Record<string, CliValue>, string][] = [
    ['an unknown command', 'Get-NoSuchThing', {}, 'CommandNotFoundException'],
    ['an unknown parameter', 'Get-CsTenant', { Nope: cliText('x') }, 'NamedParameterNotFound,Get-CsTenant'],
    [
      '-ErrorAction Stop',
      'Get-CsUser',
      { Identity: cliText('sip:nobody@x.test'), ErrorAction: cliText('Stop') },
      '',
    ],
  ]
  for (const [what, name, parameters, id] of FAILING)
    test(`${what} ends the pipeline Failed with its record, without a record of the error stream`, async () => {
      const ran = await admin.run(name, parameters)
      assert.equal(ran.state, FAILED)
      if (id !== '') assert.equal(ran.errorId, id)
      assert.ok(!ran.messages.some(({ type }) => type === 'ERROR_RECORD'))
    })

  test('a question to a client without a screen ends the pipeline: nobody can be asked', async () => {
    const blind = house.client('admin')
    blind.canShow = false
    await blind.open()
    const ran = await blind.run('New-CsClientPolicy', { Identity: cliText('Asked'), Confirm: cliBool(true) })
    assert.deepEqual([ran.state, ran.errorId], [FAILED, 'PromptNotPossible,New-CsClientPolicy'])
    await blind.delete()
  })

  test('a compressed session is agreed, and its streams are chunks both ways; another kind is refused (section 2.9)', async () => {
    const other = await house.client('admin').create({ headers: COMPRESSION('gzip') })
    assert.match(other.text, /<s:Value>s:MustUnderstand<.*NoCompression/s)
    const packed = house.client('admin')
    packed.compressed = true
    const created = await packed.create({ headers: COMPRESSION('xpress') })
    assert.match(created.text, /<rsp:CompressionMode>XpressCompression</)
    await packed.opened()
    const users = ['admin', 'plain'].map((name) => cliText(`${name}@nightpost.localhost`))
    const ran = await packed.run('Get-CsUser', {}, users)
    assert.deepEqual([ran.state, outputs(ran).length], [COMPLETED, 2])
    await packed.delete()
  })

  test('a client that disconnects comes back to its shell and reads what came meanwhile', async () => {
    const client = await house.client('admin').open()
    const pipeline = await client.begin(createPipeline('Get-CsTenant', {}, true))
    assert.equal((await client.post(`${SHELL}/Disconnect`, '<rsp:Disconnect/>')).status, 200)
    assert.match((await client.post(`${TRANSFER}/Get`, '')).text, /<rsp:State>Disconnected</)
    assert.equal((await client.post(`${SHELL}/Reconnect`, '')).status, 200)
    const ran = await client.finish(pipeline)
    assert.deepEqual([ran.state, outputs(ran).length], [COMPLETED, 1])
    await client.delete()
  })

  test('a second client of the same person connects to a shell that was left', async () => {
    const first = await house.client('admin').open()
    await first.post(`${SHELL}/Disconnect`, '<rsp:Disconnect/>')
    const second = house.client('admin', { shell: first.shell })
    const answer = await second.post(
      `${SHELL}/Connect`,
      `<rsp:Connect><connectXml xmlns="http://schemas.microsoft.com/powershell">${second.connectXml()}</connectXml></rsp:Connect>`,
    )
    assert.equal(answer.status, 200)
    const told = second.readConnected(answer)
    assert.deepEqual(
      told.map(({ type }) => type),
      ['SESSION_CAPABILITY', 'RUNSPACEPOOL_INIT_DATA'],
    )
    const opened = await second.opened()
    assert.deepEqual(
      opened.map(({ type }) => type),
      ['APPLICATION_PRIVATE_DATA', 'RUNSPACEPOOL_STATE'],
    )
    assert.equal((await second.run('Get-CsTenant')).state, COMPLETED)
    assert.equal((await second.post(`${SHELL}/Connect`, '<rsp:Connect/>')).fault, SCHEMA)
    assert.equal((await house.client('plain', { shell: first.shell }).delete()).fault, 5)
    await second.delete()
  })

  test('an error that does not end the pipeline is a record, and Completed', async () => {
    const ran = await admin.run('Get-CsUser', {}, [cliText('sip:nobody@x.test'), cliText('plain')])
    assert.deepEqual(
      ran.messages.map(({ type }) => type),
      ['ERROR_RECORD', 'PIPELINE_OUTPUT', 'PIPELINE_STATE'],
    )
    assert.equal(ran.state, COMPLETED)
  })

  test('a script text is refused with the fixed error and runs nothing (SECURITY 47)', async () => {
    const pipeline = guid()
    const whole = createPipeline('$p = "Evil"; New-CsClientPolicy -Identity $p', {}, true)
    const script = asScript(whole)
    await admin.command(pipeline, admin.fragments('CREATE_PIPELINE', pipeline, script))
    const ran = await admin.finish(pipeline)
    assert.deepEqual([ran.state, ran.errorId], [FAILED, 'ScriptsNotAllowed'])
    assert.equal(house.ports.facts.policy('CsClientPolicy', 'Tag:Evil'), undefined)
  })

  test('-WhatIf is shown on the client and changes nothing', async () => {
    const ran = await admin.run('New-CsClientPolicy', { Identity: cliText('Perhaps'), WhatIf: cliBool(true) })
    const [call] = ran.messages.filter(({ type }) => type === 'PIPELINE_HOST_CALL')
    assert.match(cliString(cliItems(cliProperty(call?.value, 'mp'))?.[0]) ?? '', /^What if: /)
    assert.equal(house.ports.facts.policy('CsClientPolicy', 'Tag:Perhaps'), undefined)
  })

  test('the role is read at each invocation, not when the session began (SECURITY 50)', async () => {
    const { id } = await house.person('shortlived', 'CsViewOnlyAdministrator')
    const client = await house.client('shortlived').open()
    assert.equal((await client.run('Get-CsTenant')).state, COMPLETED)
    const denied = await client.run('New-CsClientPolicy', { Identity: cliText('Denied') })
    assert.deepEqual([denied.state, denied.errorId], [FAILED, 'PermissionDenied,New-CsClientPolicy'])
    await house.ports.ledger.commit([{ kind: 'removeRole', role: 'CsViewOnlyAdministrator', id }], [])
    assert.equal((await client.receive()).fault, 5)
  })

  test('what was run is in the audit record with person, door and address (SECURITY 59)', async () => {
    await admin.run('New-CsClientPolicy', { Identity: cliText('Audited') })
    const found = []
    for await (const record of house.ports.audit.find({ cmdlet: 'New-CsClientPolicy' })) found.push(record)
    const record = found.findLast(({ targetObject }) => targetObject?.includes('Audited'))
    assert.deepEqual(
      [record?.who, record?.door, record?.from],
      ['admin@nightpost.localhost', 'wsman', '127.0.0.1'],
    )
  })

  test('input may be cut anywhere: one byte a Send (powershell-7-observed section 1)', async () => {
    const pipeline = await admin.begin(createPipeline('Get-CsUser', {}, false))
    const bytes = Buffer.concat([
      admin.fragments('PIPELINE_INPUT', pipeline, cliText('plain'), 60),
      admin.fragments('END_OF_PIPELINE_INPUT', pipeline),
    ])
    for (let at = 0; at < bytes.length; at++) await admin.send(bytes.subarray(at, at + 1), pipeline)
    assert.deepEqual(texts(await admin.finish(pipeline), 'DisplayName'), ['plain'])
  })

  test('an argument of a million characters passes', async () => {
    const pipeline = guid()
    const data = admin.fragments(
      'CREATE_PIPELINE',
      pipeline,
      createPipeline('Get-CsUser', { Identity: cliText('x'.repeat(1_000_000)) }, true),
    )
    await admin.command(pipeline, data.subarray(0, 300_000))
    for (let at = 300_000; at < data.length; at += 300_000)
      await admin.send(data.subarray(at, at + 300_000), pipeline)
    const ran = await admin.finish(pipeline)
    assert.ok(ran.state === COMPLETED || ran.state === FAILED)
    assert.ok(ran.errorId)
  })

  test('several statements run one after another; an error that ends one of them is written and the next one runs', async () => {
    const ran = await admin.runPipeline(statements('Get-CsTenant', 'Get-NoSuchThing', 'Get-CsTenant'))
    assert.deepEqual(
      ran.messages.map(({ type }) => type),
      ['PIPELINE_OUTPUT', 'ERROR_RECORD', 'PIPELINE_OUTPUT', 'PIPELINE_STATE'],
    )
    assert.deepEqual([ran.state, ran.errorId], [COMPLETED, 'CommandNotFoundException'])
  })

  test('the error of a failed line, sent back to be shown, is its message alone (powershell-7-observed section 4)', async () => {
    const record = errorRecord({
      message: 'It failed.',
      category: 'NotSpecified',
      fullyQualifiedErrorId: 'X',
      exception: 'System.Exception',
      target: null,
      activity: 'a',
    })
    const stopped = errorRecord(PIPELINE_STOPPED)
    const ran = await admin.run('Out-Default', {}, [record, stopped, cliText('text')])
    assert.deepEqual(shown(ran), [
      ['WriteErrorLine', 'It failed.'],
      ['WriteLine2', 'text'],
    ])
    assert.equal(outputs(ran).length, 0)
  })

  test('a client without a screen gets records and no host calls', async () => {
    const blind = house.client('admin')
    blind.canShow = false
    await blind.open()
    const ran = await blind.run('Set-CsClientPolicy', {
      Identity: cliText('Global'),
      EnableSQMData: cliBool(true),
    })
    assert.deepEqual(
      new Set(ran.messages.map(({ type }) => type)),
      new Set(['WARNING_RECORD', 'PIPELINE_STATE']),
    )
    const seen = await admin.run('Set-CsClientPolicy', {
      Identity: cliText('Global'),
      EnableSQMData: cliBool(true),
    })
    assert.deepEqual(
      seen.messages.slice(0, 2).map(({ type }) => type),
      ['WARNING_RECORD', 'PIPELINE_HOST_CALL'],
    )
  })

  test('`exit` takes the console out of the session', async () => {
    assert.deepEqual(shown(await admin.run('Exit-PSSession')), [['PopRunspace', undefined]])
  })

  test('nothing of all this broke in the server', () => assert.deepEqual(house.broken, []))
})
