import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, listOf, UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, PASSWORD, type UcwaHouse } from './ucwa-house.ts'

// The checks of ucwa-resources.json, under their names.

const APPLICATIONS = '/ucwa/oauth/v1/applications'
const USER = '/Autodiscover/AutodiscoverService.svc/root/oauth/user'
const TOKEN = '/WebTicket/oauthtoken'

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

/** Nobody: no token. */
function stranger(house: UcwaHouse): UcwaClient {
  return new UcwaClient({ base: house.base, user: '', password: '' })
}

test('D1, D2: discovery without credentials, absolute, with a query, in any letter case', async () => {
  await using house = await houseWith('alice')
  const nobody = stranger(house)
  for (const path of [
    '/',
    '/Autodiscover/AutodiscoverService.svc/root',
    '/autodiscover/AUTODISCOVERservice.svc/ROOT',
  ]) {
    for (const accept of [undefined, '*/*', 'application/json']) {
      const answer = await nobody.get(path, accept === undefined ? {} : { Accept: accept })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['content-type'], 'application/json')
      for (const rel of ['self', 'user', 'xframe']) {
        assert.match(answer.json._links?.[rel]?.href ?? '', new RegExp(`^${house.base}/`))
      }
      assert.match(answer.json._links?.user?.href ?? '', /\?/)
      assert.match(answer.json._links?.self?.href ?? '', /\?/)
    }
  }
})

test('D3, X1: the XFrame page is there for whoever looks, and refuses foreign origins', async () => {
  await using house = await houseWith()
  const nobody = stranger(house)
  for (const path of ['/xframe', '/Autodiscover/XFrame/XFrame.html']) {
    const page = await nobody.get(path)
    assert.equal(page.status, 200)
    assert.match(String(page.headers['content-type']), /^text\/html/)
    assert.match(String(page.headers['content-security-policy']), /frame-ancestors 'none'/)
  }
  const foreign = await nobody.get('/xframe', { Origin: 'https://evil.test' })
  assert.equal(foreign.status, 403)
  assert.match(String(foreign.headers['x-ms-diagnostics']), /cross domain request/)
  const framed = await nobody.get('/xframe', { 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'cross-site' })
  assert.equal(framed.status, 403)
})

test('a listed origin may frame the page and use plain CORS; others get no header', async () => {
  await using house = await openUcwaHouse({ config: { allowedOrigins: ['https://portal.test'] } })
  const nobody = stranger(house)
  const page = await nobody.get('/xframe', { Origin: 'https://portal.test' })
  assert.match(String(page.headers['content-security-policy']), /frame-ancestors https:\/\/portal\.test$/)
  const preflight = await nobody.request('OPTIONS', APPLICATIONS, {
    headers: { Origin: 'https://portal.test', 'Access-Control-Request-Method': 'POST' },
  })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers['access-control-allow-origin'], 'https://portal.test')
  assert.equal(preflight.headers['access-control-allow-credentials'], undefined)
  const other = await nobody.get(USER, { Origin: 'https://evil.test' })
  assert.equal(other.headers['access-control-allow-origin'], undefined)
})

test('A1, A2: the challenge has its order, its quotes and every parameter', async () => {
  await using house = await houseWith('alice')
  const nobody = stranger(house)
  for (const method of ['GET', 'HEAD']) {
    for (const headers of [{}, { Authorization: 'Bearer ' }, { Authorization: 'Bearer cwt=wrong' }]) {
      const answer = await nobody.request(method, USER, { headers })
      assert.equal(answer.status, 401)
      const raw = answer.rawHeaders
      const at = raw.indexOf('WWW-Authenticate')
      assert.match(
        raw[at + 1] ?? '',
        /^MsRtcOAuth href="http:\/\/[^"]+\/WebTicket\/oauthtoken",grant_type="password"$/,
      )
      assert.equal(
        raw.slice(0, at).some((text) => text.includes('http')),
        false,
      )
      const second = raw[raw.indexOf('WWW-Authenticate', at + 1) + 1] ?? ''
      assert.match(second, /^Bearer trusted_issuers="", client_id="[^"]+", authorization_uri="http/)
    }
  }
})

