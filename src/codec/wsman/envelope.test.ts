import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attributeOf, childOf, parseXml, textOf } from '../../base/xml.ts'
import { ENVELOPE_XML } from '../limits.ts'
import type { Guid } from '../psrp/guid.ts'
import { type Envelope, formatEnvelope, formatFault, parseEnvelope, readSeconds } from './envelope.ts'
import { FAULTS, type Fault } from './fault.ts'
import { FAULT, SHELL, SOAP } from './names.ts'
import { commandBody, createdBody, readOperation, receiveBody } from './shell.ts'

const ID = 'A1A2A3A4-B1B2-C1C2-D1D2-E1E2E3E4E5E6'
const RSP = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell'
const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer'

function request(action: string, body: string, headers = ''): string {
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="${RSP}"><s:Header><wsa:Action s:mustUnderstand="true">${action}</wsa:Action><wsa:MessageID>uuid:M</wsa:MessageID><wsman:ResourceURI>http://schemas.microsoft.com/powershell/Microsoft.PowerShell</wsman:ResourceURI><wsman:SelectorSet><wsman:Selector Name="ShellId">${ID}</wsman:Selector></wsman:SelectorSet>${headers}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
}

function read(text: string): Envelope {
  const envelope = parseEnvelope(text)
  if (!envelope.ok) throw new Error(envelope.error.fault)
  return envelope.value
}

function operation(action: string, body: string): unknown {
  const result = readOperation(read(request(action, body)))
  return result.ok ? result.value : result.error
}

test('the headers that mean something are read', () => {
  const envelope = read(
    request(
      `${RSP}/Receive`,
      '',
      '<wsman:OperationTimeout>PT2.500S</wsman:OperationTimeout><wsman:MaxEnvelopeSize>512000</wsman:MaxEnvelopeSize><wsman:Locale xml:lang="ja-JP"/><wsman:OptionSet><wsman:Option Name="o">v</wsman:Option></wsman:OptionSet>',
    ),
  )
  assert.equal(envelope.messageId, 'uuid:M')
  assert.equal(envelope.shellId, ID)
  assert.equal(envelope.operationTimeoutMs, 2500)
  assert.equal(envelope.maxEnvelope, 512_000)
  assert.equal(envelope.locale, 'ja-JP')
  assert.equal(envelope.options.get('o'), 'v')
  assert.equal(envelope.compression, 'none')
})

const TIMES: readonly [string, number | undefined][] = [
  ['PT180.000S', 180_000],
  ['PT20S', 20_000],
  ['P0DT0H1M0S', 60_000],
  ['', 0],
  ['20', undefined],
  ['PT', undefined],
  ['-PT1S', undefined],
]
for (const [text, ms] of TIMES)
  test(`the timeout '${text}' is ${ms} ms`, () => assert.equal(readSeconds(text), ms))

test('a wait of fifty hours is cut to what we grant', () => {
  assert.equal(
    read(request('x', '', '<wsman:OperationTimeout>PT180000S</wsman:OperationTimeout>')).operationTimeoutMs,
    180_000,
  )
})

const REFUSED: readonly [string, string, Fault][] = [
  ['text that is no XML', 'hello', 'schema'],
  ['a DOCTYPE (SECURITY 15)', `<!DOCTYPE s [<!ENTITY a "b">]>${request('x', '')}`, 'schema'],
  ['an envelope without body', '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>', 'schema'],
  ['a body of depth 65 (SECURITY 14)', request('x', '<a>'.repeat(63) + '</a>'.repeat(63)), 'schema'],
  [
    'a timeout that is none',
    request('x', '', '<wsman:OperationTimeout>soon</wsman:OperationTimeout>'),
    'badHeader',
  ],
  ['a size that is none', request('x', '', '<wsman:MaxEnvelopeSize>-1</wsman:MaxEnvelopeSize>'), 'badHeader'],
  [
    'an unknown header that must be understood',
    request('x', '', '<q:Q xmlns:q="urn:q" s:mustUnderstand="true"/>'),
    'mustUnderstand',
  ],
]
for (const [what, text, fault] of REFUSED)
  test(`${what} is the fault ${fault}`, () => {
    const envelope = parseEnvelope(text)
    assert.equal(envelope.ok ? 'taken' : envelope.error.fault, fault)
  })

