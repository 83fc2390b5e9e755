import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Answer, type Json, UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse } from './ucwa-house.ts'

// PUT, etags, types and origins of every resource that has them (ucwa.md section 5 and 13, H2, H7).

const ORIGIN = 'https://portal.test'
const house = await openUcwaHouse({ config: { allowedOrigins: [ORIGIN] } })
after(() => house[Symbol.asyncDispose]())
for (const name of ['alice', 'bob']) await house.person(name)
const alice = await house.online('alice')
const made = await alice.post(alice.link('myGroups'), { displayName: 'Friends' })
const group = String(made.headers.location)

/** Address, a change, and a value that is none. */
const PUTS = {
  communication: [
    `${alice.path}/communication`,
    { conversationHistory: 'Enabled' },
    { conversationHistory: 'On' },
  ],
  group: [group, { name: 'Best friends' }, { name: '' }],
  contactPrivacyRelationship: [
    `${alice.path}/people/bob@example.test/privacyRelationship`,
    { relationshipLevel: 'Workgroup' },
    { relationshipLevel: 'Sibling' },
  ],
  settings: [`${alice.path}/me/settings`, { theme: 'dark' }, { theme: 'neon' }],
} as const

function put(href: string, json: unknown, etag?: string): Promise<Answer> {
  return alice.request('PUT', href, { json, headers: etag === undefined ? {} : { 'If-Match': etag } })
}

function without(resource: Json): unknown {
  return JSON.parse(JSON.stringify(resource, (name, value) => (name === 'etag' ? undefined : value)))
}

for (const [rel, [href, change, wrong]] of Object.entries(PUTS)) {
  test(`H7: PUT of ${rel} wants its etag, takes what was given back, and gives a new one`, async () => {
    const before = (await alice.get(href)).json
    assert.equal((await put(href, { ...before, ...change })).status, 428)
    assert.equal((await put(href, { ...before, ...change }, '"1"')).status, 412)
    assert.deepEqual((await alice.get(href)).json, before, 'refused, so unchanged')
    const done = await put(
      href,
      { ...before, ...change, unknown: { deep: [1] }, Etag: 'x' },
      `"${before.etag}"`,
    )
    assert.equal(done.status, 200, done.text)
    assert.equal(done.json.rel, rel)
    const [[name = '', value] = []] = Object.entries(change)
    assert.equal(done.json[name], value)
    assert.notEqual(done.json.etag, before.etag)
    assert.equal(done.headers.etag, `"${done.json.etag}"`)
    assert.equal((await put(href, { ...before, ...change }, `"${before.etag}"`)).status, 412)
    const starred = await put(href, { ...done.json }, '*')
    assert.deepEqual([starred.status, starred.json], [200, done.json])
  })

  test(`PUT of ${rel} changes nothing where the body is empty, wrong, or no JSON`, async () => {
    const before = (await alice.get(href)).json
    const etag = { 'If-Match': `"${before.etag}"` }
    const refusals = [
      [{ json: { ...before, ...wrong } }, 400, 'ParameterValidationFailure'],
      [{ text: '{"', type: 'application/json' }, 400, 'DeserializationFailure'],
      [{ text: '[]', type: 'application/json' }, 400, 'DeserializationFailure'],
      [{ text: '<a/>', type: 'application/xml' }, 415, undefined],
    ] as const
    for (const [options, status, subcode] of refusals) {
      const answer = await alice.request('PUT', href, { ...options, headers: etag })
      assert.deepEqual([answer.status, answer.json.subcode], [status, subcode])
      assert.equal(answer.headers['content-type'], 'application/json')
    }
    // A name is what a group consists of; everything else may be left as it is.
    const empty = await alice.request('PUT', href, { type: 'application/json', text: '', headers: etag })
    assert.equal(empty.status, rel === 'group' ? 400 : 200)
    assert.deepEqual(without((await alice.get(href)).json), without(before))
  })
}

