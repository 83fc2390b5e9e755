import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, listOf, textOfMessage, UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, PASSWORD, type UcwaHouse } from './ucwa-house.ts'

// Section 15 of ucwa.md: what our own web client lives on.

const BOB = 'sip:bob@example.test'

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

/** Transcripts of the feed as `direction text delivery`. */
function lines(client: UcwaClient): string[] {
  return client.events
    .filter((e) => e.rel === 'conversationLogTranscript')
    .map(
      (e) => `${e.type} ${e.resource.direction} ${textOfMessage(e.resource)} ${e.resource.delivery ?? '-'}`,
    )
}

async function logOf(client: UcwaClient): Promise<Json> {
  const { json } = await client.get(client.link('conversationLogs'))
  const [log] = listOf(json._embedded?.conversationLog)
  assert.ok(log)
  return log
}

test('the feed has every row of its user, whoever wrote it, and every change of its marks (O7)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.web('alice')
  const phone = await house.online('alice', { endpointId: 'phone' })
  const bob = await house.web('bob')
  const talk = await phone.conversation(BOB, 'from my phone')
  await alice.until('delivered', () => lines(alice).find((line) => line.endsWith('Delivered')))
  assert.deepEqual(lines(alice)[0]?.split(' ').slice(0, 2), ['added', 'Outgoing'])
  await bob.until('the row', () => lines(bob)[0])
  assert.deepEqual(lines(bob), ['added Incoming from my phone -'])
  const log = await bob.event('conversationLog')
  assert.equal(log.resource.threadId, talk.threadId)
  assert.equal(log.resource.unreadCount, 1)
  const read = await bob.post(log.resource._links?.markAsRead?.href ?? '', {
    upTo: bob.events.find((e) => e.rel === 'conversationLogTranscript')?.resource.messageId,
  })
  assert.equal(read.status, 204)
  await alice.until('read', () => lines(alice).find((line) => line.endsWith('Read')))
  await bob.event('conversationLog updated', (e) => Number(e.resource.unreadCount) === 0)
})

test('what waited is no replay for an inbox view: it is counted, listed, and delivered when that was taken (R39)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.web('alice')
  await alice.startMessaging(BOB, 'one')
  await alice.until('stored', () => lines(alice).find((line) => line.endsWith('Stored')))
  const bob = await house.web('bob')
  const missed = await bob.event('missedItems updated')
  assert.equal(missed.resource.unreadMissedConversationsCount, 1)
  await alice.until('delivered', () => lines(alice).find((line) => line.endsWith('Delivered')))
  assert.equal(
    bob.events.some((e) => e.rel === 'messagingInvitation'),
    false,
  )
  const log = await logOf(bob)
  assert.equal(log.status, 'Missed')
  assert.equal(log.origin, 'Inbox')
  assert.equal(log.inboxCount, 1)
  assert.equal(log.historyCount, 0)
  assert.equal(log.previewMessage, 'one')
})

test('a row that was committed just before the lane was open never comes behind a later one (R37)', async () => {
  await using house = await houseWith('alice')
  const { id } = await house.person('bob')
  const bob = await house.web('bob')
  const alice = await house.web('alice')
  const { lanes, threads } = house.ports
  // The feed of bob waits for the store, and the lane does not have him yet.
  const store = Promise.withResolvers<void>()
  const { push } = lanes
  const side = threads.side.bind(threads)
  Object.assign(threads, {
    side: async (...[owner, thread]: Parameters<typeof side>) => {
      if (owner === id) await store.promise
      return side(owner, thread)
    },
  })
  Object.assign(lanes, { push: async () => false })
  const talk = await alice.conversation(BOB, 'one')
  Object.assign(lanes, { push })
  await talk.send('two')
  await bob.until('two', () => lines(bob).find((line) => line.includes('two')))
  store.resolve()
  await bob.event('conversationLog')
  assert.deepEqual(lines(bob), ['added Incoming one -', 'added Incoming two -'])
})

test('a live message rings nowhere: the server accepts for the inbox view, and the row is one line', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.web('bob')
  const alice = await house.web('alice')
  const talk = await alice.conversation(BOB, 'hello')
  const accepted = await bob.event('messagingInvitation completed')
  assert.equal(accepted.reason?.subcode, 'AutoAccepted')
  await bob.until('the text', () => bob.received[0])
  assert.deepEqual(lines(bob), ['added Incoming hello -'])
  // The text of startMessaging has a message event of its own here.
  const own = await alice.event('message completed', (e) => e.resource.direction === 'Outgoing')
  assert.equal(own.resource.delivery, 'Delivered')
  assert.equal(own.resource.messageId, talk.answer.headers['x-nightpost-message-id'])
  const log = await logOf(bob)
  assert.equal(log.origin, 'History')
})