test('A3, A4: the token service takes forms of all kinds and names what is wrong', async () => {
  await using house = await houseWith('alice')
  const nobody = stranger(house)
  const form = `grant_type=password&username=alice%40example.test&password=${encodeURIComponent(PASSWORD)}&more=1`
  for (const type of [
    'application/x-www-form-urlencoded',
    "application/x-www-form-urlencoded;charset='utf-8'",
  ]) {
    const answer = await nobody.request('POST', '/webticket/OAuthToken', { text: form, type })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.json.token_type, 'Bearer')
    assert.equal(typeof answer.json.expires_in, 'number')
    assert.match(answer.json.access_token ?? '', /^cwt=/)
  }
  const part = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const multipart = `${part('grant_type', 'password')}${part('username', 'alice')}${part('password', PASSWORD)}--b--\r\n`
  const answer = await nobody.request('POST', TOKEN, {
    text: multipart,
    type: 'multipart/form-data; boundary=b',
  })
  assert.equal(answer.status, 200)
  const refusals = [
    ['grant_type=password&username=alice@example.test&password=wrong', 'invalid_grant'],
    ['grant_type=password&username=nobody@example.test&password=wrong', 'invalid_grant'],
    ['grant_type=urn:microsoft.rtc:windows', 'unsupported_grant_type'],
    ['grant_type=password&username=alice', 'invalid_request'],
    ['', 'invalid_request'],
  ] as const
  for (const [text, error] of refusals) {
    const refused = await nobody.request('POST', TOKEN, { text, type: 'application/x-www-form-urlencoded' })
    assert.equal(refused.status, 400)
    assert.deepEqual(refused.json, { error })
    assert.match(String(refused.headers['x-ms-diagnostics']), /^\d+;source="127\.0\.0\.1";reason="[^"]+"$/)
  }
  const get = await nobody.get(TOKEN)
  assert.equal(get.status, 405)
})

test('P1, P2, P3, P4: the application, once and again, and what it holds', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice', { endpointId: 'desk' })
  const input = { USERAGENT: 'NightpostTest/1.0', endpointid: 'desk', Culture: 'en-US' }
  const again = await alice.post(APPLICATIONS, input)
  assert.equal(again.status, 200)
  assert.equal(again.json.id, alice.application.id)
  assert.equal(alice.path.split('/').at(-1), alice.application.id)
  for (const rel of ['policies', 'batch', 'events']) assert.ok(alice.link(rel))
  for (const part of ['me', 'people', 'onlineMeetings', 'communication']) {
    assert.equal(alice.application._embedded?.[part]?.rel, part)
  }
  const [first] = Object.entries(alice.application._embedded?.communication ?? {})
  assert.match(first?.[0] ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(first?.[1], 'please pass this in a PUT request')
  assert.equal((await alice.post(APPLICATIONS, { userAgent: 'x' })).status, 400)
  assert.equal((await alice.post(APPLICATIONS, { ...input, endpointid: 'x'.repeat(101) })).status, 400)
  assert.equal((await alice.request('DELETE', alice.path)).status, 204)
  const gone = await alice.get(`${alice.path}/me`)
  assert.equal(gone.status, 404)
  assert.deepEqual(gone.json, { code: 'NotFound', subcode: 'ApplicationNotFound' })
})

test('nobody sees the application of somebody else', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.client('alice')
  const bob = await house.client('bob')
  const answer = await bob.get(alice.path)
  assert.equal(answer.json.subcode, 'ApplicationNotFound')
})

test('the ninth application ends the oldest idle one, which says why (section 4)', async () => {
  await using house = await houseWith('alice')
  const first = await house.client('alice')
  for (let i = 0; i < 8; i += 1) await house.client('alice')
  const gone = await first.get(first.path)
  assert.equal(gone.status, 410)
  assert.equal(gone.json.subcode, 'TooManyApplications')
})

