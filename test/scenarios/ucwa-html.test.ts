import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, listOf, textOfMessage, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// HTML messages in both directions (ucwa.md 6.8, I6; SECURITY 44; DisableHtmlIm).

const BOB = 'sip:bob@example.test'
const HTML = {
  text: '<p style="color:red">a <b onclick="x()">bold</b> <a href="javascript:x()">y</a></p>',
  type: 'text/html',
}
/** What is left of it for those who take HTML, and for everybody else. */
const CLEAN = '<span><p class="color-red">a <b>bold</b> y</p></span>'
const PLAIN = 'a bold y'

async function houseOfTwo(): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of ['alice', 'bob']) await house.person(name)
  return house
}

async function rich(house: UcwaHouse, name: string): Promise<UcwaClient> {
  const client = await house.client(name, { endpointId: `${name}-rich` })
  await client.makeAvailable({ supportedMessageFormats: ['Plain', 'Html'] })
  client.listen()
  return client
}

/** Name of the link and the text in it. */
function bodyOf(resource: Json): [string, string] {
  const links: Json = resource._embedded?.messageTranscript?._links ?? resource._links ?? {}
  const name = Object.keys(links).find((rel) => /^(?:plain|html)Message$|^message$/.test(rel)) ?? ''
  return [name, textOfMessage(resource)]
}

test('I6, SECURITY 44: HTML is cleaned on its way in, and what was not declared is text on its way out', async () => {
  await using house = await houseOfTwo()
  const [alice, bob] = [await rich(house, 'alice'), await rich(house, 'bob')]
  const plain = await house.web('bob')
  const talk = await alice.conversation(BOB)
  await alice.request('POST', `${talk.href}/messaging/messages`, HTML)
  await bob.accept()
  const message = await bob.event('message completed')
  assert.deepEqual(bodyOf(message.resource), ['htmlMessage', CLEAN])
  // The same row as text, live and in history, for a client of the same person that did not ask for HTML.
  const transcript = await plain.event('conversationLogTranscript added')
  assert.deepEqual(bodyOf(transcript.resource), ['plainMessage', PLAIN])
  const page = await bob.get(`${bob.path}/people/alice@example.test/timeline`)
  const [line = {}] = listOf(page.json._embedded?.conversationLogTranscript)
  assert.deepEqual(bodyOf(line), ['htmlMessage', CLEAN])
  // The sender's own copy is the clean one too, and is one well-formed element.
  const own = await alice.event('message completed', (e) => e.resource.direction === 'Outgoing')
  assert.deepEqual(bodyOf(own.resource), ['htmlMessage', CLEAN])
})

test('an invitation carries HTML as a text does, and accepts it from startMessaging', async () => {
  await using house = await houseOfTwo()
  const [alice, bob] = [await rich(house, 'alice'), await rich(house, 'bob')]
  await alice.post(alice.link('startMessaging'), {
    to: BOB,
    _links: { message: { href: `data:text/html;charset=utf-8,${encodeURIComponent(HTML.text)}` } },
  })
  const ringing = await bob.event('messagingInvitation started')
  assert.deepEqual(bodyOf(ringing.resource), ['message', CLEAN])
})

test('DisableHtmlIm of the sender turns what leaves into text', async () => {
  await using house = await houseOfTwo()
  await house.policy('CsClientPolicy', { DisableHtmlIm: true }, 'Tag:NoHtml')
  const [alice, bob] = [await rich(house, 'alice'), await rich(house, 'bob')]
  await grant(house, 'alice', 'Tag:NoHtml')
  assert.equal((await alice.get(alice.link('policies'))).json.htmlMessaging, 'Disabled')
  const talk = await alice.conversation(BOB)
  assert.equal((await alice.request('POST', `${talk.href}/messaging/messages`, HTML)).status, 201)
  await bob.accept()
  assert.deepEqual(bodyOf((await bob.event('message completed')).resource), ['plainMessage', PLAIN])
})

test('DisableHtmlIm of the recipient turns what arrives into text, at once and for what is there already', async () => {
  await using house = await houseOfTwo()
  await house.policy('CsClientPolicy', { DisableHtmlIm: true }, 'Tag:NoHtml')
  const [alice, bob] = [await rich(house, 'alice'), await rich(house, 'bob')]
  const talk = await alice.conversation(BOB)
  await alice.request('POST', `${talk.href}/messaging/messages`, HTML)
  await bob.accept()
  await bob.event('message completed', (e) => bodyOf(e.resource)[0] === 'htmlMessage')
  await grant(house, 'bob', 'Tag:NoHtml')
  const told = await bob.event(
    'communication updated',
    (e) => listOf(e.resource.supportedMessageFormats).length === 1,
  )
  assert.deepEqual(told.resource.supportedMessageFormats, ['Plain'])
  await bob.event('policies updated', (e) => e.resource.htmlMessaging === 'Disabled')
  await alice.request('POST', `${talk.href}/messaging/messages`, HTML)
  const now = await bob.event('message completed', (e) => bodyOf(e.resource)[0] === 'plainMessage')
  assert.equal(textOfMessage(now.resource), PLAIN)
  const page = await bob.get(`${bob.path}/people/alice@example.test/timeline`)
  for (const line of listOf(page.json._embedded?.conversationLogTranscript)) {
    assert.deepEqual(bodyOf(line), ['plainMessage', PLAIN])
  }
  // Taken back, HTML is there again.
  await grant(house, 'bob', null)
  await bob.event('policies updated', (e) => e.resource.htmlMessaging === 'Enabled')
  const again = await bob.get(`${bob.path}/people/alice@example.test/timeline`)
  const [line = {}] = listOf(again.json._embedded?.conversationLogTranscript)
  assert.deepEqual(bodyOf(line), ['htmlMessage', CLEAN])
})

async function grant(house: UcwaHouse, name: string, policy: string | null): Promise<void> {
  for (const { id, upn } of house.ports.facts.accounts()) {
    if (!upn.startsWith(`${name}@`)) continue
    await house.ports.ledger.commit([{ kind: 'grant', noun: 'CsClientPolicy', id, policy }], [])
  }
}
