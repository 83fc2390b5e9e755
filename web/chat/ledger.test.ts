import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Line } from '../model.ts'
import type { Item } from '../outbox.ts'
import { type Entry, entriesOf, idOf, type LedgerOptions, ledger, type Row } from './ledger.ts'

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
const OPTIONS = {
  dayOf: (at: number) => String(Math.floor(at / DAY)),
  visits: [{ from: 3 * DAY, to: 4 * DAY }],
  firstUnread: undefined,
}
const rowsOf = (entries: readonly Entry[], more: Partial<LedgerOptions> = {}): readonly Row[] =>
  ledger(entries, { ...OPTIONS, ...more })

/** Rows in short: `day`, `new`, `id*` for the first of a group, `[` and `]` for letterbox and lamp, `~id` for what hangs between them. */
function short(rows: readonly Row[]): string {
  return rows
    .flatMap(({ entry, first, day, isNew, night }) => [
      ...(day ? ['day'] : []),
      ...(isNew ? ['new'] : []),
      ...(night?.begins ? ['['] : []),
      `${night ? '~' : ''}${idOf(entry)}${first ? '*' : ''}`,
      ...(night?.ends ? [']'] : []),
    ])
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
  assert.equal(short(rows), 'day 1* [ ~2* day ~3* ] day 4*')
  assert.equal(rows[1]?.night?.count, 2)
  assert.equal(rows[2]?.night?.until, 2 * DAY)
})

test('where the server does not say when it arrived, the next visit of this device ends the night', () => {
  const [row] = rowsOf([line('1', 1, { inbox: true })])
  assert.equal(row?.night?.until, 3 * DAY)
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
  assert.equal(short(rowsOf(lines)), 'day [ ~1* ] [ ~2* ]')
})

test('a night at the border of what is here has neither letterbox nor lamp nor a number that could be wrong', () => {
  const night = ['1', '2', '3'].map((id, n) => line(id, n + 1, { inbox: true, deliveredAt: HOUR }))
  const cases = [
    [{ hasEarlier: true }, 'day ~1* ~2 ~3 ]', undefined],
    [{ hasLater: true }, 'day [ ~1* ~2 ~3', undefined],
    [{}, 'day [ ~1* ~2 ~3 ]', 3],
  ] as const
  for (const [more, expected, count] of cases) {
    const rows = rowsOf(night, more)
    assert.equal(short(rows), expected)
    assert.equal(rows[0]?.night?.count, count)
  }
})

test('pages put together say the same as the whole', () => {
  const lines = fc.array(
    fc.record({ own: fc.boolean(), inbox: fc.boolean(), wait: fc.nat(3 * DAY), gap: fc.nat(DAY) }),
    { minLength: 1, maxLength: 40 },
  )
  fc.assert(
    fc.property(lines, fc.nat(), (made, cut) => {
      let at = 0
      const all = made.map(({ own, inbox, wait, gap }, n) => {
        at += gap
        return line(String(n), at, own ? { own } : { inbox, deliveredAt: at + wait })
      })
      const whole = rowsOf(all)
      const from = cut % all.length
      const part = rowsOf(all.slice(from), { hasEarlier: from > 0 })
      // Behind the first night of the part, which may have begun before it, every row is as it is in the whole.
      const sure = part.findIndex((row, n) => n > 0 && !row.night)
      if (sure < 0) return
      assert.deepEqual(part.slice(sure), whole.slice(from + sure))
    }),
  )
})

test('an own message never hangs on the lit line', () => {
  assert.equal(short(rowsOf([line('1', 1, { own: true, delivery: 'Stored' })])), 'day 1*')
})

test('the first unread line has its mark', () => {
  assert.equal(short(rowsOf([line('1', 1), line('2', 2)], { firstUnread: '2' })), 'day 1* new 2*')
})

test('refused messages stand where they were written, unsent ones last', () => {
  const lines = [line('1', 10), line('2', 30)]
  const items = [item('sent', 25, 'waiting'), item('refused', 20, 'refused')]
  assert.deepEqual(entriesOf(lines, items).map(idOf), ['1', 'refused', '2', 'sent'])
})