test('H1, H2, H3, H6, H9: a walk from root finds every link alive and every resource in form', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const away = await alice.conversation('sip:bob@example.test', 'hello')
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
  await alice.post(alice.link('presenceSubscriptions'), { duration: 11, uris: ['sip:bob@example.test'] })
  await alice.post(alice.link('myGroupMemberships'), { contactUri: 'sip:bob@example.test' })
  await away.send('more')
  const seen = new Map<string, number>()
  const walk = [USER, alice.path]
  for (let href = walk.pop(); href !== undefined; href = walk.pop()) {
    if (seen.has(href) || /\/event(?:s|Stream)\b/.test(href)) continue
    const answer = await alice.get(href)
    seen.set(href, answer.status)
    // Links that are acts answer a GET with 405; nothing else may.
    assert.ok([200, 405].includes(answer.status), `${href}: ${answer.status}`)
    if (answer.status !== 200 || !/json/.test(String(answer.headers['content-type']))) continue
    assert.equal(answer.headers['content-type'], 'application/json')
    collect(answer.json, walk)
  }
  assert.ok(seen.size > 40, `${seen.size}`)
})

const QUERY = ['events', 'eventStream', 'addParticipant', 'subscribeToGroupPresence']
const PLAIN = ['accept', 'decline', 'sendMessage', 'search', 'presenceSubscription', 'startMessaging']
const MANY = ['contact', 'group', 'conversation', 'participant', 'message', 'conversationLog']

function collect(resource: Json, walk: string[]): void {
  assert.equal(typeof resource.rel, 'string')
  assert.equal(typeof resource._links?.self?.href, 'string', resource.rel)
  for (const [rel, link] of Object.entries(resource._links ?? {})) {
    if (Array.isArray(link)) assert.ok(MANY.includes(rel), `${resource.rel} has many ${rel}`)
    for (const one of listOf(link)) {
      const href = String(one.href)
      if (href.startsWith('data:')) continue
      const below = href.startsWith('/')
      assert.ok(below || ['root', 'user'].includes(String(resource.rel)), href)
      if (QUERY.includes(rel)) assert.match(href, /\?/)
      if (PLAIN.includes(rel)) assert.doesNotMatch(href, /\?/)
      walk.push(below ? href : new URL(href).pathname)
    }
  }
  for (const part of Object.values(resource._embedded ?? {})) {
    for (const one of listOf(part as unknown as Json)) collect(one, walk)
  }
}

test('H7: PUT wants its etag', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice')
  const at = `${alice.path}/communication`
  const { json, headers } = await alice.get(at)
  assert.equal(headers.etag, `"${json.etag}"`)
  const body = { ...json, conversationHistory: 'Enabled', unknown: 1 }
  assert.equal((await alice.request('PUT', at, { json: body })).status, 428)
  const put = (etag: string) => alice.request('PUT', at, { json: body, headers: { 'If-Match': etag } })
  assert.equal((await put('"1"')).status, 412)
  assert.equal((await put(`"${json.etag}"`)).status, 200)
  assert.equal((await put(`"${json.etag}"`)).status, 412)
  const now = await alice.get(at)
  assert.equal(now.json.conversationHistory, 'Enabled')
  const same = await alice.get(at, { 'If-None-Match': `"${now.json.etag}"` })
  assert.equal(same.status, 304)
  assert.equal(same.text, '')
})

test('H8, R1: versions, types and errors', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice')
  const version = (value: string) =>
    alice.get(`${alice.path}/me`, { 'X-MS-RequiresMinResourceVersion': value })
  for (const value of ['1', '2', '2.0']) assert.equal((await version(value)).status, 200)
  const later = await version('3')
  assert.equal(later.status, 404)
  assert.equal(later.json.subcode, 'APIVersionNotSupported')
  assert.ok((await version('1')).headers['x-ms-ucwaversion'])
  assert.equal((await alice.get(`${alice.path}/me`, { Accept: 'application/xml' })).status, 406)
  const typed = await alice.get(`${alice.path}/me`, { Accept: 'application/vnd.microsoft.com.ucwa+json' })
  assert.equal(typed.headers['content-type'], 'application/vnd.microsoft.com.ucwa+json')
  const method = await alice.request('PUT', `${alice.path}/me`, { json: {} })
  assert.equal(method.status, 405)
  assert.equal(method.headers.allow, 'GET, HEAD')
  const broken = await alice.request('POST', alice.link('startMessaging'), {
    text: '{',
    type: 'application/json',
  })
  assert.deepEqual(broken.json, { code: 'BadRequest', subcode: 'DeserializationFailure' })
  const missing = await alice.post(alice.link('startMessaging'), { subject: 'x' })
  assert.equal(missing.json.subcode, 'ParameterValidationFailure')
  assert.deepEqual(Object.keys(missing.json.parameters ?? {}), ['to'])
  const deep = await alice.request('POST', alice.link('startMessaging'), {
    text: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
    type: 'application/json',
  })
  assert.equal(deep.status, 400)
})