test('an unknown header that need not be understood is read over', () => {
  assert.ok(parseEnvelope(request('x', '', '<q:Q xmlns:q="urn:q" s:mustUnderstand="false"/>')).ok)
})

const id = ID.toLowerCase()
const OPERATIONS: readonly [string, string, string, unknown][] = [
  [
    'Create',
    `${TRANSFER}/Create`,
    `<rsp:Shell ShellId="${ID}" Name="n"><rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><creationXml xmlns="http://schemas.microsoft.com/powershell">AQ\nI=</creationXml></rsp:Shell>`,
    { kind: 'create', shell: id, name: 'n', idleTimeoutMs: 7_200_000, data: new Uint8Array([1, 2]) },
  ],
  [
    'Command',
    `${RSP}/Command`,
    `<rsp:CommandLine CommandId="${ID}"><rsp:Command/><rsp:Arguments>AQI=</rsp:Arguments></rsp:CommandLine>`,
    { kind: 'command', command: id, data: new Uint8Array([1, 2]) },
  ],
  [
    'Send',
    `${RSP}/Send`,
    `<rsp:Send><rsp:Stream Name="stdin" CommandId="${id}">AQI=</rsp:Stream><rsp:Stream Name="pr">AQI=</rsp:Stream></rsp:Send>`,
    {
      kind: 'send',
      streams: [
        { name: 'stdin', command: id, data: new Uint8Array([1, 2]) },
        { name: 'pr', command: undefined, data: new Uint8Array([1, 2]) },
      ],
    },
  ],
  [
    'Receive for the shell',
    `${RSP}/Receive`,
    '<rsp:Receive><rsp:DesiredStream>stdout</rsp:DesiredStream></rsp:Receive>',
    { kind: 'receive', command: undefined },
  ],
  [
    'Receive for a command',
    `${RSP}/Receive`,
    `<rsp:Receive><rsp:DesiredStream CommandId="${ID}">stdout</rsp:DesiredStream></rsp:Receive>`,
    { kind: 'receive', command: id },
  ],
  [
    "PowerShell's stop",
    `${RSP}/Signal`,
    `<rsp:Signal CommandId="${ID}"><rsp:Code>powershell/signal/crtl_c</rsp:Code></rsp:Signal>`,
    { kind: 'signal', command: id, signal: 'stop' },
  ],
  [
    'terminate',
    `${RSP}/Signal`,
    `<rsp:Signal CommandId="${ID}"><rsp:Code>${RSP}/signal/Terminate</rsp:Code></rsp:Signal>`,
    { kind: 'signal', command: id, signal: 'terminate' },
  ],
  ['Delete', `${TRANSFER}/Delete`, '', { kind: 'delete' }],
  ['Disconnect', `${RSP}/Disconnect`, '<rsp:Disconnect/>', { kind: 'disconnect', idleTimeoutMs: 0 }],
  [
    'Disconnect with a time',
    `${RSP}/Disconnect`,
    '<rsp:Disconnect><rsp:IdleTimeOut>PT60.000S</rsp:IdleTimeOut></rsp:Disconnect>',
    { kind: 'disconnect', idleTimeoutMs: 60_000 },
  ],
  ['Reconnect', `${RSP}/Reconnect`, '', { kind: 'reconnect' }],
  ['Connect without a body', `${RSP}/Connect`, '', 'schema'],
  ['a name of every JavaScript object', 'constructor', '', 'unknownAction'],
  [
    'a signal nobody knows',
    `${RSP}/Signal`,
    `<rsp:Signal CommandId="${ID}"><rsp:Code>x</rsp:Code></rsp:Signal>`,
    'unknownAction',
  ],
  [
    'data that is no base64',
    `${RSP}/Send`,
    '<rsp:Send><rsp:Stream Name="stdin">*</rsp:Stream></rsp:Send>',
    'schema',
  ],
  [
    'a stream nobody knows',
    `${RSP}/Send`,
    '<rsp:Send><rsp:Stream Name="stderr">AQI=</rsp:Stream></rsp:Send>',
    'schema',
  ],
  [
    'an id that is no GUID',
    `${RSP}/Send`,
    '<rsp:Send><rsp:Stream Name="stdin" CommandId="x">AQI=</rsp:Stream></rsp:Send>',
    'schema',
  ],
]
for (const [what, action, body, expected] of OPERATIONS)
  test(`${what} is read`, () => assert.deepEqual(operation(action, body), expected))

