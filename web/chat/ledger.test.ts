import assert from 'node:assert/strict'
import test from 'node:test'
import type { Line } from '../model.ts'
import type { Item } from '../outbox.ts'
import { type Entry, entriesOf, idOf, ledger, type Row } from './ledger.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
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
const item = (key: string, at: number, state: Item['state']): Item => ({
  key,
  account: 'sip:a@x',
  person: 'sip:b@x',
  text: key,
  at,
  state,
  said: undefined,
  messageId: undefined,
})
const rowsOf = (entries: readonly Entry[], firstUnread?: string): readonly Row[] =>
  ledger(entries, {
    dayOf: (at) => String(Math.floor(at / DAY)),
    visits: [{ from: 3 * DAY, to: 4 * DAY }],
    firstUnread,
  })

/** Rows in short: `day`, `new`, `id*` for the first of a run, `[…]` for a night. */
function short(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      if (row.kind === 'line') return idOf(row.line) + (row.first ? '*' : '')
      return row.kind === 'night' ? `[${short(row.rows)}]` : row.kind
    })
    .join(' ')
}

test('a run of one author has its name once, and again on a new day', () => {
  const lines = [line('1', 1), line('2', 2), line('3', 3, { own: true }), line('4', 4), line('5', DAY)]
  assert.equal(short(rowsOf(lines)), 'day 1* 2 3* 4* day 5*')
})

test('what waited hangs on the lit line, over days too', () => {
  const lines = [
    line('1', 1),
    line('2', HOUR, { inbox: true, deliveredAt: 2 * DAY }),
    line('3', DAY, { inbox: true, deliveredAt: 2 * DAY }),
    line('4', 2 * DAY + 1),
  ]
  const rows = rowsOf(lines)
  assert.equal(short(rows), 'day 1* [2* day 3*] day 4*')
  const night = rows.find((row) => row.kind === 'night')
  assert.equal(night?.until, 2 * DAY)
  assert.equal(night?.count, 2)
})

test('where the server does not say when it arrived, the next visit of this device ends the night', () => {
  const night = rowsOf([line('1', 1, { inbox: true })]).find((row) => row.kind === 'night')
  assert.equal(night?.until, 3 * DAY)
})

test('a message that a device had at once did not wait in the night', () => {
  assert.equal(short(rowsOf([line('1', 1, { inbox: true, deliveredAt: 500 })])), 'day 1*')
})

test('what came while this device was there did not wait in the night', () => {
  assert.equal(short(rowsOf([line('1', 3 * DAY + 5, { inbox: true })])), 'day 1*')
})

test('two absences are two nights', () => {
  const lines = [
    line('1', 1, { inbox: true, deliveredAt: HOUR }),
    line('2', 2 * HOUR, { inbox: true, deliveredAt: 5 * HOUR }),
  ]
  assert.equal(short(rowsOf(lines)), 'day [1*] [2*]')
})

test('an own message never hangs on the lit line', () => {
  assert.equal(short(rowsOf([line('1', 1, { own: true, delivery: 'Stored' })])), 'day 1*')
})

test('the first unread line has its mark', () => {
  assert.equal(short(rowsOf([line('1', 1), line('2', 2)], '2')), 'day 1* new 2*')
})

test('refused messages stand where they were written, unsent ones last', () => {
  const lines = [line('1', 10), line('2', 30)]
  const items = [item('sent', 25, 'waiting'), item('refused', 20, 'refused')]
  assert.deepEqual(entriesOf(lines, items).map(idOf), ['1', 'refused', '2', 'sent'])
})