test('M1: before and after makeMeAvailable, with its events in their order', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice')
  const links = async () => Object.keys((await alice.get(`${alice.path}/me`)).json._links ?? {})
  assert.ok((await links()).includes('makeMeAvailable'))
  for (const part of ['presence', 'note', 'location']) {
    const answer = await alice.get(`${alice.path}/me/${part}`)
    assert.equal(answer.status, 409)
    assert.equal(answer.json.subcode, 'MakeMeAvailableRequired')
  }
  assert.equal((await alice.post(`${alice.path}/me/reportMyActivity`)).status, 409)
  assert.equal((await alice.makeAvailable()).status, 204)
  alice.listen()
  await alice.event('communication updated')
  assert.deepEqual(
    alice.events.slice(0, 5).map((e) => `${e.sender} ${e.rel} ${e.type}`),
    [
      'me me updated',
      'me presence added',
      'me note added',
      'me location added',
      'communication communication updated',
    ],
  )
  const after = await links()
  for (const rel of ['presence', 'note', 'location', 'reportMyActivity']) assert.ok(after.includes(rel), rel)
  assert.equal(after.includes('makeMeAvailable'), false)
})

test('M2, M3: presence is chosen, reset, and refuses what it does not know', async () => {
  await using house = await houseWith('alice')
  const alice = await house.online('alice')
  const at = `${alice.path}/me/presence`
  const now = async () => (await alice.get(at)).json
  assert.equal((await alice.post(at, { availability: 'Busy' })).status, 204)
  assert.equal((await now()).availability, 'Busy')
  for (const bad of [
    { availability: 'Asleep' },
    { availability: 'Busy', activity: 'dancing' },
    { activity: 'presenting' },
    { availability: 'Busy', expires: 'soon' },
  ]) {
    const answer = await alice.post(at, bad)
    assert.equal(answer.json.subcode, 'ParameterValidationFailure', JSON.stringify(bad))
  }
  assert.equal((await now()).availability, 'Busy')
  assert.equal((await alice.request('POST', at, { text: '', type: 'application/json' })).status, 204)
  assert.equal((await now()).availability, 'Online')
  assert.equal((await alice.post(at, { availability: 'Offwork' })).status, 204)
  assert.deepEqual([(await now()).availability, (await now()).activity], ['Away', 'off-work'])
  await house.policy('CsClientPolicy', { EnableAppearOffline: false })
  assert.equal((await alice.post(at, { availability: 'Offline' })).status, 403)
})

test('E2, E3: resync for an ack that was not given, 409 for two who ask', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice')
  const resync = await alice.get(`${alice.path}/events?ack=77`)
  assert.equal(resync.status, 200)
  assert.deepEqual(Object.keys(resync.json._links ?? {}), ['self', 'resync'])
  const at = resync.json._links?.resync?.href ?? ''
  const first = alice.get(at)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const low = alice.get(`${at}&priority=0`)
  const replaced = await first
  assert.equal(replaced.status, 409)
  assert.equal(replaced.json.subcode, 'PGetReplaced')
  await alice.makeAvailable()
  assert.equal((await low).status, 200)
})

test('an instance has an event channel of its own, and losing one leaves the other (section 4)', async () => {
  await using house = await houseWith('alice')
  const one = await house.client('alice', { endpointId: 'e', instanceId: 'tab1' })
  const two = await house.client('alice', { endpointId: 'e', instanceId: 'tab2' })
  assert.equal(one.path, two.path)
  one.listen()
  two.listen()
  await one.makeAvailable()
  await one.event('communication updated')
  await two.event('communication updated')
  assert.equal((await one.request('DELETE', `${one.path}?instanceId=tab1`)).status, 204)
  assert.equal((await two.get(two.path)).status, 200)
})

