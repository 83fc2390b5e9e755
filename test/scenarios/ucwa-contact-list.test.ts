import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addContact, addGroup, setAccessLevel } from '../../src/actions/change-contacts.ts'
import { type Json, listOf, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// What the contact list of our web client needs of the server beside the documented resources (ucwa.md 6.4 to 6.6, 15).

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

/** An address below `people`. */
function people(client: UcwaClient, rel: string): string {
  return `${client.path}/people${rel}`
}

test('one request brings the whole list: people, presence, levels, groups and who is in which', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  const account = (name: string) =>
    [...house.ports.facts.accounts()].find((one) => one.upn.startsWith(name)) ?? assert.fail(name)
  const alice = account('alice').id
  const added = await addGroup(house.ports, alice, 'Friends')
  assert.ok(added.kind === 'added')
  await addContact(house.ports, alice, account('bob').id, added.group)
  await addContact(house.ports, alice, account('bob').id)
  await addContact(house.ports, alice, account('carol').id)
  await setAccessLevel(house.ports, alice, account('carol').id, 'Workgroup')
  const client = await house.web('alice')
  const { json } = await client.get(people(client, '/contacts?expand=presence'))
  const [bob, carol] = listOf(json._embedded?.contact)
  assert.deepEqual([bob?.uri, bob?.groups], ['sip:bob@example.test', [String(added.group), '0']])
  assert.deepEqual([carol?.uri, carol?.groups], ['sip:carol@example.test', ['0']])
  assert.equal(carol?._embedded?.contactPrivacyRelationship?.relationshipLevel, 'Workgroup')
  assert.equal(carol?._embedded?.contactPresence?.availability, 'Offline')
  assert.deepEqual(
    listOf(json._embedded?.group).map(({ id, name }) => [id, name]),
    [[String(added.group), 'Friends']],
  )
  assert.equal(json._embedded?.defaultGroup?.id, '0')
})

test('a level holds for people who are no contacts, and is listed', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  const client = await house.web('alice')
  const level = people(client, '/bob@example.test/privacyRelationship')
  const put = async (relationshipLevel: string) =>
    client.request('PUT', level, { json: { relationshipLevel }, headers: { 'If-Match': '*' } })
  const given = async () =>
    listOf(
      (await client.get(people(client, '/privacyRelationships'))).json._embedded?.myPrivacyRelationship,
    ).map((one: Json) => [one.relationshipLevel, one._embedded?.contact?.uri])
  assert.deepEqual(await given(), [])
  assert.equal((await put('Blocked')).status, 200)
  assert.deepEqual(await given(), [['Blocked', 'sip:bob@example.test']])
  assert.equal((await put('Colleagues')).status, 200)
  assert.deepEqual(await given(), [], 'where everybody starts is no level of its own')
})

test('the directory is searched by reading, and says who is there', async () => {
  await using house = await openUcwaHouse()
  await house.person('alice')
  await house.person('hanako', { displayName: '佐藤 花子', directory: { phonetic: 'さとう はなこ' } })
  const client = await house.web('alice')
  await house.web('hanako')
  const found = async (query: string) =>
    listOf((await client.get(people(client, `/search?${query}`))).json._embedded?.contact)
  const [hanako] = await found(`query=${encodeURIComponent('ｻﾄｳ')}&expand=presence`)
  assert.deepEqual([hanako?.uri, hanako?.phonetic], ['sip:hanako@example.test', 'さとう はなこ'])
  assert.equal(hanako?._embedded?.contactPresence?.availability, 'Online')
  assert.equal((await found('query=hanako'))[0]?._embedded, undefined, 'not asked for')
})

test('two devices may watch the same 500 people, and nobody more', async () => {
  await using house = await houseWith('alice')
  const names = Array.from({ length: 501 }, (_, n) => `p${n}`)
  for (const name of names) await house.person(name)
  const uris = names.map((name) => `sip:${name}@example.test`)
  const watch = async (client: UcwaClient, some: readonly string[]) =>
    (await client.post(people(client, '/presenceSubscriptions'), { duration: 10, uris: some })).status
  const one = await house.web('alice')
  const two = await house.web('alice', { endpointId: 'phone' })
  assert.equal(await watch(one, uris.slice(0, 500)), 201)
  assert.equal(await watch(two, uris.slice(0, 500)), 201)
  assert.equal(await watch(two, uris.slice(500)), 403)
})

test('the client policy raises the number of contacts', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  const client = await house.web('alice')
  const add = async (name: string) =>
    client.post(people(client, '/groupMemberships'), { contactUri: `sip:${name}@example.test` })
  await house.policy('CsClientPolicy', { MaximumNumberOfContacts: 1 })
  assert.equal((await add('bob')).status, 201)
  assert.equal((await add('carol')).json.subcode, 'LimitExceeded')
  await house.policy('CsClientPolicy', { MaximumNumberOfContacts: 1000 })
  assert.equal((await add('carol')).status, 201)
  assert.equal(listOf((await client.get(people(client, '/contacts'))).json._embedded?.contact).length, 2)
})