test('whatever has an etag answers 304 to whoever has it, and 200 when it is another', async () => {
  const paths = [...Object.values(PUTS).map(([href]) => href), alice.path]
  for (const href of paths) {
    const { json, headers } = await alice.get(href)
    assert.match(json.etag ?? '', /^\d{1,20}$/, href)
    assert.equal(headers.etag, `"${json.etag}"`)
    for (const given of [`"${json.etag}"`, json.etag ?? '', `W/"${json.etag}"`, `"1", "${json.etag}"`]) {
      const same = await alice.get(href, { 'If-None-Match': given })
      assert.deepEqual([same.status, same.text], [304, ''], `${href} ${given}`)
      assert.equal(same.headers.etag, `"${json.etag}"`)
    }
    assert.equal((await alice.get(href, { 'If-None-Match': '"1"' })).status, 200)
  }
})

test('H2: JSON without parameters, its UCWA name where only that is asked for, 406 for anything else', async () => {
  const cases = [
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/vnd.microsoft.com.ucwa+json', 'application/vnd.microsoft.com.ucwa+json'],
    ['application/xml, application/json;q=0.5', 'application/json'],
  ] as const
  for (const [accept, type] of cases) {
    assert.equal((await alice.get(`${alice.path}/me`, { Accept: accept })).headers['content-type'], type)
  }
  assert.equal((await alice.get(`${alice.path}/me`)).headers['content-type'], 'application/json')
  for (const accept of ['application/xml', 'application/vnd.microsoft.com.ucwa+xml', 'text/plain']) {
    const answer = await alice.get(`${alice.path}/me`, { Accept: accept })
    assert.deepEqual([answer.status, answer.json.code], [406, 'NotAcceptable'])
    assert.equal(answer.headers['content-type'], 'application/json')
  }
})

test('SECURITY 41: plain CORS is for listed origins, without credentials, and refuses no bearer token', async () => {
  const nobody = new UcwaClient({ base: house.base, user: '', password: '' })
  const asked = {
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'authorization, if-match, x-ms-requiresminresourceversion',
  }
  for (const path of [
    `${alice.path}/communication`,
    '/WebTicket/oauthtoken',
    '/ucwa/oauth/v1/applications',
  ]) {
    const preflight = await nobody.request('OPTIONS', path, { headers: { Origin: ORIGIN, ...asked } })
    assert.equal(preflight.status, 204, path)
    const { headers } = preflight
    assert.equal(headers['access-control-allow-origin'], ORIGIN)
    assert.equal(headers['access-control-allow-credentials'], undefined)
    assert.match(String(headers.vary), /\bOrigin\b/i)
    const methods = String(headers['access-control-allow-methods']).split(', ')
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) assert.ok(methods.includes(method), method)
    const names = String(headers['access-control-allow-headers']).toLowerCase().split(', ')
    for (const name of ALLOWED) assert.ok(names.includes(name), name)
    const foreign = await nobody.request('OPTIONS', path, {
      headers: { Origin: 'https://evil.test', ...asked },
    })
    assert.equal(foreign.headers['access-control-allow-origin'], undefined)
  }
  const answer = await alice.get(`${alice.path}/communication`, { Origin: ORIGIN })
  const exposed = String(answer.headers['access-control-expose-headers']).toLowerCase().split(', ')
  for (const name of EXPOSED) assert.ok(exposed.includes(name), name)
  assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
  // A client outside a browser may send whatever Origin it likes (pyucwa).
  const foreign = await alice.request('POST', `${alice.path}/me/reportMyActivity`, {
    headers: { Origin: 'https://evil.test' },
  })
  assert.equal(foreign.status, 204)
  assert.equal(foreign.headers['access-control-allow-origin'], undefined)
  await nobody.close()
})

/** ucwa.md section 13. */
const ALLOWED = [
  ...['authorization', 'content-type', 'if-match', 'if-none-match', 'x-ms-requiresminresourceversion'],
  ...['x-requested-with', 'client-request-id', 'x-ms-origin'],
]
const EXPOSED = [
  ...['location', 'etag', 'www-authenticate', 'retry-after', 'x-ms-ucwaversion', 'x-ms-diagnostics'],
]