test('Do Not Disturb raises nothing for the inbox view but the feed (M4)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.web('bob')
  await bob.post(`${bob.path}/me/presence`, { availability: 'DoNotDisturb' })
  const alice = await house.web('alice')
  await alice.startMessaging(BOB, 'psst')
  await bob.until('the row', () => lines(bob)[0])
  assert.equal(
    bob.events.some((e) => e.rel === 'messagingInvitation' || e.rel === 'message'),
    false,
  )
  const line = await alice.event(
    'conversationLogTranscript',
    (e) => e.resource.deliveryReason === 'doNotDisturb',
  )
  assert.equal(line.resource.direction, 'Outgoing')
})

test('the feed goes on after the stream broke, without a line lost or doubled', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.web('bob')
  const alice = await house.web('alice')
  const talk = await alice.conversation(BOB)
  await talk.send('1')
  await bob.until('1', () => lines(bob)[0])
  await bob.deafen()
  await talk.send('2')
  await talk.send('3')
  bob.listenToStream()
  await bob.until('3', () => lines(bob).find((line) => line.includes(' 3 ')))
  await talk.send('4')
  await bob.until('4', () => lines(bob).find((line) => line.includes(' 4 ')))
  const texts = lines(bob).map((line) => line.split(' ')[2])
  assert.deepEqual([...new Set(texts)], ['1', '2', '3', '4'])
})

test('markAsRead reaches as far as it says, markAsUnread goes back, counts follow everywhere (O6)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'one')
  const two = String((await talk.send('two')).headers['x-nightpost-message-id'])
  await talk.send('three')
  const bob = await house.web('bob')
  const other = await house.web('bob', { endpointId: 'other' })
  const log = await logOf(bob)
  assert.equal(log.unreadCount, 3)
  const count = async (n: number) => {
    await other.event('conversationLog updated', (e) => Number(e.resource.unreadCount) === n)
    assert.equal((await logOf(bob)).unreadCount, n)
  }
  assert.equal((await bob.post(log._links?.markAsRead?.href ?? '', { upTo: two })).status, 204)
  await count(1)
  assert.equal((await logOf(bob)).readUpTo, two)
  const three = await bob.get(`${bob.path}/people/alice@example.test/timeline`)
  assert.equal(
    (await logOf(bob)).oldestUnread,
    listOf(three.json._embedded?.conversationLogTranscript).at(-1)?.timeStamp,
  )
  assert.equal((await bob.post(log._links?.markAsUnread?.href ?? '', { from: two })).status, 204)
  await count(2)
  await alice.event('message updated', (e) => e.resource.delivery === 'Read')
  // Without `upTo`: as far as this application has been given.
  await bob.get(log._links?.conversationLogTranscripts?.href ?? '')
  assert.equal((await bob.post(log._links?.markAsRead?.href ?? '')).status, 204)
  await count(0)
  assert.equal((await logOf(bob)).status, 'Archived')
  assert.equal((await logOf(bob)).oldestUnread, undefined)
  assert.equal((await bob.post(log._links?.markAsRead?.href ?? '', { upTo: 'nonsense' })).status, 400)
})

test('the timeline pages through all threads with one person, oldest first', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.web('alice')
  for (let i = 0; i < 3; i += 1) {
    const talk = await alice.conversation(BOB, `${i}a`)
    await talk.send(`${i}b`)
  }
  const contact = await alice.get(`${alice.path}/people/bob@example.test`)
  const timeline = contact.json._links?.timeline?.href ?? ''
  const texts = (json: Json) =>
    listOf(json._embedded?.conversationLogTranscript).map((one) => textOfMessage(one))
  const newest = (await alice.get(`${timeline}?limit=4`)).json
  assert.deepEqual(texts(newest), ['1a', '1b', '2a', '2b'])
  assert.equal(newest._links?.later, undefined)
  const earlier = (await alice.get(newest._links?.earlier?.href ?? '')).json
  assert.deepEqual(texts(earlier), ['0a', '0b'])
  assert.equal(earlier._links?.earlier, undefined)
  const later = (await alice.get(earlier._links?.later?.href ?? '')).json
  assert.deepEqual(texts(later), ['1a', '1b', '2a', '2b'])
  const [first] = listOf(newest._embedded?.conversationLogTranscript)
  for (const name of ['messageId', 'threadId', 'direction', 'timeStamp', 'origin', 'delivery']) {
    assert.ok(first?.[name], name)
  }
  const around = (await alice.get(`${timeline}?at=${first?.messageId}&limit=2`)).json
  assert.ok(texts(around).includes('1a'))
  const iso = (await alice.get(`${timeline}?before=${new Date(Date.now() + 1000).toISOString()}&limit=1`))
    .json
  assert.deepEqual(texts(iso), ['2b'])
  assert.equal((await alice.get(`${timeline}?before=nonsense`)).status, 400)
  assert.equal((await alice.get(`${alice.path}/people/nobody@example.test/timeline`)).status, 404)
})

