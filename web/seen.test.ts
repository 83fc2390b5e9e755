import assert from 'node:assert/strict'
import test from 'node:test'
import type { Line, Run, Thread } from './model.ts'
import { firstUnread, readUpTo, unreadFrom, unreadLines } from './seen.ts'

/** Message ids as the server makes them: my account, and a place in my log. */
const ME = '2'
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
  oldestUnread: undefined,
  inbox: 0,
  sentWaiting: 0,
  markAsRead: undefined,
  markAsUnread: undefined,
  continueMessaging: undefined,
  transcripts: undefined,
})
const reading = (unread: number, readUpTo: string | undefined, id = 't'): Thread => ({
  ...thread(unread, id),
  readUpTo,
})
const LINES = [
  line(`${ME}.1`, 1),
  line('3.9', 2, { own: true }),
  line(`${ME}.4`, 3),
  line(`${ME}.a`, 4),
  line(`${ME}.b`, 5, { thread: 'u' }),
]
const RUN: Run = { lines: LINES, hasEarlier: false, hasLater: false }
const ids = (lines: readonly Line[]): readonly string[] => lines.map((l) => l.id)

test('incoming lines after the last that was read are the unread ones', () => {
  assert.deepEqual(ids(unreadLines(LINES, reading(2, '2.1'))), ['2.4', '2.a'])
  assert.deepEqual(ids(unreadLines(LINES, reading(3, undefined))), ['2.1', '2.4', '2.a'])
  assert.deepEqual(unreadLines(LINES, reading(0, '2.1')), [])
})

test('a part in the middle of a long conversation knows its own unread lines', () => {
  // 5,000 are unread; only these are here, and they are neither the first nor the last of them.
  assert.deepEqual(ids(unreadLines(LINES.slice(2, 4), reading(5000, '2.1'))), ['2.4', '2.a'])
})

test('reading starts at the first unread line over all threads', () => {
  assert.equal(firstUnread(LINES, [reading(1, '2.4'), thread(1, 'u')])?.id, '2.a')
  assert.equal(firstUnread(LINES, [thread(0)]), undefined)
})

const seen =
  (...which: string[]) =>
  (id: string) =>
    which.includes(id)
const CUT: Run = { ...RUN, hasEarlier: true }
const CASES = [
  ['nothing seen', RUN, reading(3, undefined), seen(), undefined],
  ['all seen', RUN, reading(3, undefined), seen('2.1', '2.4', '2.a'), '2.a'],
  ['the first seen', RUN, reading(3, undefined), seen('2.1'), '2.1'],
  ['the newest seen, an older one not', RUN, reading(3, undefined), seen('2.1', '2.a'), '2.1'],
  ['only the newest seen', RUN, reading(3, undefined), seen('2.a'), undefined],
  ['older unread lines not here', CUT, reading(9, undefined), seen('2.1', '2.4', '2.a'), undefined],
  ['the last read line here, newer ones not', CUT, reading(9, '2.1'), seen('2.4', '2.a'), '2.a'],
  ['as many here as are unread', CUT, reading(3, '2.0'), seen('2.1', '2.4'), '2.4'],
] as const
for (const [name, run, of, wasSeen, expected] of CASES) {
  test(`read up to, with ${name}`, () => assert.equal(readUpTo(run, of, wasSeen), expected))
}

test('unread from here on counts over all threads of the conversation', () => {
  const from = (id: string): readonly (readonly [string, string])[] =>
    unreadFrom(LINES, LINES.find((l) => l.id === id) ?? line('none', 0), [thread(0), thread(0, 'u')]).map(
      (u) => [u.thread.id, u.from],
    )
  assert.deepEqual(from('2.4'), [
    ['t', '2.4'],
    ['u', '2.b'],
  ])
  assert.deepEqual(from('2.b'), [['u', '2.b']])
})
