import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ASK_AFTER_MS, attemptFrom, holdOld, type Item, itemsFor, nextToSend, unsent } from './outbox.ts'

const item = (key: string, at: number, more: Partial<Item> = {}): Item => ({
  key,
  account: 'sip:a@x',
  person: 'sip:b@x',
  text: key,
  at,
  state: 'waiting',
  said: undefined,
  messageId: undefined,
  ...more,
})

test('messages leave in the order in which they were written, whatever the order of storage', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 1 }), (times) => {
      let items: readonly Item[] = times.map((at) => item(String(at), at))
      const sent: number[] = []
      for (let next = nextToSend(items); next; next = nextToSend(items)) {
        sent.push(next.at)
        const { key } = next
        items = items.filter((i) => i.key !== key)
      }
      assert.deepEqual(
        sent,
        times.toSorted((a, b) => a - b),
      )
    }),
  )
})

test('a refused or held message never holds up the others', () => {
  const items = [item('1', 1, { state: 'refused' }), item('2', 2, { state: 'held' }), item('3', 3)]
  assert.equal(nextToSend(items)?.key, '3')
})

test('a message older than a day is not sent without asking', () => {
  const now = 10 * ASK_AFTER_MS
  const items = holdOld([item('old', now - ASK_AFTER_MS - 1), item('new', now - ASK_AFTER_MS + 1)], now)
  assert.deepEqual(
    items.map((i) => i.state),
    ['held', 'waiting'],
  )
})

test('what still has to leave is counted, what was refused or accepted is not', () => {
  const states = ['waiting', 'held', 'refused', 'accepted'] as const
  assert.equal(unsent(states.map((state, n) => item(state, n, { state }))).length, 2)
})

test('an accepted message gives way to its line in the thread', () => {
  const items = [item('1', 1, { state: 'accepted', messageId: 'm1' }), item('2', 2, { person: 'sip:c@x' })]
  assert.equal(itemsFor(items, 'sip:b@x', () => false).length, 1)
  assert.equal(itemsFor(items, 'sip:b@x', (id) => id === 'm1').length, 0)
})

const STATUSES = [
  [429, { kind: 'later', ms: 3000, busy: true }, 3],
  [503, { kind: 'later', ms: undefined, busy: true }, undefined],
  [401, { kind: 'later', ms: undefined, busy: false }, undefined],
  [404, { kind: 'later', ms: undefined, busy: false }, undefined],
  [413, { kind: 'refused', said: 'no', because: 'tooLong' }, undefined],
  [400, { kind: 'refused', said: 'no', because: 'notTaken' }, undefined],
] as const
for (const [status, expected, retryAfter] of STATUSES) {
  test(`an answer ${status} is ${expected.kind}`, () => {
    assert.deepEqual(attemptFrom(status, 'no', retryAfter), expected)
  })
}
