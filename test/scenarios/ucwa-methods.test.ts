import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Answer, listOf, type RequestOptions, type UcwaClient } from '../client/ucwa-client.ts'
import { toldOf, waits, walkFrom, within } from '../client/ucwa-walk.ts'
import { readSpec } from './ucwa-spec.ts'
import { openUcwaWorld } from './ucwa-world.ts'

// Every method of every resource in scope answers as documented, every other one 405 (ucwa-resources.json, SECURITY 18).

const spec = readSpec()
const world = await openUcwaWorld()
after(() => world[Symbol.asyncDispose]())
const { alice, frank, bob, lurker } = world
const ROOT = '/Autodiscover/AutodiscoverService.svc/root'
const walked = await walkFrom(alice, ROOT, ...toldOf(alice))

/** An address of this client's application that a link of this name had, or that a resource of this name has. */
function addressOf(rel: string, client: UcwaClient = alice): string {
  const isOurs = (href: string) => href.startsWith(client.path) || !/\/applications\//.test(href)
  const linked = [...(walked.links.get(rel) ?? [])].find(isOurs)
  if (linked !== undefined) return linked
  const resources = [
    ...walked.resources,
    ...client.events.flatMap(({ resource }) => (resource.rel === undefined ? [] : within(resource))),
  ]
  for (const one of resources) {
    const href = one.resource._links?.[rel]?.href
    if (typeof href === 'string' && isOurs(href)) return href
  }
  const found = resources.find((one) => (one.rel === rel || one.as === rel) && isOurs(one.href))
  return found?.href ?? assert.fail(`no address of ${rel}`)
}

/** What may be asked of an address: two resources may share one (cancel and stopMessaging, messages and sendMessage). */
function methodsAt(href: string): ReadonlySet<string> {
  const path = templateOf(href)
  const methods = spec.resources
    .filter((one) => one.href !== undefined && templateOf(one.href) === path)
    .flatMap((one) => Object.keys(one.methods))
  return new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : [])])
}

/** Addresses of one shape are one: `{user}` and `bob@example.test`, whatever the query. */
function templateOf(href: string): string {
  const path = (href.split('?', 1)[0] ?? '').replace(/^.*\/applications\/[^/]+/, '…')
  const fixed = [...new Set(spec.resources.flatMap((one) => segments(one.href)))].filter(
    (segment) => !segment.startsWith('{'),
  )
  return path
    .split('/')
    .map((segment) => (segment === '…' || fixed.includes(segment) ? segment : '*'))
    .join('/')
}

function segments(href: string | undefined): string[] {
  return (href ?? '').replace(/\?.*$/, '').split('/').slice(1)
}

/** Not offered: 403 and 404 are all that is documented of them here (ucwa.md 6.3, 17). */
const NOT_OFFERED = ['photo', 'contactPhoto', 'pinnedGroup', 'errorTranscript', 'redirect']

for (const { rel, methods, href } of spec.resources) {
  if (href === undefined || NOT_OFFERED.includes(rel) || Object.keys(methods).length === 0) continue
  test(`${rel}: what is not documented of it is 405 with Allow`, async () => {
    const address = addressOf(rel, rel === 'makeMeAvailable' ? lurker : alice)
    const allowed = methodsAt(address)
    for (const method of Object.keys(methods)) assert.ok(allowed.has(method), method)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      if (allowed.has(method)) continue
      const answer = await alice.request(method, address)
      assert.equal(answer.status, 405, `${method} ${address}`)
      assert.deepEqual(new Set(String(answer.headers.allow).split(', ')), allowed)
      if (address.includes('/applications')) assert.equal(answer.json.code, 'MethodNotAllowed')
    }
    if (allowed.has('GET') && !waits(address)) {
      const [get, head] = [await alice.get(address), await alice.request('HEAD', address)]
      assert.deepEqual([get.status, head.status, head.text], [200, 200, ''])
      assert.equal(head.headers['content-type'], get.headers['content-type'])
    }
  })
}

/** A valid request of everything that is no GET, in an order in which each finds what it needs. */
type Act = (rel: string) => Promise<Answer>

const post =
  (json?: unknown, client: UcwaClient = alice): Act =>
  (rel) =>
    client.post(addressOf(rel, client), json)
const put =
  (change: object): Act =>
  (rel) =>
    putBack(addressOf(rel), change)
const remove: Act = (rel) => alice.request('DELETE', addressOf(rel))

/** As clients do it: everything that they were given, with one thing changed (ucwa.md section 5). */
async function putBack(href: string, change: object): Promise<Answer> {
  const { json } = await alice.get(href)
  return alice.request('PUT', href, {
    json: { ...json, ...change },
    headers: { 'If-Match': `"${json.etag}"` },
  })
}

const subscription = { duration: 10, uris: ['sip:carol@example.test'] }
const carol = 'sip:carol@example.test'
/** Not the one whose invitation rings: to write in that thread or to read it would end the ringing. */
const log = walked.resources.find(
  ({ rel, href, resource }) =>
    rel === 'conversationLog' && href.startsWith(alice.path) && resource.subject === 'Lunch',
)
const told = walked.resources.find(
  ({ rel, href, resource }) =>
    rel === 'conversationLogTranscript' &&
    href.startsWith(`${log?.href}/`) &&
    resource.direction === 'Incoming',
)

