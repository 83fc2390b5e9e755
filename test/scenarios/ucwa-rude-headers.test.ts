import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ROUTES } from '../../src/httpserver/ucwa/table.ts'
import { type Answer, UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse } from './ucwa-house.ts'
import { readSpec } from './ucwa-spec.ts'

// SECURITY 25 to 27, 39, 41: header fields, the token service, and the event channel, whatever stands in them.

const RUNS = Number(process.env.UCWA_RUDE_RUNS ?? 300)
const spec = readSpec()
/** With those that ucwa.md section 9 lists beyond the enumeration of the reference. */
const codes = new Set([
  ...(spec.enums.ErrorCode ?? []),
  ...['NotAcceptable', 'PreconditionFailed', 'PreconditionRequired', 'TooManyRequests', 'MethodNotAllowed'],
])
const subcodes = new Set([...(spec.enums.ErrorSubcode ?? []), 'AutoAccepted'])

/** What a field may hold on the wire without ending the request itself. */
const field = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abcXYZ019 ,;="\'/*-_.:()<>@%'), maxLength: 200 }),
  fc.constantFrom(
    '*',
    '"',
    '""',
    ',,,',
    'W/"1"',
    '-1',
    '1e99',
    '9'.repeat(40),
    'Bearer',
    'null',
    '\u00e9',
    'a'.repeat(4000),
  ),
)
const NAMES = [
  ...['If-Match', 'If-None-Match', 'X-MS-RequiresMinResourceVersion', 'X-Ucwa-Ack', 'Idempotency-Key'],
  ...['Accept', 'Content-Type', 'Origin', 'Cookie', 'X-Nightpost-CSRF', 'Client-Request-Id'],
  ...['X-MS-Correlation-Id', 'Accept-Language', 'Range', 'X-Ms-Origin'],
]
const fields = fc.dictionary(fc.constantFrom(...NAMES), field, { maxKeys: 5 })

function assertOfTheTable(answer: Answer, what: string): void {
  assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text}`)
  assert.doesNotMatch(answer.text, /node_modules|\bat .*\.ts|SELECT |SQLITE|\/(?:home|usr|var|tmp)\//i)
  if (answer.status < 400 || answer.status === 401 || answer.text === '') return
  if (!/json/.test(String(answer.headers['content-type']))) return
  const { code, subcode } = answer.json
  if (typeof answer.json.error === 'string') return
  assert.ok(code !== undefined && codes.has(code), `${what}: ${answer.text}`)
  assert.ok(subcode === undefined || subcodes.has(subcode), `${what}: ${answer.text}`)
}

test('R1: no header field makes anything but an answer of the table', async () => {
  await using house = await openUcwaHouse()
  for (const name of ['alice', 'bob']) await house.person(name)
  const alice = await house.client('alice')
  await alice.makeAvailable()
  const paths = ROUTES.map(({ path }) => path).filter((path) => !/^\/(?:$|events$|eventStream$)/.test(path))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
      fields,
      fc.constantFrom(undefined, '{}', '{"a":1}', 'text'),
      async (path, method, headers, text) => {
        const target = `${alice.path}${path.replace(/\{\w+\}/g, 'bob@example.test')}`
        const answer = await alice.request(method, target, { headers, ...(text ? { text } : {}) })
        assertOfTheTable(answer, `${method} ${target} ${JSON.stringify(headers)}`)
      },
    ),
    { numRuns: RUNS },
  )
  assert.deepEqual(house.faults, [])
})

test('the token service answers every form with its own errors, and never with a token', async () => {
  await using house = await openUcwaHouse()
  await house.person('alice')
  const nobody = new UcwaClient({ base: house.base, user: '', password: '' })
  const pair = fc.tuple(
    fc.constantFrom('grant_type', 'GRANT_TYPE', 'username', 'client_id', 'scope', 'ms_rtc_conferenceuri', ''),
    fc.oneof(
      fc.string(),
      fc.constantFrom('urn:microsoft.rtc:windows', 'urn:microsoft.rtc:passive', 'implicit', 'alice'),
    ),
  )
  const form = fc.array(pair, { maxLength: 6 }).map((pairs) => new URLSearchParams(pairs).toString())
  const multipart = fc
    .array(pair, { maxLength: 4 })
    .map((pairs) =>
      pairs
        .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join(''),
    )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        form,
        multipart.map((parts) => `${parts}--b--`),
        fc.string(),
      ),
      fc.constantFrom(
        'application/x-www-form-urlencoded',
        "application/x-www-form-urlencoded;charset='utf-8'",
        'multipart/form-data; boundary=b',
        'multipart/form-data',
        'application/json',
        'text/plain;charset=nonsense',
      ),
      async (text, type) => {
        const answer = await nobody.request('POST', '/WebTicket/oauthtoken', { text, type })
        assert.equal(answer.status, 400, `${type} ${text}`)
        assert.ok(
          ['invalid_request', 'invalid_grant', 'unsupported_grant_type'].includes(answer.json.error ?? ''),
        )
        assert.deepEqual(Object.keys(answer.json), ['error'])
        assert.equal(answer.headers['cache-control'], 'no-store')
        assert.match(String(answer.headers['x-ms-diagnostics']), /^\d+;source="[\w.:-]*";reason="[^"\r\n]+"$/)
      },
    ),
    { numRuns: RUNS },
  )
  await nobody.close()
})

test('grants that are not offered are named so, and none is listed that is not (ucwa.md 3.1, 3.2)', async () => {
  await using house = await openUcwaHouse()
  await house.person('alice')
  const nobody = new UcwaClient({ base: house.base, user: '', password: '' })
  const type = 'application/x-www-form-urlencoded'
  for (const grant of ['windows', 'anonmeeting', 'passive'].map((name) => `urn:microsoft.rtc:${name}`)) {
    const text = new URLSearchParams({ grant_type: grant, password: 'x', username: 'alice' }).toString()
    const answer = await nobody.request('POST', '/WebTicket/oauthtoken', { text, type })
    assert.deepEqual([answer.status, answer.json], [400, { error: 'unsupported_grant_type' }], grant)
    // No second way in: neither is there a challenge that a client could answer with NTLM.
    assert.equal(answer.headers['www-authenticate'], undefined)
  }
  const challenge = await nobody.get('/Autodiscover/AutodiscoverService.svc/root/oauth/user')
  assert.match(String(challenge.headers['www-authenticate']), /grant_type="password"/)
  // SECURITY 39: no token ever travels in an address.
  const query = await nobody.request('POST', '/WebTicket/oauthtoken?grant_type=password&username=alice', {
    type,
    text: '',
  })
  assert.deepEqual(query.json, { error: 'invalid_request' })
  await nobody.close()
})

test('the event channel takes any parameters, and a client that makes up instances loses only its own', async () => {
  await using house = await openUcwaHouse({ config: { eventTimeoutMs: 50 } })
  await house.person('alice')
  const alice = await house.client('alice', { instanceId: 'tab' })
  const value = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.integer().map(String),
    fc.constantFrom('1', '', 'full', '9'.repeat(30)),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom('ack', 'medium', 'low', 'priority', 'packages', 'instanceId'), value),
      async (parameters) => {
        const answer = await alice.get(`${alice.path}/events?${new URLSearchParams(parameters)}`)
        assert.ok([200, 400].includes(answer.status), `${JSON.stringify(parameters)}: ${answer.status}`)
        assertOfTheTable(answer, JSON.stringify(parameters))
      },
    ),
    { numRuns: 150 },
  )
  assert.equal((await alice.get(alice.path)).status, 200)
})
