import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ROUTES } from '../../src/httpserver/ucwa/table.ts'
import { openUcwaHouse } from './ucwa-house.ts'

// SECURITY 16, 17, 25 to 27: whatever comes in, the answer is one of the table and never a 5xx.

const word = fc.constantFrom(
  'sip:bob@example.test',
  'bob@example.test',
  'Online',
  'Blocked',
  '',
  '1',
  '-1',
  '999999999999999999999',
  'data:text/plain;charset=utf-8,x',
  'data:;base64,!!',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  '__proto__',
)
const value = fc.oneof(
  word,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(word, { maxLength: 3 }),
  fc.object({ maxDepth: 2 }),
)
const NAMES = [
  'to',
  'message',
  '_links',
  'operationId',
  'threadId',
  'subject',
  'importance',
  'duration',
  'uris',
  'contactUris',
  'contactUri',
  'groupId',
  'displayName',
  'name',
  'availability',
  'activity',
  'expires',
  'location',
  'relationshipLevel',
  'supportedModalities',
  'supportedMessageFormats',
  'signInAs',
  'inactiveTimeout',
  'conversationHistory',
  'upTo',
  'from',
  'reason',
  'language',
  'timeZone',
  'presenceSubscriptionId',
]
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 }).map((fields) => JSON.stringify(fields)),
  fc.json(),
  fc.string(),
  fc.constantFrom('[]', 'null', '"x"', '{"a":', `${'['.repeat(100)}`, '{"__proto__":{"x":1}}', '\u0000'),
)
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom(
        'ack',
        'before',
        'after',
        'at',
        'limit',
        'groupId',
        'expand',
        'query',
        'mail',
        ...NAMES,
      ),
      word,
    )
    .map(([name, text]) => `?${name}=${encodeURIComponent(text.toWellFormed())}`),
  fc.constantFrom('?', '?ack=%ff', '?=&&', '?limit=1e9'),
)
const segmentText = fc.constantFrom(
  '1',
  'bob@example.test',
  'nobody@x',
  '..',
  '%00',
  '%ff',
  '9'.repeat(30),
  'a,b',
  '%2f',
  'x'.repeat(300),
)

test('no request below an application is answered with a 5xx, and every error is of the table', async () => {
  await using house = await openUcwaHouse({
    limits: { messagesPerSecond: 1e6, messagesBurst: 1e6, messagesPerMinuteToAbsent: 1e6 },
  })
  for (const name of ['alice', 'bob']) await house.person(name)
  const alice = await house.client('alice')
  await alice.makeAvailable()
  const paths = ROUTES.filter(({ path }) => !/^\/(?:$|events$|eventStream$)/.test(path)).map(
    ({ path }) => path,
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      segmentText,
      query,
      body,
      fc.constantFrom(
        'application/json',
        'text/plain',
        'text/html',
        'application/x-www-form-urlencoded',
        'multipart/batching;boundary=b',
        "text/plain;charset='nonsense'",
      ),
      async (path, method, part, search, text, type) => {
        const target = `${alice.path}${path.replace(/\{\w+\}/g, part)}${search}`
        const headers = { 'If-Match': '*' }
        const answer = await alice.request(method, target, { text, type, headers })
        assert.ok(answer.status < 500, `${method} ${target} ${type} ${text}: ${answer.status} ${answer.text}`)
        if (answer.status >= 400 && answer.text !== '') assert.ok(answer.json.code, answer.text)
        assert.doesNotMatch(answer.text, /node_modules|at .*\.ts|SELECT |SQLITE/)
      },
    ),
    { numRuns: Number(process.env.UCWA_RUDE_RUNS ?? 600) },
  )
  assert.deepEqual(house.faults, [])
})

test('a batch of nonsense is refused part by part', async () => {
  await using house = await openUcwaHouse()
  await house.person('alice')
  const alice = await house.client('alice')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string(), { maxLength: 5 }), async (parts) => {
      const text = `${parts.map((part) => `--b\r\nContent-Type: application/http\r\n\r\n${part}\r\n`).join('')}--b--`
      const answer = await alice.request('POST', alice.link('batch'), {
        text,
        type: 'multipart/batching;boundary=b',
      })
      assert.ok([200, 400].includes(answer.status), `${answer.status}`)
    }),
    { numRuns: 100 },
  )
})