test('a closed tab does not end the application of the others', async () => {
  await using house = await houseWith('alice')
  const one = await house.client('alice', { endpointId: 'e', instanceId: 'tab1' })
  const two = await house.client('alice', { endpointId: 'e', instanceId: 'tab2' })
  await one.makeAvailable()
  one.listen()
  two.listen()
  await two.event('communication updated')
  await two.deafen()
  await new Promise((resolve) => setTimeout(resolve, 200))
  house.advance(16 * 60_000)
  await new Promise((resolve) => setTimeout(resolve, 1200))
  assert.equal((await one.get(one.path)).status, 200)
  const back = await two.get(`${two.path}/events?ack=999&instanceId=tab2`)
  assert.equal(back.status, 200)
})

test('P5: whoever asks for no events is absent, and is back with the next request', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const presence = async () =>
    (await alice.get(`${alice.path}/people/bob@example.test/presence`)).json.availability
  assert.equal(await presence(), 'Online')
  await bob.deafen()
  await house.pass(61_000, async () => (await presence()) === 'Offline')
  const talk = await alice.conversation('sip:bob@example.test', 'where are you')
  assert.match(talk.completed.reason?.message ?? '', /not signed in/)
  bob.listen()
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
  assert.equal(await presence(), 'Online')
})

test('B1, B2: a batch in order, and what does not go inside', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice')
  const part = (line: string) =>
    `--b\r\nContent-Type: application/http; msgtype=request\r\n\r\n${line} HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\n\r\n`
  const batch = (...lines: string[]) =>
    alice.request('POST', alice.link('batch'), {
      text: `${lines.map(part).join('')}--b--\r\n`,
      type: 'multipart/batching;boundary="b"',
    })
  const answer = await batch(
    `GET ${alice.path}/me`,
    `GET ${alice.path}/events?ack=1`,
    `POST ${alice.path}/batch`,
    'GET /session',
    `DELETE ${alice.path}/nothing`,
  )
  assert.equal(answer.status, 200)
  assert.match(String(answer.headers['content-type']), /^multipart\/batching; boundary=/)
  const statuses = [...answer.text.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map((match) => match[1])
  assert.deepEqual(statuses, ['200', '403', '403', '404', '404'])
  const me = `GET ${alice.path}/me`
  assert.equal((await batch(...Array.from({ length: 101 }, () => me))).status, 429)
  const many = await Promise.all([
    batch(...Array.from({ length: 60 }, () => me)),
    batch(...Array.from({ length: 60 }, () => me)),
  ])
  assert.ok(many.every(({ status }) => status === 200 || status === 429))
})

test('requests over the rate are 429 with Retry-After; searches have a rate of their own', async () => {
  await using house = await openUcwaHouse({
    config: { requestsPerSecond: 1, requestsBurst: 20, searchesPerSecond: 1 },
  })
  await house.person('alice')
  const alice = await house.client('alice')
  const searches = []
  for (let i = 0; i < 8; i += 1) searches.push(await alice.get(`${alice.link('search')}?query=al`))
  assert.equal(searches[0]?.status, 200)
  assert.equal(searches.at(-1)?.status, 429)
  assert.match(String(searches.at(-1)?.headers['retry-after']), /^\d+$/)
  let last = 200
  for (let i = 0; i < 30; i += 1) last = (await alice.get(`${alice.path}/me`)).status
  assert.equal(last, 429)
})

test('people are found by name, kana, address and number; nothing found has no _embedded', async () => {
  await using house = await houseWith('alice')
  await house.person('hanako', {
    displayName: '佐藤 花子',
    directory: { phonetic: 'サトウ ハナコ', phone: '+81 3 1234 5678', department: '営業' },
  })
  const alice = await house.client('alice')
  const names = async (query: string) =>
    listOf(
      (await alice.get(`${alice.link('search')}?query=${encodeURIComponent(query)}`)).json._embedded?.contact,
    ).map((contact) => contact.name)
  for (const query of ['佐藤', 'はなこ', 'ﾊﾅｺ', 'HANAKO@example.test', '1234 5678', 'sip:hanako']) {
    assert.deepEqual(await names(query), ['佐藤 花子'], query)
  }
  const nothing = await alice.get(`${alice.link('search')}?query=zzz`)
  assert.equal(nothing.json._embedded, undefined)
  assert.equal(nothing.json.moreResultsAvailable, false)
  const few = await alice.get(`${alice.link('search')}?query=example.test&limit=1`)
  assert.equal(few.json.moreResultsAvailable, true)
  assert.equal((await alice.get(`${alice.link('search')}?query=a&limit=101`)).status, 400)
})