test('conversation logs page, go on, and are removed by one side alone (8.3)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.web('alice')
  for (const name of ['first', 'second', 'third']) await alice.conversation(BOB, name)
  const bob = await house.web('bob')
  const page = (await bob.get(`${bob.link('conversationLogs')}?limit=2`)).json
  const logs = listOf(page._embedded?.conversationLog)
  assert.deepEqual(
    logs.map((log) => log.previewMessage),
    ['third', 'second'],
  )
  assert.equal(listOf(page._links?.conversationLog).length, 2)
  const before = /\d+/.exec(logs[1]?.creationTime ?? '')?.[0]
  const older = (await bob.get(`${bob.link('conversationLogs')}?before=${before}`)).json
  assert.deepEqual(
    listOf(older._embedded?.conversationLog).map((log) => log.previewMessage),
    ['first'],
  )
  const [newest] = logs
  const answer = await bob.request('POST', newest?._links?.continueMessaging?.href ?? '', {
    json: { operationId: 'go on', message: 'answer' },
  })
  assert.equal(answer.status, 201)
  const done = await bob.event('messagingInvitation completed', (e) => e.resource.operationId === 'go on')
  assert.equal(done.resource.threadId, newest?.threadId)
  assert.equal((await bob.request('DELETE', newest?._links?.self?.href ?? '')).status, 204)
  await bob.event('conversationLog deleted')
  const left = (await bob.get(bob.link('conversationLogs'))).json
  assert.equal(
    listOf(left._embedded?.conversationLog).some((log) => log.previewMessage === 'third'),
    false,
  )
  const theirs = (await alice.get(alice.link('conversationLogs'))).json
  assert.equal(listOf(theirs._embedded?.conversationLog).length, 3)
})

test('settings are kept with the account and told to every application', async () => {
  await using house = await houseWith('alice')
  const alice = await house.web('alice')
  const other = await house.web('alice', { endpointId: 'other' })
  const at = `${alice.path}/me/settings`
  const { json } = await alice.get(at)
  assert.equal(json.readReceipts, true)
  const put = (body: object, etag = json.etag) =>
    alice.request('PUT', at, { json: body, headers: { 'If-Match': `"${etag}"` } })
  assert.equal((await put({ language: 'xx' })).status, 400)
  assert.equal((await put({ timeZone: 'Mars/Olympus' })).status, 400)
  const changed = await put({
    ...json,
    language: 'ja',
    timeZone: 'Asia/Tokyo',
    readReceipts: false,
    density: 'compact',
  })
  assert.equal(changed.status, 200)
  assert.equal(changed.json.language, 'ja')
  const told = await other.event('settings updated')
  assert.equal(told.resource.timeZone, 'Asia/Tokyo')
  assert.equal((await put({})).status, 412)
  const talk = await alice.startMessaging('sip:nobody@example.test', 'x', { operationId: 'x' })
  assert.equal(talk.status, 201)
  const failed = await alice.event('messagingInvitation completed')
  assert.equal(failed.reason?.message, '送信できませんでした。このアドレスは見つかりません。')
})

