import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PsValue } from '../base/ps-value.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from './messages.ts'
import { decodeValue, encodeValue } from './values.ts'

const texts = fc.string({ unit: 'binary', maxLength: 6 })
const values = fc.letrec<{ value: PsValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double().filter((one) => !Object.is(one, -0)), // JSON has no negative zero, and PowerShell shows none
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }),
    texts,
    fc.integer().map((ms): PsValue => ({ kind: 'date', ms })),
    fc.integer().map((ms): PsValue => ({ kind: 'timespan', ms })),
    fc
      .constantFrom('guid', 'version', 'uri', 'char', 'xml', 'scriptBlock', 'secure')
      .chain((kind) => texts.map((text): PsValue => ({ kind, text }) as PsValue)),
    fc.uint8Array({ maxLength: 5 }).map((bytes): PsValue => ({ kind: 'bytes', bytes: Buffer.from(bytes) })),
    fc
      .record({ typeName: texts, name: texts, value: fc.integer() })
      .map((one): PsValue => ({ kind: 'enum', ...one })),
    fc.record({ user: texts, password: texts }).map((one): PsValue => ({ kind: 'credential', ...one })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 })
      .map((entries): PsValue => ({ kind: 'table', entries })),
    fc
      .tuple(
        fc.array(texts, { maxLength: 2 }),
        fc.uniqueArray(fc.tuple(texts, tie('value')), { maxLength: 3, selector: ([name]) => name }),
        fc.option(texts),
      )
      .map(([typeNames, properties, text]): PsValue => {
        const base = { kind: 'object' as const, typeNames, properties: new Map(properties) }
        return text === null ? base : { ...base, text }
      }),
  ),
})).value

test('every value comes over the socket as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      const line = JSON.stringify(encodeValue(value))
      assert.ok(!line.includes('\n'))
      assert.deepEqual(decodeValue(JSON.parse(line)), value)
    }),
    { numRuns: 500 },
  )
})

test('requests and replies are one line each and are read again', () => {
  const screen = { width: 120, language: 'ja', interactive: true } as const
  fc.assert(
    fc.property(texts, values, (text, value) => {
      const given = [
        { name: 'Password', value },
        { name: undefined, value: text },
        { name: 'Force', value: undefined },
      ]
      const call = { kind: 'call', name: text, arguments: given, input: [value], screen } as const
      for (const request of [call, { kind: 'script', text, screen } as const, { kind: 'stop' } as const]) {
        const line = encodeRequest(request)
        assert.ok(!line.includes('\n'))
        assert.deepEqual(decodeRequest(line), request)
      }
      const record = {
        message: text,
        category: 'NotSpecified',
        fullyQualifiedErrorId: 'x',
        exception: 'y',
        target: value,
        activity: '',
      } as const
      for (const reply of [
        { kind: 'value', value },
        { kind: 'stream', record: { stream: 'error', record } },
      ] as const)
        assert.deepEqual(decodeReply(encodeReply(reply)), reply)
    }),
  )
})

test('a line that is no request is refused, whatever it is (SECURITY 25)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      decodeRequest(line)
    }),
  )
  for (const line of [
    '',
    'null',
    '[]',
    '{"kind":"script","text":1,"screen":{"width":80}}',
    '{"kind":"script","text":"x"}',
    '{"kind":"script","text":"x","screen":{"width":1e9}}',
    '{"kind":"call","name":"X","arguments":[{"value":{"$":"eval","text":"1"}}],"screen":{"width":80}}',
    `{"kind":"call","name":"X","arguments":[{"value":${'['.repeat(100)}${']'.repeat(100)}}],"screen":{"width":80}}`,
    '{"kind":"hello","user":"a\\nb"}',
    '{"kind":"nothing"}',
  ])
    assert.equal(decodeRequest(line), undefined, line)
})
