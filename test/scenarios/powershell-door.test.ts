import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attributeOf, childOf, textOf } from '../../src/base/xml.ts'
import { SHELL } from '../../src/codec/wsman/names.ts'
import { raw } from '../../src/httpserver/testing.ts'
import { type PsrpClient, TIMED_OUT } from '../client/psrp-client.ts'
import { guid } from '../client/psrp-messages.ts'
import { SCHEMA, UNKNOWN_SHELL } from './remoting-answers.ts'
import { type House, openAdminHouse, openHouse } from './remoting-house.ts'

describe('the PowerShell door', () => {
  let house: House
  let admin: PsrpClient
  before(async () => {
    ;({ house, admin } = await openAdminHouse())
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

  test('nothing of all this broke in the server', () => assert.deepEqual(house.broken, []))
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

test('the answer to Create says whose shell it is and where', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  const { body } = await house.client('admin').create()
  const shell = childOf(body, SHELL, 'Shell')
  assert.equal(textOf(childOf(shell, SHELL, 'Owner')), 'admin@nightpost.localhost')
  assert.equal(textOf(childOf(shell, SHELL, 'ClientIP')), '127.0.0.1')
  assert.equal(attributeOf(shell, 'ShellId'), undefined)
})
