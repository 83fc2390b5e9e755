import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOf, type Route, routeOf } from './route.ts'

const PLACES: readonly (readonly [hash: string, route: Route])[] = [
  ['#/', { kind: 'none' }],
  ['#/inbox', { kind: 'inbox' }],
  ['#/waiting', { kind: 'waiting' }],
  ['#/with/ken@example.com', { kind: 'with', person: 'sip:ken@example.com' }],
  ['#/with/k%2Fm@example.com', { kind: 'with', person: 'sip:k/m@example.com' }],
  ['#/with/ken@example.com?at=2.1f', { kind: 'with', person: 'sip:ken@example.com', at: '2.1f' }],
]
for (const [hash, route] of PLACES) {
  test(`${hash} is a place, both ways`, () => {
    assert.deepEqual(routeOf(hash), route)
    assert.equal(hashOf(route), hash)
  })
}

const NOWHERE = ['', '#', '#/elsewhere', '#/with/', '#/with/ken@example.com?at=<script>']
for (const hash of NOWHERE) {
  test(`"${hash}" is no place`, () => assert.deepEqual(routeOf(hash), { kind: 'none' }))
}

test('a name that is not percent-encoded as it should be opens the page all the same', () => {
  assert.deepEqual(routeOf('#/with/100%@example.com'), { kind: 'with', person: 'sip:100%@example.com' })
})
