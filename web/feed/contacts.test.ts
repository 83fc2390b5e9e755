import assert from 'node:assert/strict'
import test from 'node:test'
import { applyPackage } from '../feed.ts'
import { emptyState, personIn, type State } from '../model.ts'
import type { Resource } from '../ucwa/wire.ts'
import { withContactList } from './contacts.ts'
import { eventsOf } from './event.ts'

const APP = '/ucwa/oauth/v1/applications/1'
const KEN = 'sip:ken@x.test'
const HANA = 'sip:hana@x.test'

const at = (path: string) => ({ self: { href: `${APP}/people${path}` } })
const group = (id: string, name: string, rel = 'group'): Resource => ({
  rel,
  id,
  name,
  etag: `e${id}`,
  _links: at(`/groups/${id}`),
})
const contact = (user: string, name: string, more: Resource = {}, parts: Resource = {}): Resource => ({
  uri: `sip:${user}`,
  name,
  ...more,
  _links: at(`/${user}`),
  _embedded: parts,
})
const LIST: Resource = {
  _embedded: {
    group: [group('7', 'Sales')],
    defaultGroup: group('0', 'Other Contacts', 'defaultGroup'),
    contact: [
      contact(
        'hana@x.test',
        '佐藤 花',
        { phonetic: 'さとう はな', groups: ['7'] },
        {
          contactPresence: { availability: 'Away', lastActive: '/Date(1000)/' },
          contactNote: { message: 'back at 3' },
          contactPrivacyRelationship: {
            relationshipLevel: 'Workgroup',
            etag: '12',
            _links: at('/hana@x.test/privacyRelationship'),
          },
        },
      ),
      contact('ken@x.test', 'Ken Myer', { groups: ['0'] }),
    ],
  },
}
const START = withContactList(emptyState('sip:me@x.test', 'Me'), LIST)

/** The state after events of the sender `people`; `where` is the path of what an event is `in`. */
function after(
  state: State,
  ...events: readonly (readonly [type: string, rel: string, resource: Resource, where?: string])[]
) {
  const made = events.map(([type, rel, resource, where]) => ({
    type,
    link: { rel, href: (resource as { _links: ReturnType<typeof at> })._links.self.href },
    ...(where === undefined ? {} : { in: { rel: 'list', href: `${APP}/people${where}` } }),
    ...(type === 'deleted' ? {} : { _embedded: { [rel]: resource } }),
  }))
  return applyPackage(state, eventsOf({ sender: [{ rel: 'people', href: `${APP}/people`, events: made }] }))
}

test('one answer holds groups, people, presence, notes, levels and who is in which group', () => {
  assert.deepEqual(
    [...START.contacts],
    [
      [HANA, ['7']],
      [KEN, ['0']],
    ],
  )
  assert.deepEqual(
    [...START.groups.values()].map(({ id, name, isDefault }) => [id, name, isDefault]),
    [
      ['7', 'Sales', false],
      ['0', 'Other Contacts', true],
    ],
  )
  const hana = personIn(START, HANA)
  assert.deepEqual(
    [hana.about.phonetic, hana.note, hana.presence?.lastActive],
    ['さとう はな', 'back at 3', 1000],
  )
  assert.deepEqual(START.levels.get(HANA), { level: 'Workgroup', etag: '12' })
  assert.equal(START.contactsLoaded, true)
})

test('a list that is read again takes the place of the old one', () => {
  const again = withContactList(START, {
    _embedded: { defaultGroup: group('0', 'Other Contacts', 'defaultGroup') },
  })
  assert.deepEqual([[...again.contacts], [...again.groups.keys()]], [[], ['0']])
})

test('a move is an event for each group, and the person stays a contact throughout', () => {
  const ken = contact('ken@x.test', 'Ken Myer')
  const moved = after(
    START,
    ['added', 'contact', ken, '/contacts?groupId=7'],
    ['deleted', 'contact', ken, '/contacts?groupId=0'],
  )
  assert.deepEqual(moved.contacts.get(KEN), ['7'])
})

test('somebody new is on the list with the first of two events, somebody removed is off it with the last', () => {
  const tony = contact('tony@x.test', 'Tony Smith')
  const added = after(
    START,
    ['added', 'contact', tony, '/contacts'],
    ['added', 'contact', tony, '/contacts?groupId=7'],
  )
  assert.deepEqual(added.contacts.get('sip:tony@x.test'), ['7'])
  const removed = after(
    added,
    ['deleted', 'contact', tony, '/contacts'],
    ['deleted', 'contact', tony, '/contacts?groupId=7'],
  )
  assert.equal(removed.contacts.has('sip:tony@x.test'), false)
})

test('whose presence is watched is no contact for that', () => {
  const tony = contact('tony@x.test', 'Tony Smith')
  const watched = after(START, ['added', 'contact', tony, '/subscribedContacts'])
  assert.equal(watched.contacts.has('sip:tony@x.test'), false)
  assert.equal(personIn(watched, 'sip:tony@x.test').name, 'Tony Smith')
  const ken = contact('ken@x.test', 'Ken Myer')
  assert.ok(after(START, ['deleted', 'contact', ken, '/subscribedContacts']).contacts.has(KEN))
})

test('groups come, change their names and go', () => {
  const more = after(
    START,
    ['added', 'group', group('8', 'Friends'), '/groups'],
    ['updated', 'group', group('7', 'Vertrieb')],
  )
  assert.deepEqual([...more.groups.values()].map(({ name }) => name).sort(), [
    'Friends',
    'Other Contacts',
    'Vertrieb',
  ])
  const fewer = after(more, ['deleted', 'group', group('8', 'Friends'), '/groups'])
  assert.equal(fewer.groups.has('8'), false)
})

test('a level that another device gave arrives', () => {
  const level: Resource = {
    relationshipLevel: 'Blocked',
    etag: '13',
    _links: at('/ken@x.test/privacyRelationship'),
  }
  const blocked = after(START, ['updated', 'contactPrivacyRelationship', level, '/ken@x.test'])
  assert.equal(blocked.levels.get(KEN)?.level, 'Blocked')
  const odd = after(blocked, [
    'updated',
    'contactPrivacyRelationship',
    { ...level, relationshipLevel: 'Boss' },
    '/ken@x.test',
  ])
  assert.equal(odd.levels.get(KEN)?.level, 'Blocked', 'a level we do not know changes nothing')
})
