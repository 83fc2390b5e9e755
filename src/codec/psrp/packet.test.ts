import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Guid, parseGuid } from './guid.ts'
import { createLineReader, formatPacket, type Packet, parsePacket } from './packet.ts'

const COMMAND = 'a1a2a3a4-b1b2-c1c2-d1d2-e1e2e3e4e5e6' as Guid
const ZERO = '00000000-0000-0000-0000-000000000000'

/** Value and text; the text is what PowerShell writes (powershell-remoting.md section 13). */
const PACKETS: readonly (readonly [Packet, string])[] = [
  [
    { kind: 'Data', target: undefined, stream: 'Default', bytes: Uint8Array.of(0, 0, 1) },
    `<Data Stream='Default' PSGuid='${ZERO}'>AAAB</Data>`,
  ],
  [
    { kind: 'Data', target: COMMAND, stream: 'PromptResponse', bytes: new Uint8Array(0) },
    `<Data Stream='PromptResponse' PSGuid='${COMMAND}'></Data>`,
  ],
  [{ kind: 'DataAck', target: undefined }, `<DataAck PSGuid='${ZERO}' />`],
  [{ kind: 'Command', target: COMMAND }, `<Command PSGuid='${COMMAND}' />`],
  [{ kind: 'CommandAck', target: COMMAND }, `<CommandAck PSGuid='${COMMAND}' />`],
  [{ kind: 'Close', target: undefined }, `<Close PSGuid='${ZERO}' />`],
  [{ kind: 'CloseAck', target: COMMAND }, `<CloseAck PSGuid='${COMMAND}' />`],
  [{ kind: 'Signal', target: COMMAND }, `<Signal PSGuid='${COMMAND}' />`],
  [{ kind: 'SignalAck', target: COMMAND }, `<SignalAck PSGuid='${COMMAND}' />`],
]
for (const [packet, text] of PACKETS)
  test(`${text.slice(0, 40)} is written so and read again`, () => {
    assert.equal(formatPacket(packet), text)
    assert.deepEqual(parsePacket(text), packet)
  })

const OTHER_SPELLINGS = [
  `<Data PSGuid="${COMMAND}" Stream="Default">AAAB</Data>`,
  `  <Data Stream='Default'  PSGuid='${COMMAND.toUpperCase()}'>AAAB</Data>\r`,
  `<Data Stream='Default' PSGuid='${COMMAND}'>AAAB</Data>`,
]
for (const text of OTHER_SPELLINGS)
  test(`${JSON.stringify(text.slice(0, 30))} is the same packet`, () => {
    assert.deepEqual(parsePacket(text), {
      kind: 'Data',
      target: COMMAND,
      stream: 'Default',
      bytes: Uint8Array.of(0, 0, 1),
    })
  })
test('an element may be closed by a tag of its own', () => {
  assert.deepEqual(parsePacket(`<Close PSGuid='${COMMAND}'></Close>`), { kind: 'Close', target: COMMAND })
})

const NONE = [
  '',
  'Welcome to the server',
  `<Data Stream='Default'>AAAB</Data>`,
  `<Data Stream='Other' PSGuid='${COMMAND}'>AAAB</Data>`,
  `<Data Stream='Default' PSGuid='${COMMAND}' More='1'>AAAB</Data>`,
  `<Data Stream='Default' Stream='Default' PSGuid='${COMMAND}'>AAAB</Data>`,
  `<Data Stream='Default' PSGuid='${COMMAND}'>AAA</Data>`,
  `<Data Stream='Default' PSGuid='${COMMAND}'>A&#65;AB</Data>`,
  `<Data Stream='Default' PSGuid='${COMMAND}'>AAAB`,
  `<Command PSGuid='${COMMAND}' />x`,
  `<Command PSGuid='${COMMAND}'>`,
  `<Command PSGuid='nobody' />`,
  `<Command />`,
  `<Nothing PSGuid='${COMMAND}' />`,
  `<?xml version="1.0"?><Command PSGuid='${COMMAND}' />`,
  `<!DOCTYPE x><Command PSGuid='${COMMAND}' />`,
]
for (const text of NONE)
  test(`${JSON.stringify(text.slice(0, 60))} is no packet`, () => {
    assert.equal(parsePacket(text), undefined)
  })

const guids = fc.uuid().map((text) => parseGuid(text) as Guid)
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    kind: fc.constant('Data' as const),
    target: fc.option(guids, { nil: undefined }),
    stream: fc.constantFrom('Default' as const, 'PromptResponse' as const),
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constantFrom('DataAck' as const, 'Command' as const, 'Close' as const, 'Signal' as const),
    target: fc.option(guids, { nil: undefined }),
  }),
)

test('packets on a pipe are read whole, wherever it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(packets, { maxLength: 8 }),
      fc.array(fc.nat(2000)),
      fc.constantFrom('\n', '\r\n'),
      (sent, cuts, end) => {
        const text = sent.map((packet) => formatPacket(packet) + end).join('')
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
        const reader = createLineReader()
        const lines = at.slice(1).flatMap((to, n) => reader.push(text.slice(at[n], to)) ?? [])
        assert.deepEqual(
          lines.map(parsePacket),
          sent.map((packet) => ({ ...packet })),
        )
        assert.equal(reader.rest, '')
      },
    ),
  )
})

test('a line above the limit ends the stream and is not kept (SECURITY 9)', () => {
  const reader = createLineReader(100)
  assert.deepEqual(reader.push('x'.repeat(100)), [])
  assert.equal(reader.push('x'), undefined)
  assert.equal(reader.rest, '')
  assert.equal(reader.push('\n<Close />\n'), undefined)
})
