import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listOf, type SeenEvent, type UcwaClient } from '../client/ucwa-client.ts'
import { readSpec } from './ucwa-spec.ts'
import { openUcwaWorld } from './ucwa-world.ts'

// No resource whose events never fire (ucwa-resources.json H9, E6): everything that can happen to a person happens to Alice.

const spec = readSpec()
const world = await openUcwaWorld()
after(() => world[Symbol.asyncDispose]())
const { alice, web, bob, dave, house } = world

/** Events that nothing raises, and why. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  'the default group exists always and keeps its name (ucwa.md 6.4)': [
    'people defaultGroup added',
    'people defaultGroup updated',
    'people defaultGroup deleted',
  ],
  'pinned, distribution, organisation and delegate groups are not offered (ucwa.md 17.3)': [
    ...['added', 'deleted', 'updated'].flatMap((type) =>
      ['pinnedGroup', 'distributionGroup', 'delegatesGroup', 'delegatorsGroup', 'myOrganizationGroup'].map(
        (rel) => `people ${rel} ${type}`,
      ),
    ),
  ],
  'traces and clients have completed instead (ucwa.md 6.8)': ['conversation message started'],
  'it says who takes part, and nothing else that could change': ['conversation participantMessaging updated'],
}

async function account(name: string) {
  for (const one of house.ports.facts.accounts()) if (one.upn.startsWith(`${name}@`)) return one
  return assert.fail(name)
}

async function putBack(client: UcwaClient, href: string, change: object): Promise<void> {
  const { json } = await client.get(href)
  const answer = await client.request('PUT', href, {
    json: { ...json, ...change },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  assert.equal(answer.status, 200)
}

async function rename(name: string, displayName: string): Promise<void> {
  const before = await account(name)
  await house.ports.ledger.commit([{ kind: 'putAccount', account: { ...before, displayName } }], [])
}

/** Own state, people, groups and subscriptions. */
async function changePeople(): Promise<void> {
  await putBack(alice, `${alice.path}/me/settings`, { theme: 'dark' })
  await alice.post(`${alice.path}/me/presence`)
  await alice.post(`${alice.path}/me/note`, { message: 'gone' })
  await alice.post(`${alice.path}/me/location`, { location: 'Osaka' })
  await putBack(alice, `${alice.path}/people/bob@example.test/privacyRelationship`, {
    relationshipLevel: 'Workgroup',
  })
  await bob.post(`${bob.path}/me/note`, { message: 'new' })
  await bob.post(`${bob.path}/me/location`, { location: 'here' })
  await bob.post(`${bob.path}/me/presence`, { availability: 'Busy' })
  const groups = await alice.get(alice.link('myGroups'))
  const group = listOf(groups.json._embedded?.group)[0]?._links?.self?.href ?? ''
  await putBack(alice, group, { name: 'Best friends' })
  await alice.event('group updated')
  const contactUri = 'sip:bob@example.test'
  await alice.post(`${alice.link('myGroupMemberships')}/removeContactFromAllGroups`, { contactUri })
  await alice.request('DELETE', group)
  await alice.event('group deleted')
}

/** Everything that ends: rings, conversations, logs, subscriptions, at last the application. */
async function endEverything(): Promise<void> {
  await rename('dave', 'David')
  await alice.event('messagingInvitation updated')
  await rename('bob', 'Robert')
  await alice.event('participant updated')
  await rename('alice', 'Alice Adams')
  await alice.event('localParticipant updated')
  await alice.event('me updated', (e) => e.package > 1)
  const { json } = await web.get(web.link('conversationLogs'))
  const [log] = listOf(json._links?.conversationLog)
  await web.request('DELETE', log?.href ?? '')
  await web.event('conversationLog deleted')
  const open = await alice.get(alice.link('conversations'))
  for (const one of listOf(open.json._links?.conversation)) await alice.request('DELETE', one.href ?? '')
  await alice.event('participantMessaging deleted')
  await house.policy('CsClientPolicy', { EnableIMAutoArchiving: false })
  await alice.event('policies updated')
  house.advance(11_000)
  house.advance(29 * 60_000)
  await alice.event('presenceSubscription updated')
  house.advance(60_000)
  await alice.event('presenceSubscription deleted')
  await alice.event('myContactsAndGroupsSubscription updated')
  for (let n = 0; n < 3; n += 1) await alice.get(alice.path)
  await alice.request('DELETE', alice.path)
  await alice.event('presence deleted')
}

const events = (): readonly SeenEvent[] => [alice, web, bob, dave].flatMap((client) => client.events)

test('H9: every event of every resource in scope fires', async () => {
  await changePeople()
  await endEverything()
  const fired = new Set(events().map((e) => `${e.sender} ${e.rel} ${e.type}`))
  const listed = new Set(
    spec.resources
      .filter(({ rel }) => !['pinnedGroup'].includes(rel))
      .flatMap((one) => one.events.map((event) => event.split(' ').slice(0, 3).join(' '))),
  )
  const never = new Set(Object.values(NEVER).flat())
  assert.deepEqual([...listed].filter((event) => !fired.has(event) && !never.has(event)).sort(), [])
  assert.deepEqual(
    [...never].filter((event) => fired.has(event)),
    [],
  )
})

const EMBEDS = ['messagingInvitation', 'conversation', 'messaging', 'message', 'communication', 'missedItems']

test('E6: what an event embeds stands under the name of its link, and clients find what they read without a test', () => {
  let looked = 0
  for (const client of [alice, web, bob, dave]) {
    for (const { sender } of client.packages) {
      for (const block of listOf(sender)) {
        for (const event of listOf(block.events)) {
          const rel = event.link?.rel ?? ''
          const embedded = Object.keys(event._embedded ?? {})
          assert.ok(embedded.length === 0 || (embedded.length === 1 && embedded[0] === rel), rel)
          if (EMBEDS.includes(rel) && event.type !== 'deleted') assert.equal(embedded[0], rel)
          if (rel === 'localParticipant' && embedded.length > 0) {
            assert.equal(event._embedded?.[rel]?.rel, 'participant')
          }
          // lyncbot fails on arrays of links inside a package (ucwa.md section 5).
          for (const link of Object.values(event._embedded?.[rel]?._links ?? {})) {
            assert.equal(Array.isArray(link), false, rel)
          }
          looked += 1
        }
      }
    }
  }
  assert.ok(looked > 200)
})
