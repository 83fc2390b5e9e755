import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyState, type Line, type State, type Thread } from '../model.ts'
import { type Group, inLanes, nextGroups } from './away-groups.ts'

const sip = (name: string): string => `sip:${name}@x.test`
const thread = (name: string, unread: number, oldestUnread: number, lastAt = 1000): Thread => ({
  id: name,
  href: `/${name}`,
  person: sip(name),
  lastAt,
  preview: '',
  unread,
  readUpTo: undefined,
  oldestUnread: unread > 0 ? oldestUnread : undefined,
  inbox: unread,
  sentWaiting: 0,
  markAsRead: undefined,
  markAsUnread: undefined,
  continueMessaging: undefined,
  transcripts: undefined,
})
const line = (name: string, seq: number): Line => ({
  id: `2.${seq}`,
  thread: name,
  person: sip(name),
  own: false,
  text: `${name} ${seq}`,
  at: seq,
  inbox: true,
  delivery: undefined,
  deliveryReason: undefined,
  mailedAt: undefined,
  deliveredAt: undefined,
  readAt: undefined,
})
function stateOf(threads: readonly Thread[], lines: Readonly<Record<string, readonly number[]>> = {}): State {
  return {
    ...emptyState(sip('me'), 'Me'),
    threads: new Map(threads.map((one) => [one.id, one])),
    timelines: new Map(
      Object.entries(lines).map(([name, seqs]) => [
        sip(name),
        { lines: seqs.map((seq) => line(name, seq)), hasEarlier: false, loaded: true, past: undefined },
      ]),
    ),
  }
}
const short = (groups: readonly Group[]): readonly string[] =>
  groups.map(
    ({ person, count, lines }) => `${person.slice(4, -7)} ${count} ${lines?.map((l) => l.at) ?? '?'}`,
  )

test('who has waited longest is first, whatever came last', () => {
  const state = stateOf([thread('late', 1, 9, 9), thread('long', 2, 1, 30), thread('read', 0, 0)])
  assert.deepEqual(short(nextGroups([], state)), ['long 2 ?', 'late 1 ?'])
})

test('while one reads nobody moves or goes, and who writes later comes last', () => {
  const first = nextGroups([], stateOf([thread('a', 2, 1), thread('b', 1, 5)], { a: [1, 2], b: [5] }))
  const read = { ...thread('a', 0, 0), readUpTo: '2.2' }
  const later = nextGroups(
    first,
    stateOf([read, thread('b', 1, 5), thread('c', 1, 0)], { a: [1, 2], b: [5], c: [7] }),
  )
  assert.deepEqual(short(later), ['a 2 1,2', 'b 1 5', 'c 1 7'])
})

test('what somebody adds meanwhile is added below, and counted', () => {
  const first = nextGroups([], stateOf([thread('a', 1, 1)], { a: [1] }))
  const later = nextGroups(first, stateOf([thread('a', 2, 1)], { a: [1, 4] }))
  assert.deepEqual(short(later), ['a 2 1,4'])
})

test('nothing new is nothing new: the page is not drawn again', () => {
  const state = stateOf([thread('a', 1, 1)], { a: [1] })
  const groups = nextGroups([], state)
  assert.equal(nextGroups(groups, stateOf([thread('a', 1, 1)], { a: [1] })), groups)
})

test('a few requests at a time, each once', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  await inLanes(
    Array.from({ length: 30 }, (_, n) => n),
    async (n) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      done.push(n)
    },
  )
  assert.equal(most, 4)
  assert.deepEqual(
    done.toSorted((a, b) => a - b),
    Array.from({ length: 30 }, (_, n) => n),
  )
})
