import assert from 'node:assert/strict'
import test from 'node:test'
import type { Line, Thread } from './model.ts'
import { firstUnread, readUpTo, unreadFrom, unreadLines } from './seen.ts'

const line = (id: string, at: number, more: Partial<Line> = {}): Line => ({
  id,
  thread: 't',
  person: 'sip:b@x',
  own: false,
  text: id,
  at,
  inbox: false,
  delivery: undefined,
  deliveryReason: undefined,
  mailedAt: undefined,
  deliveredAt: undefined,
  readAt: undefined,
  ...more,
})
const thread = (unread: number, id = 't'): Thread => ({
  id,
  href: `/${id}`,
  person: 'sip:b@x',
  lastAt: 0,
  preview: '',
  unread,
  readUpTo: undefined,
  inbox: 0,
  sentWaiting: 0,
  markAsRead: undefined,
  markAsUnread: undefined,
  continueMessaging: undefined,
  transcripts: undefined,
})
const LINES = [
  line('1', 1),
  line('own', 2, { own: true }),
  line('2', 3),
  line('3', 4),
  line('other', 5, { thread: 'u' }),
]
const ids = (lines: readonly Line[]): readonly string[] => lines.map((l) => l.id)

test('the last incoming lines of a thread are the unread ones', () => {
  assert.deepEqual(ids(unreadLines(LINES, thread(2))), ['2', '3'])
  assert.deepEqual(unreadLines(LINES, thread(0)), [])
})

test('reading starts at the first unread line over all threads', () => {
  assert.equal(firstUnread(LINES, [thread(1), thread(1, 'u')])?.id, '3')
  assert.equal(firstUnread(LINES, [thread(0)]), undefined)
})

const seen =
  (...which: string[]) =>
  (id: string) =>
    which.includes(id)
const CASES = [
  ['nothing seen', 3, seen(), undefined],
  ['all seen', 3, seen('1', '2', '3'), '3'],
  ['the first seen', 3, seen('1'), '1'],
  ['the newest seen, an older one not', 3, seen('1', '3'), '1'],
  ['only the newest seen', 3, seen('3'), undefined],
  ['more unread than there are lines here', 9, seen('1', '2', '3'), undefined],
] as const
for (const [name, unread, wasSeen, expected] of CASES) {
  test(`read up to, with ${name}`, () => assert.equal(readUpTo(LINES, thread(unread), wasSeen), expected))
}

test('unread from here on counts over all threads of the conversation', () => {
  const from = (id: string): readonly (readonly [string, string])[] =>
    unreadFrom(LINES, LINES.find((l) => l.id === id) ?? line('none', 0), [thread(0), thread(0, 'u')]).map(
      (u) => [u.thread.id, u.from],
    )
  assert.deepEqual(from('2'), [
    ['t', '2'],
    ['u', 'other'],
  ])
  assert.deepEqual(from('other'), [['u', 'other']])
})
