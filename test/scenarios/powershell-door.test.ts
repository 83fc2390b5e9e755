import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attributeOf, childOf, textOf } from '../../src/base/xml.ts'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliItems,
  cliList,
  cliNumber,
  cliProperty,
  cliString,
  cliText,
  NIL,
} from '../../src/codec/psrp/clixml.ts'
import { formatFragments } from '../../src/codec/psrp/fragment.ts'
import { errorRecord, PIPELINE_STOPPED } from '../../src/codec/psrp/records.ts'
import { SHELL, TRANSFER } from '../../src/codec/wsman/names.ts'
import { raw } from '../../src/httpserver/testing.ts'
import { createPipeline, guid, type PsrpClient, type Ran, TIMED_OUT } from '../client/psrp-client.ts'
import { type House, openHouse } from './remoting-house.ts'

const SCHEMA = 2150858817
const UNKNOWN_SHELL = 2150858843
const TOO_MANY_SHELLS = 2150859173
const TOO_MANY_OPERATIONS = 2150859174
const ABORTED = 995
const COMPLETED = 4
const STOPPED = 3
const FAILED = 5

const COMPRESSION = (kind: string): string =>
  `<rsp:CompressionType s:mustUnderstand="true">${kind}</rsp:CompressionType>`

/** Objects of the output stream. */
function outputs(ran: Ran): readonly CliValue[] {
  return ran.messages.filter(({ type }) => type === 'PIPELINE_OUTPUT').map(({ value }) => value)
}

function texts(ran: Ran, property: string): readonly (string | undefined)[] {
  return outputs(ran).map((value) => cliString(cliProperty(value, property)))
}