test('Identify needs no header', () => {
  const text =
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><w:Identify/></s:Body></s:Envelope>'
  const result = readOperation(read(text))
  assert.deepEqual(result.ok && result.value, { kind: 'identify' })
})

test('a timed-out Receive is the fault of section 13', () => {
  const text = formatFault('timedOut', 'uuid:R', 'a1a2a3a4-b1b2-c1c2-d1d2-e1e2e3e4e5e6', 'server')
  assert.ok(
    text.includes(
      '<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">No output within OperationTimeout.</s:Text></s:Reason><s:Detail><f:WSManFault Code="2150858793" Machine="server"><f:Message>No output within OperationTimeout.</f:Message></f:WSManFault></s:Detail></s:Fault>',
    ),
  )
  assert.ok(text.includes('<a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action>'))
  assert.ok(text.includes('<a:RelatesTo>uuid:R</a:RelatesTo>'))
})

test('every fault is a document with its code', () => {
  for (const fault of Object.keys(FAULTS) as Fault[]) {
    const document = parseXml(formatFault(fault, undefined, ID, 'a"<b'), ENVELOPE_XML)
    assert.ok(document.ok)
    const detail = childOf(
      childOf(childOf(childOf(document.value, SOAP, 'Body'), SOAP, 'Fault'), SOAP, 'Detail'),
      FAULT,
      'WSManFault',
    )
    assert.equal(
      attributeOf(detail, 'Code'),
      FAULTS[fault].code === undefined ? undefined : String(FAULTS[fault].code),
    )
  }
})

test('the answer to Create has the forms that PowerShell insists on', () => {
  const text = formatEnvelope(
    'a',
    'uuid:M',
    ID,
    ...createdBody({
      id: id as Guid,
      address: 'https://h/wsman',
      resourceUri: 'u',
      owner: 'o',
      clientAddress: '::1',
      idleTimeoutMs: 3_600_000,
      locale: 'en-US',
      dataLocale: 'en-US',
      runTimeMs: 0,
      inactivityMs: 90_061_000,
      compressed: false,
      connected: true,
    }),
  )
  assert.ok(text.includes('<rsp:IdleTimeOut>PT3600.000S</rsp:IdleTimeOut>'))
  assert.ok(text.includes('<rsp:BufferMode>Block</rsp:BufferMode>'))
  assert.ok(text.includes('<rsp:ShellInactivity>P1DT1H1M1S</rsp:ShellInactivity>'))
  assert.ok(text.includes(`<w:Selector Name="ShellId">${ID}</w:Selector>`))
})

test('output carries the id of its command, and Done comes with the last of it', () => {
  const body = receiveBody(id as Guid, ['AQ==', 'Ag=='], true)
  assert.equal(body.children.length, 3)
  const text = formatEnvelope('a', 'b', ID, body)
  assert.ok(text.includes(`<rsp:Stream Name="stdout" CommandId="${ID}">AQ==</rsp:Stream>`))
  assert.ok(text.includes(`<rsp:CommandState CommandId="${ID}" State="${SHELL}/CommandState/Done"/>`))
  assert.ok(!formatEnvelope('a', 'b', ID, receiveBody(undefined, ['AQ=='], false)).includes('CommandId'))
  assert.equal(textOf(childOf(commandBody(id as Guid), SHELL, 'CommandId')), ID)
})

test('a cut or altered envelope is refused or read, never thrown (SECURITY 28)', () => {
  const seeds = OPERATIONS.map(([, action, body]) => request(action, body))
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.nat(), fc.string({ maxLength: 3 }), (text, at, insert) => {
      const cut = at % text.length
      const envelope = parseEnvelope(text.slice(0, cut) + insert + text.slice(cut + 1))
      if (envelope.ok) readOperation(envelope.value)
    }),
  )
})