test('without read receipts Delivered is the last mark (R50)', async () => {
  await using house = await houseWith('alice', 'bob')
  await house.policy('CsClientPolicy', { PolicyEntry: [{ Name: 'OfflineIMReadReceipts', Value: 'False' }] })
  const alice = await house.web('alice')
  await alice.conversation(BOB, 'hello')
  const bob = await house.web('bob')
  await bob.event('missedItems updated')
  const log = await logOf(bob)
  await alice.until('delivered', () => lines(alice).find((line) => line.endsWith('Delivered')))
  await bob.get(log._links?.conversationLogTranscripts?.href ?? '')
  await bob.post(log._links?.markAsRead?.href ?? '')
  await bob.event('conversationLog updated', (e) => Number(e.resource.unreadCount) === 0)
  const transcripts = await alice.get((await logOf(alice))._links?.conversationLogTranscripts?.href ?? '')
  assert.equal(listOf(transcripts.json._embedded?.conversationLogTranscript)[0]?.delivery, 'Delivered')
})

test("a browser's session works wherever a token does, asks for its proof, and ends its application", async () => {
  await using house = await houseWith('alice')
  const signIn = await fetch(`${house.base}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: 'alice', password: PASSWORD }),
  })
  const { csrf } = (await signIn.json()) as { csrf: string }
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const proof = { Cookie: cookie, 'X-Nightpost-CSRF': csrf, Origin: house.base }
  const browser = new UcwaClient({ base: house.base, user: '', password: '' })
  const input = { UserAgent: 'Nightpost', EndpointId: 'tab', Culture: 'en-US' }
  const create = (headers: Record<string, string>) =>
    browser.request('POST', '/ucwa/oauth/v1/applications', { json: input, headers })
  assert.equal((await create({ Cookie: cookie })).status, 403)
  assert.equal((await create({ ...proof, Origin: 'https://evil.test' })).status, 403)
  const made = await create(proof)
  assert.equal(made.status, 201)
  const path = made.json._links?.self?.href ?? ''
  assert.equal((await browser.get(path, { Cookie: cookie })).status, 200)
  const gone = await browser.request('DELETE', '/session', { headers: proof })
  assert.equal(gone.status, 204)
  assert.equal((await browser.get(path, { Cookie: cookie })).status, 401)
  const alice = await house.client('alice')
  assert.equal((await alice.get(path)).json.subcode, 'ApplicationNotFound')
})

test('a closed stream is absence after 20 seconds, and the web client is back as it was (P5)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.web('bob')
  await bob.event('communication updated')
  const alice = await house.web('alice')
  await bob.deafen()
  const at = `${alice.path}/people/bob@example.test/presence`
  await house.pass(21_000, async () => (await alice.get(at)).json.availability === 'Offline')
  await alice.conversation(BOB, 'while you were away')
  bob.listenToStream()
  await bob.until('the row', () => lines(bob).find((line) => line.includes('while you were away')))
  assert.equal((await alice.get(at)).json.availability, 'Online')
  await alice.until('delivered', () => lines(alice).find((line) => line.endsWith('Delivered')))
})

test('a password change or a disabled account ends what waits, and what was made (SECURITY 38)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.web('bob')
  await bob.event('communication updated')
  const account = [...house.ports.facts.accounts()].find((one) => one.upn.startsWith('bob'))
  assert.ok(account)
  await house.ports.tokens.revokeThose(account.id, () => true)
  house.ports.bus.announce({ topic: 'revoked', account: account.id })
  const answer = await bob.get(bob.path)
  assert.equal(answer.status, 401)
})

test('closing the house releases whoever waits, with an empty package (SECURITY 65)', async () => {
  const house = await houseWith('alice')
  const alice = await house.client('alice')
  await alice.makeAvailable()
  const first = await alice.get(`${alice.path}/events?ack=1&medium=0`)
  const waiting = alice.get(first.json._links?.next?.href ?? '')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const closed = house[Symbol.asyncDispose]()
  const released = await waiting.catch(() => undefined)
  await closed
  if (released) assert.deepEqual(listOf(released.json.sender), [])
})

test('a hundred rows in the log of one thread come in order to the feed', async () => {
  await using house = await openUcwaHouse({ limits: { messagesPerSecond: 10_000, messagesBurst: 10_000 } })
  for (const name of ['alice', 'bob']) await house.person(name)
  const bob = await house.web('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const sends: Promise<unknown>[] = []
  for (let i = 0; i < 100; i += 1) sends.push(talk.send(`m${i}`))
  await Promise.all(sends)
  await bob.until('all', () => (lines(bob).length >= 100 ? true : undefined))
  const ids = bob.events
    .filter((e) => e.rel === 'conversationLogTranscript')
    .map((e) => Number.parseInt((e.resource.messageId ?? '').split('.')[1] ?? '', 36))
  assert.equal(ids.length, 100)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  )
})