describe('the PowerShell door', () => {
  let house: House
  let admin: PsrpClient
  before(async () => {
    house = await openHouse()
    await house.person('admin', 'CsAdministrator')
    await house.person('plain')
    admin = await house.client('admin').open()
  })
  after(() => house[Symbol.asyncDispose]())

  test('a request without credentials is 401 with the one challenge before its body is sent (SECURITY 49)', async () => {
    const head =
      'POST /OcsPowershell HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/soap+xml\r\nContent-Length: 67108864\r\n\r\n'
    const answer = await raw(house.port, head, /\r\n\r\n/)
    assert.match(answer, /^HTTP\/1\.1 401 /)
    assert.match(answer, /\r\nwww-authenticate: Basic realm="WSMAN"\r\n/i)
    assert.match(answer, /\r\ncontent-length: 0\r\n/i)
  })

  test('an empty POST, by which WinRM looks for ways to sign in, is the same 401', async () => {
    const head = 'POST /wsman HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'
    assert.match(await raw(house.port, head, /\r\n\r\n/), /^HTTP\/1\.1 401 /)
  })

  test('Test-WSMan is answered without a sign-in, and learns no version', async () => {
    const answer = await fetch(house.url, {
      method: 'POST',
      headers: { wsmanidentify: 'unauthenticated', 'content-type': 'application/soap+xml;charset=UTF-8' },
      body: '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>',
    })
    assert.equal(answer.status, 200)
    const text = await answer.text()
    assert.match(text, /IdentifyResponse>.*ProductVersion>OS: 0\.0\.0 SP: 0\.0 Stack: 3\.0</s)
    const large = await fetch(house.url, {
      method: 'POST',
      headers: { wsmanidentify: 'unauthenticated', 'content-type': 'application/soap+xml' },
      body: 'x'.repeat(20_000),
    })
    assert.equal(large.status, 401)
  })

  test('a wrong password is 401, and so is an unknown user', async () => {
    assert.equal((await house.client('plain', { password: 'wrong' }).create()).status, 401)
    assert.equal((await house.client('nobody').create()).status, 401)
  })

  test('somebody without a role is told so (fault 5)', async () => {
    const answer = await house.client('plain').create()
    assert.equal(answer.status, 500)
    assert.equal(answer.fault, 5)
    assert.match(answer.text, /does not have permission/)
  })

  for (const path of [
    '/OCSPOWERSHELL',
    '/ocspowershellliveid',
    '/wsman?PSVersion=5.1.17763.1',
    '/OcsPowershellLiveId;x',
  ])
    test(`the path ${path} ${path.includes(';') ? 'is none of ours' : 'is the door'}`, async () => {
      const client = house.client('admin', { path })
      const created = await client.create()
      assert.equal(created.status, path.includes(';') ? 404 : 200)
      if (created.status === 200) await client.delete()
    })

  test('another method is 405, another media type 415, an envelope above 1 MiB 413 (SECURITY 9, 18)', async () => {
    const authorization = `Basic ${Buffer.from('admin@nightpost.localhost:correct horse battery staple 7').toString('base64')}`
    const post = (type: string, body: string) =>
      fetch(house.url, { method: 'POST', headers: { authorization, 'content-type': type }, body })
    assert.equal((await fetch(house.url, { method: 'PUT', headers: { authorization } })).status, 405)
    assert.equal((await fetch(house.url, { headers: { authorization } })).status, 426)
    assert.equal((await post('application/json', '{}')).status, 415)
    assert.equal((await post('application/soap+xml', ' '.repeat(1_048_577))).status, 413)
  })

  const MALFORMED: readonly [string, string][] = [
    ['text that is no XML', 'hello'],
    ['a DOCTYPE (SECURITY 15)', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['XML that is no envelope', '<a/>'],
  ]
  for (const [what, text] of MALFORMED)
    test(`${what} is a fault with HTTP 500`, async () => {
      const answer = await admin.postText(text)
      assert.deepEqual([answer.status, answer.fault], [500, SCHEMA])
    })

  test('an envelope in UTF-16 is answered in UTF-16', async () => {
    const client = house.client('admin')
    const authorization = `Basic ${Buffer.from('admin@nightpost.localhost:correct horse battery staple 7').toString('base64')}`
    const text = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>`
    const answer = await fetch(house.url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/soap+xml;charset=UTF-16' },
      body: Buffer.from(`\ufeff${text}`, 'utf16le'),
    })
    const decoded = new TextDecoder('utf-16le').decode(await answer.arrayBuffer())
    assert.equal(answer.status, 200)
    assert.match(decoded, /ProductVendor>Nightpost</)
    assert.ok(client.shell)
  })

  test('what is not offered is said so, by code', async () => {
    const codes = [
      await admin.post(`${SHELL}/Frobnicate`, '<rsp:Frobnicate/>'),
      await admin.post(
        `${SHELL}/Receive`,
        '<rsp:Receive><rsp:DesiredStream>stdout</rsp:DesiredStream></rsp:Receive>',
        { shell: guid() },
      ),
      await admin.receive(guid()),
    ]
    assert.deepEqual(
      codes.map(({ status, fault }) => [status, fault]),
      [
        [500, 2150858771],
        [500, UNKNOWN_SHELL],
        [500, UNKNOWN_SHELL],
      ],
    )
  })

  test("somebody else's shell is as unknown as none", async () => {
    await house.person('other', 'CsAdministrator')
    const other = house.client('other')
    const answer = await other.post(
      `${SHELL}/Receive`,
      '<rsp:Receive><rsp:DesiredStream>stdout</rsp:DesiredStream></rsp:Receive>',
      { shell: admin.shell },
    )
    assert.equal(answer.fault, UNKNOWN_SHELL)
  })

  test('a session configuration of another name is 2150858811, by which PowerShell says that it was not found', async () => {
    const answer = await admin.postText(
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="${SHELL}"><s:Header><a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/Create</a:Action><w:ResourceURI>http://schemas.microsoft.com/powershell/Microsoft.Exchange</w:ResourceURI></s:Header><s:Body><rsp:Shell/></s:Body></s:Envelope>`,
    )
    assert.equal(answer.fault, 2150858811)
  })

  test('a poll that nothing comes for is the time-out fault, and a younger one takes its place', async () => {
    admin.pollMs = 50
    const answer = await admin.receive()
    assert.deepEqual([answer.status, answer.fault], [500, TIMED_OUT])
    admin.pollMs = 20_000
    const first = admin.receive()
    // The second is sent when the first is held: its request is then before it in the server.
    while ((await admin.post('http://schemas.xmlsoap.org/ws/2004/09/transfer/Get', '')).status !== 200);
    const gone = new AbortController()
    const second = admin.receive(undefined, gone.signal).catch(() => undefined)
    assert.equal((await first).fault, TIMED_OUT)
    gone.abort()
    await second
  })

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
    const slow = guid()
    await admin.command(
      slow,
      admin.fragments(
        'CREATE_PIPELINE',
        slow,
        createPipeline('Test-NpSleep', { Seconds: { kind: 'number', tag: 'I32', value: 3600 } }, true),
      ),
    )
    const next = guid()
    await admin.command(
      next,
      admin.fragments('CREATE_PIPELINE', next, createPipeline('Get-CsTenant', {}, true)),
    )
    await admin.signal(slow, 'powershell/signal/crtl_c')
    const stopped = await admin.finish(slow)
    assert.deepEqual([stopped.state, stopped.errorId], [STOPPED, 'PipelineStopped'])
    assert.equal((await admin.finish(next)).state, COMPLETED)
  })

  test('terminate while it runs frees the command; a second one is answered kindly', async () => {
    const slow = guid()
    await admin.command(
      slow,
      admin.fragments(
        'CREATE_PIPELINE',
        slow,
        createPipeline('Test-NpSleep', { Seconds: { kind: 'number', tag: 'I32', value: 3600 } }, true),
      ),
    )
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
    const pipeline = guid()
    await client.command(
      pipeline,
      client.fragments('CREATE_PIPELINE', pipeline, createPipeline('Get-CsTenant', {}, true)),
    )
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
    const pipeline = guid()
    await admin.command(
      pipeline,
      admin.fragments('CREATE_PIPELINE', pipeline, createPipeline('Get-CsUser', {}, false)),
    )
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

  test('metadata of all commands: a count, then each with its common parameters, no name that a client has itself', async () => {
    const pipeline = guid()
    await admin.command(pipeline, admin.fragments('GET_COMMAND_METADATA', pipeline, metadataRequest(['*'])))
    const [count, ...commands] = outputs(await admin.finish(pipeline))
    assert.equal(cliNumber(cliProperty(count, 'Count')), commands.length)
    for (const command of commands) {
      const parameters = cliProperty(command, 'Parameters')
      assert.ok(parameters?.kind === 'object' && parameters.content?.kind === 'dictionary')
      const names = parameters.content.entries.map(([key]) => cliString(key))
      for (const common of ['Verbose', 'ErrorAction', 'OutVariable', 'InformationVariable'])
        assert.ok(names.includes(common))
      assert.equal(cliNumber(cliProperty(command, 'CommandType')), 8)
    }
    const names = commands.map((command) => cliString(cliProperty(command, 'Name')))
    assert.ok(names.includes('Grant-CsClientPolicy') && names.includes('Out-Default'))
    assert.ok(
      names.every((name) =>
        /-(Cs|Np)|^(Get-(Command|FormatData|Help)|Select-Object|Measure-Object|Out-Default|Exit-PSSession)$/.test(
          name ?? '',
        ),
      ),
    )
  })

  test('metadata of names: nothing found is a count of 0 and Completed', async () => {
    const pipeline = guid()
    await admin.command(
      pipeline,
      admin.fragments(
        'GET_COMMAND_METADATA',
        pipeline,
        metadataRequest(['Get-Nothing', 'prompt', 'TabExpansion2']),
      ),
    )
    const ran = await admin.finish(pipeline)
    assert.equal(ran.state, COMPLETED)
    assert.deepEqual(
      outputs(ran).map((value) => cliNumber(cliProperty(value, 'Count'))),
      [0],
    )
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

  test('a filter in braces comes as its text (admin-tasks, how a line is executed, 3)', async () => {
    const ran = await admin.run('Get-CsUser', { Filter: cliText('DisplayName -eq "plain"', 'SBK') })
    assert.deepEqual(texts(ran, 'DisplayName'), ['plain'])
  })

  test('Get-Command shows the syntax, finds by module and never what the role does not allow', async () => {
    const syntax = await admin.run('Get-Command', { Name: cliText('Test-NpSleep'), Syntax: cliBool(true) })
    assert.deepEqual(outputs(syntax), [cliText('Test-NpSleep [-Seconds] <int> [<CommonParameters>]')])
    const own = texts(await admin.run('Get-Command', { Module: cliText('Nightpost') }), 'Name')
    assert.ok(own.length > 3 && own.every((name) => name?.includes('-Np')))
    await house.person('viewer', 'CsViewOnlyAdministrator')
    const viewer = await house.client('viewer').open()
    const seen = texts(await viewer.run('Get-Command', { Name: cliText('*ClientPolicy') }), 'Name')
    assert.deepEqual(seen, ['Get-CsClientPolicy'])
  })

  test('nothing of all this broke in the server', () => assert.deepEqual(house.broken, []))
})

/** A pipeline of several statements: `ExtraCmds` has them all, `Cmds` the first one again. */
function statements(...names: readonly string[]): CliValue {
  const [first = '', ...more] = names
  const whole = createPipeline(first, {}, true)
  const powerShell = cliProperty(whole, 'PowerShell')
  if (whole.kind !== 'object' || powerShell?.kind !== 'object') throw new Error('no pipeline')
  const commands = [first, ...more].map(
    (name) => cliProperty(cliProperty(createPipeline(name, {}, true), 'PowerShell'), 'Cmds') ?? NIL,
  )
  const extra = cliList(commands.map((list) => cliBag({ Cmds: list })))
  const members = new Map(whole.members)
  members.set('PowerShell', {
    ...powerShell,
    members: new Map([...powerShell.members, ['ExtraCmds', extra]]),
  })
  return { ...whole, members }
}

/** Host calls: method and first parameter. */
function shown(ran: Ran): readonly (readonly [string | undefined, string | undefined])[] {
  return ran.messages
    .filter(({ type }) => type === 'PIPELINE_HOST_CALL')
    .map(({ value }) => {
      const method = cliProperty(value, 'mi')
      const [first] = cliItems(cliProperty(value, 'mp')) ?? []
      return [method?.kind === 'object' ? method.text : undefined, cliString(first)] as const
    })
}

function metadataRequest(names: readonly string[]): CliValue {
  return {
    kind: 'object',
    types: [],
    text: undefined,
    content: undefined,
    props: new Map(),
    members: new Map<string, CliValue>([
      ['Name', cliList(names.map((name) => cliText(name)))],
      ['CommandType', { kind: 'number', tag: 'I32', value: 271 }],
      ['Namespace', cliList([])],
      ['ArgumentList', NIL],
    ]),
  }
}

/** The same pipeline with its command marked as script text. */
function asScript(value: CliValue): CliValue {
  if (value.kind !== 'object') return value
  const members = new Map(
    [...value.members].map(
      ([name, member]) => [name, name === 'IsScript' ? cliBool(true) : asScript(member)] as const,
    ),
  )
  const content =
    value.content?.kind === 'list'
      ? { ...value.content, items: value.content.items.map(asScript) }
      : value.content
  return { ...value, members, content }
}

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
    (id) =>
      [
        id,
        client.fragments(
          'CREATE_PIPELINE',
          id,
          createPipeline('Test-NpSleep', { Seconds: { kind: 'number', tag: 'I32', value: 3600 } }, true),
        ),
      ] as const,
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

test('a password in Latin-1 is taken where it is no UTF-8 (section 2.2)', async () => {
  await using house = await openHouse()
  const { id } = await house.person('admin', 'CsAdministrator')
  const passwordHash = await house.ports.passwords.hash('Kaffee für Jürgen')
  await house.ports.ledger.commit([{ kind: 'putSecrets', id, secrets: { passwordHash } }], [])
  const head = (octets: Buffer): string =>
    `POST /wsman HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${octets.toString('base64')}\r\nContent-Type: application/soap+xml\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`
  const credential = 'admin@nightpost.localhost:Kaffee für Jürgen'
  for (const octets of [Buffer.from(credential, 'utf8'), Buffer.from(credential, 'latin1')])
    assert.match(await raw(house.port, head(octets), /\r\n\r\n/), /^HTTP\/1\.1 500 /)
  assert.match(await raw(house.port, head(Buffer.from(`${credential}x`)), /\r\n\r\n/), /^HTTP\/1\.1 401 /)
})

test('deleting a shell ends the polls that are held for it', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  const client = await house.client('admin').open()
  const slow = guid()
  await client.command(
    slow,
    client.fragments(
      'CREATE_PIPELINE',
      slow,
      createPipeline('Test-NpSleep', { Seconds: { kind: 'number', tag: 'I32', value: 3600 } }, true),
    ),
  )
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
  const pipeline = guid()
  await client.command(
    pipeline,
    client.fragments('CREATE_PIPELINE', pipeline, createPipeline('Get-CsUser', {}, true)),
  )
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

test('the answer to Create says whose shell it is and where', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  const { body } = await house.client('admin').create()
  const shell = childOf(body, SHELL, 'Shell')
  assert.equal(textOf(childOf(shell, SHELL, 'Owner')), 'admin@nightpost.localhost')
  assert.equal(textOf(childOf(shell, SHELL, 'ClientIP')), '127.0.0.1')
  assert.equal(attributeOf(shell, 'ShellId'), undefined)
})
