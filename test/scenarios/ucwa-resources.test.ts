import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Json, listOf } from '../client/ucwa-client.ts'
import { type Found, toldOf, walkFrom, within } from '../client/ucwa-walk.ts'
import { isLeftOut, isOurs, SAME_AS } from './ucwa-left-out.ts'
import { readCommitted, readShared, readSpec, type SpecResource } from './ucwa-spec.ts'
import { openUcwaWorld } from './ucwa-world.ts'

// Every resource that a conforming server must offer, with what it says and where it leads (ucwa-resources.json).

const spec = readSpec()
const world = await openUcwaWorld()
after(() => world[Symbol.asyncDispose]())

const { alice, frank, web } = world
const walked = await walkFrom(
  alice,
  '/Autodiscover/AutodiscoverService.svc/root',
  ...toldOf(alice),
  `${alice.link('search')}?query=example`,
  `${alice.link('myContacts')}?expand=false`,
  `${alice.link('myContacts')}?expand=presence`,
  `${alice.link('myGroups')}?expand=false`,
  `${alice.link('conversationLogs')}?limit=1`,
)
/** What GET answered, and what came with events. */
const seen: readonly Found[] = [
  ...walked.resources,
  ...[alice, frank, web]
    .flatMap((client) => client.events)
    .filter(({ resource }) => resource.rel !== undefined)
    .flatMap(({ resource }) => within(resource)),
]

test('what is committed of the resource list is the resource list', (t) => {
  const shared = readShared()
  if (!shared) return t.skip('the list lies beside the repository only in the place where it is made')
  assert.deepEqual(readCommitted(), shared)
})

test('H9: a walk from root finds no 404 and no 501, and nothing but acts that refuse GET', () => {
  for (const [href, { status }] of walked.answers)
    assert.ok([200, 405].includes(status), `${href}: ${status}`)
  assert.ok(walked.answers.size > 300, `${walked.answers.size}`)
})

for (const { rel } of spec.resources.filter(({ scope }) => scope === 'must')) {
  test(`H3, H4, H5: ${rel} is reachable, and has what is documented of it`, () => {
    const found = instancesOf(rel)
    if (found.length === 0) {
      assert.ok(NOT_READ.includes(rel) && linksNamed(rel), 'nothing leads to it')
      return
    }
    // What stands under another name too is one resource: not every instance has every part.
    const resource = described(SAME_AS[rel] ?? rel)
    for (const one of found) checkForm(resource, one.resource)
    const all = seen.filter((one) => one.rel === resource.rel)
    const has = (part: (one: Json) => object | undefined) =>
      new Set(all.flatMap((one) => Object.keys(part(one.resource) ?? {})))
    const properties = has(propertiesOf)
    for (const name of Object.keys(resource.properties)) {
      assert.equal(properties.has(name), !isLeftOut(resource.rel, name, 'property'), `property ${name}`)
    }
    const around = new Set([...has((one) => one._links), ...has((one) => one._embedded)])
    for (const name of [...resource.links, ...resource.embedded].map(single)) {
      assert.equal(around.has(name), !isLeftOut(resource.rel, name, 'link'), `link or embedded ${name}`)
    }
  })
}

function described(rel: string): SpecResource {
  return spec.resources.find((one) => one.rel === rel) ?? assert.fail(rel)
}

/** Acts, which have no representation, and what is no JSON; everything else is read somewhere in the walk. */
const NOT_READ = [
  ...['accept', 'batch', 'cancel', 'continueMessaging', 'decline', 'events', 'eventStream', 'markAsRead'],
  ...[
    'makeMeAvailable',
    'markAsUnread',
    'reason',
    'removeContactFromAllGroups',
    'reportMyActivity',
    'xframe',
  ],
  ...['resetContactPrivacyRelationship', 'sendMessage', 'setIsTyping', 'startMessaging', 'stopMessaging'],
  ...['startOrRefreshSubscriptionToContactsAndGroups', 'userAcknowledged'],
]

function instancesOf(rel: string): readonly Found[] {
  const same = SAME_AS[rel]
  if (same === undefined) return seen.filter((one) => one.rel === rel)
  const hrefs = walked.links.get(rel)
  return seen.filter((one) => one.rel === same && (one.as === rel || hrefs?.has(one.href)))
}

function linksNamed(rel: string): boolean {
  // `reason` is what errors and events hold (R1).
  if (rel === 'reason') return [alice, frank].some(({ events }) => events.some((e) => e.reason?.code))
  return walked.links.has(rel) || seen.some(({ resource }) => resource._links?.[rel] !== undefined)
}

function propertiesOf(resource: Json): Record<string, unknown> {
  const { rel: _rel, _links, _embedded, etag: _etag, ...properties } = resource
  return properties
}

function single(name: string): string {
  return name.replace('[]', '')
}

/** H3, H4, H5 and nothing that nobody knows of. */
function checkForm({ rel, properties, links, embedded }: SpecResource, resource: Json): void {
  assert.equal(typeof resource._links?.self?.href, 'string')
  for (const [name, value] of Object.entries(propertiesOf(resource))) {
    const described = properties[name]
    if (described !== undefined) checkValue(described, value, `${rel}.${name}`)
    else assert.ok(isOurs(rel, name) || isPassBack(value), `${rel} has ${name}`)
  }
  for (const [part, list] of [
    [resource._links, links],
    [resource._embedded, embedded],
  ] as const) {
    for (const [name, value] of Object.entries(part ?? {})) {
      const many = [...links, ...embedded].includes(`${name}[]`)
      const known = name === 'self' || many || [...links, ...embedded].includes(name)
      assert.ok(known || isOurs(rel, name), `${rel} leads to ${name}`)
      if (list.includes(name) || list.includes(`${name}[]`)) assert.equal(Array.isArray(value), many, name)
      for (const one of listOf(value)) assert.equal(typeof one, 'object')
    }
  }
}

function isPassBack(value: unknown): boolean {
  return value === 'please pass this in a PUT request'
}

function checkValue(described: string, value: unknown, where: string): void {
  const [type, list] = described.split(' ')
  // Ours may be null where nothing is chosen (ucwa.md 6.9, section 15).
  if (value === null && NULLABLE.includes(where)) return
  const shape = SHAPES[type ?? ''] ?? ((given: unknown) => typeof given === 'string')
  assert.ok(shape(value), `${where}: ${JSON.stringify(value)} is no ${type}`)
  for (const one of Array.isArray(value) ? value : [value]) checkMember(list, one, where)
}

const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  date: (value) => /^\/Date\(\d+\)\/$/.test(String(value)),
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
}

const NULLABLE = [
  'policies.offlineMessagesReason',
  'policies.imWarning',
  'settings.language',
  'settings.timeZone',
]

function checkMember(list: string | undefined, value: unknown, where: string): void {
  const values = list === undefined ? undefined : spec.enums[list]
  if (values) assert.ok(values.includes(String(value)), `${where}: ${value} is not in ${list}`)
}
