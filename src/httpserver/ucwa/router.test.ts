import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRouter, type Route } from './router.ts'
import { ROUTES } from './table.ts'

const find = createRouter(ROUTES)

const CASES = [
  ['', '/', {}],
  ['me', '/me', {}],
  ['ME/Presence', '/me/presence', {}],
  ['people/bob@example.test', '/people/{user}', { user: 'bob@example.test' }],
  ['people/bob%40example.test/note', '/people/{user}/note', { user: 'bob@example.test' }],
  ['people/groups', '/people/groups', {}],
  ['people/Groups/7', '/people/groups/{group}', { group: '7' }],
  [
    'people/groupMemberships/removecontactfromallgroups',
    '/people/groupMemberships/removeContactFromAllGroups',
    {},
  ],
  ['people/groupMemberships/7,bob@x', '/people/groupMemberships/{membership}', { membership: '7,bob@x' }],
  [
    'communication/conversations/c9/messaging/messages/12',
    '/communication/conversations/{conversation}/messaging/messages/{message}',
    { conversation: 'c9', message: '12' },
  ],
] as const

for (const [path, row, params] of CASES) {
  test(`${path || 'the application'} is ${row}`, () => {
    const found = find(path)
    assert.equal(found?.route.path, row)
    assert.deepEqual(found?.params, params)
  })
}

for (const path of ['nothing', 'me/presence/more', 'people/bob/nothing', 'people/%00', 'people/%ff']) {
  test(`${path} is nothing`, () => assert.equal(find(path), undefined))
}

test('every row of the table is found by its own address', () => {
  for (const route of ROUTES) {
    assert.equal(find(route.path.replace(/\{\w+\}/g, 'x1').slice(1))?.route, route, route.path)
  }
})

test('no path makes it throw', () => {
  const routes: Route[] = [{ path: '/a/{b}', on: {} }]
  const small = createRouter(routes)
  fc.assert(
    fc.property(fc.webPath(), fc.string(), (path, junk) => {
      small(path)
      small(junk)
      find(junk)
    }),
  )
})