const ACTS: Readonly<Record<string, Act>> = {
  'makeMeAvailable POST': post({ supportedModalities: ['Messaging'] }, lurker),
  'reportMyActivity POST': post(),
  'presence POST': post({ availability: 'BeRightBack' }),
  'note POST': post({ message: 'back soon' }),
  'location POST': post({ location: 'Tokyo' }),
  'settings PUT': put({ theme: 'dark' }),
  'communication PUT': put({ phoneNumber: '1' }),
  'applications POST': post({ UserAgent: 'Another/1.0', EndpointId: 'another', Culture: 'ja-JP' }),
  'batch POST': (rel) =>
    alice.request('POST', addressOf(rel), {
      type: 'multipart/batching;boundary="b"',
      text: `--b\r\nContent-Type: application/http; msgtype=request\r\n\r\nGET ${alice.path}/me HTTP/1.1\r\nHost: x\r\n\r\n\r\n--b--\r\n`,
    }),
  'eventStream POST': post(),
  'contactPrivacyRelationship PUT': put({ relationshipLevel: 'Workgroup' }),
  'resetContactPrivacyRelationship POST': post(),
  'myGroups POST': post({ displayName: 'Made here' }),
  'group PUT': put({ name: 'Best friends' }),
  'myGroupMemberships POST': post({ contactUri: 'sip:dave@example.test' }),
  'startOrRefreshSubscriptionToContactsAndGroups POST': post({ duration: 10 }),
  'stopSubscriptionToContactsAndGroups POST': post(),
  'presenceSubscriptions POST': post(subscription),
  'presenceSubscription POST': post({ duration: 10 }),
  'subscribeToGroupPresence POST': (rel) => alice.post(`${addressOf(rel)}&duration=11`),
  'addToPresenceSubscription POST': post({ contactUris: [carol] }),
  'memberships POST': post({ contactUris: [carol] }),
  'presenceSubscriptionMemberships POST': async (rel) => {
    const id = addressOf('presenceSubscription').split('/').at(-1)
    return alice.post(`${addressOf(rel)}?presenceSubscriptionId=${id}`, { contactUris: [carol] })
  },
  'presenceSubscriptionMembership DELETE': remove,
  'presenceSubscription DELETE': remove,
  'myGroupMembership DELETE': remove,
  'removeContactFromAllGroups POST': post({ contactUri: 'sip:dave@example.test' }),
  'group DELETE': remove,
  'startMessaging POST': post({ to: carol, operationId: 'started' }),
  'continueMessaging POST': () => alice.post(`${log?.href}/continueMessaging`, { operationId: 'continued' }),
  'sendMessage POST': (rel) => text(addressOf(rel)),
  'setIsTyping POST': post(),
  'userAcknowledged POST': async () => alice.post(`${await anOpenConversation()}/userAcknowledged`),
  'addMessaging POST': post({ operationId: 'again' }),
  'markAsRead POST': () => alice.post(`${log?.href}/markAsRead`),
  'markAsUnread POST': () =>
    alice.post(told?.href.replace(/\/transcripts.*/, '/markAsUnread') ?? '', {
      from: told?.resource.messageId,
    }),
  'decline POST': post({ reason: 'Local' }),
  'accept POST': post({}, frank),
  'cancel POST': post(),
  'stopMessaging POST': (rel) => bob.post(addressOf(rel, bob)),
  'conversation DELETE': async () => alice.request('DELETE', await anOpenConversation()),
  'conversationLog DELETE': () => alice.request('DELETE', log?.href ?? ''),
  'application DELETE': () => lurker.request('DELETE', lurker.path),
}

async function anOpenConversation(): Promise<string> {
  const { json } = await alice.get(alice.link('conversations'))
  for (const { href = '' } of listOf(json._links?.conversation)) {
    if ((await alice.get(href)).json.state === 'Connected') return href
  }
  return assert.fail('none is open')
}

function text(href: string, options: RequestOptions = {}): Promise<Answer> {
  return alice.request('POST', href, { text: 'hello', type: 'text/plain', ...options })
}

const documented = spec.resources.flatMap(({ rel, methods, href }) =>
  href === undefined
    ? []
    : Object.entries(methods)
        .filter(([method]) => method !== 'GET')
        .map(([method, status]) => [`${rel} ${method}`, status] as const),
)

test('there is an act for every documented method, and no other', () => {
  assert.deepEqual(Object.keys(ACTS).sort(), documented.map(([name]) => name).sort())
})

for (const [name, act] of Object.entries(ACTS)) {
  const status = documented.find(([one]) => one === name)?.[1]
  test(`${name} answers ${status}`, async () => {
    const answer = await act(name.split(' ')[0] ?? '')
    assert.equal(answer.status, status, answer.text)
    assert.equal(answer.headers['x-ms-ucwaversion'], '2')
    if (status === 204) assert.equal(answer.text, '')
    if (answer.headers.location) assert.match(String(answer.headers.location), /^\/ucwa\/oauth\/v1\//)
    if (STARTS.includes(name)) {
      const there = await alice.get(String(answer.headers.location))
      assert.equal(there.status, 200)
      assert.equal(answer.text, '')
    }
  })
}

test('H9: after all of that a walk from root still finds no 404 and no 501', async () => {
  const after = await walkFrom(alice, ROOT)
  for (const [href, { status }] of after.answers) assert.ok([200, 405].includes(status), `${href}: ${status}`)
})

/** What answers 201 with nothing but a Location that can be read at once (conformance I1). */
const STARTS = ['startMessaging POST', 'continueMessaging POST', 'addMessaging POST']