test('contacts and groups are made, renamed, told and removed (6.4)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  await alice.post(`${alice.link('myContactsAndGroupsSubscription')}/startOrRefresh`, { duration: 10 })
  const made = await alice.post(alice.link('myGroups'), { displayName: 'Friends' })
  assert.equal(made.status, 204)
  const group = String(made.headers.location)
  await alice.event('group added')
  const id = group.split('/').at(-1)
  const member = await alice.post(alice.link('myGroupMemberships'), {
    contactUri: 'sip:bob@example.test',
    groupId: id,
  })
  assert.equal(member.status, 201)
  await alice.event('contact added', (e) => e.in === 'groupContacts')
  const inGroup = await alice.get(`${alice.link('myContacts')}?groupId=${id}`)
  assert.equal(listOf(inGroup.json._embedded?.contact).length, 1)
  const expanded = await alice.get(`${alice.link('myContacts')}?expand=presence`)
  assert.equal(
    listOf(expanded.json._embedded?.contact)[0]?._embedded?.contactPresence?.availability,
    'Offline',
  )
  const { json } = await alice.get(group)
  const renamed = await alice.request('PUT', group, {
    json: { ...json, name: 'Best friends' },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  assert.equal(renamed.status, 200)
  await alice.event('group updated')
  const gone = await alice.post(`${alice.link('myGroupMemberships')}/removeContactFromAllGroups`, {
    contactUri: 'sip:bob@example.test',
  })
  assert.equal(gone.status, 204)
  await alice.event('contact deleted', (e) => e.in === 'myContacts')
  assert.equal((await alice.request('DELETE', group)).status, 204)
  await alice.event('group deleted')
  const standard = await alice.get(`${alice.link('myGroups')}`)
  const fallback = standard.json._embedded?.defaultGroup?._links?.self?.href ?? ''
  assert.equal((await alice.request('DELETE', fallback)).status, 403)
})

test('presence of others: subscribed, told in links, ended with a warning (6.5)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const made = await alice.post(alice.link('presenceSubscriptions'), {
    duration: 10,
    Uris: ['sip:bob@example.test'],
  })
  assert.equal(made.status, 201)
  await alice.event('presenceSubscription added')
  const rels = alice.events
    .filter((e) => e.sender === 'people')
    .map((e) => `${e.rel} ${e.type} ${e.in ?? ''}`)
  assert.deepEqual(rels, [
    'contact added subscribedContacts',
    'presenceSubscription added ',
    'contactPresence updated contact',
    'contactNote updated contact',
    'contactLocation updated contact',
    'contactSupportedModalities updated contact',
  ])
  const before = alice.events.length
  const bob = await house.online('bob')
  await bob.post(`${bob.path}/me/note`, { message: 'at lunch' })
  await alice.until('presence', () =>
    alice.events.slice(before).find((e) => e.rel === 'contactPresence' && e.in === 'contact'),
  )
  await alice.until('note', () => alice.events.slice(before).find((e) => e.rel === 'contactNote'))
  assert.deepEqual(alice.events.at(-1)?.resource, {})
  house.advance(9.5 * 60_000)
  await alice.event('presenceSubscription updated')
  house.advance(60_000)
  await alice.event('presenceSubscription deleted')
  assert.equal((await alice.post(alice.link('presenceSubscriptions'), { duration: 9, uris: [] })).status, 400)
})

test('policies say what steers messaging, and change while somebody is signed in (6.9)', async () => {
  await using house = await houseWith('alice')
  const alice = await house.online('alice')
  const { json } = await alice.get(alice.link('policies'))
  assert.equal(json.offlineMessages, 'Enabled')
  assert.equal(json.offlineMessagesReason, null)
  await house.policy('CsClientPolicy', { EnableIMAutoArchiving: false })
  const told = await alice.event('policies updated')
  assert.equal(told.sender, 'policies')
  assert.equal(told.resource.offlineMessages, 'Disabled')
  assert.equal(told.resource.offlineMessagesReason, 'senderPolicy')
  const desktop = await house.client('alice', { userAgent: 'UCCAPI/15.0 OC/15.0.4420.1017 (Lync)' })
  await house.policy('CsClientPolicy', {})
  assert.equal((await desktop.get(desktop.link('policies'))).json.offlineMessagesReason, 'senderClient')
})
