import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Language } from '../../src/domain/account.ts'
import {
  dateTime,
  dayHead,
  daysAgo,
  endOfDay,
  fieldDay,
  fullDate,
  inSentence,
  type Reader,
  rowTime,
  spanEnd,
  startOfDay,
} from './dates.ts'

const at = (text: string): number => Date.parse(text)
const tokyo = (language: Language) => ({ language, timeZone: 'Asia/Tokyo' })
const NOW = at('2026-11-24T11:30:00+09:00')
const SUNDAY = at('2026-11-22T14:05:00+09:00')

const CASES = [
  ['a full date', fullDate(SUNDAY, tokyo('en')), '22 Nov 2026, 14:05'],
  ['a full date in Japanese', fullDate(SUNDAY, tokyo('ja')), '2026年11月22日(日) 14:05'],
  ['today is only the time', dateTime(NOW, NOW, tokyo('en')), '11:30'],
  ['another day has the date', dateTime(SUNDAY, NOW, tokyo('en')), '22 Nov 2026, 14:05'],
  ['the head of a day', dayHead(SUNDAY, NOW, tokyo('en')), 'Sunday 22 November'],
  ['the head of a day in Japanese', dayHead(SUNDAY, NOW, tokyo('ja')), '11月22日(日)'],
  [
    'the head of a day of another year',
    dayHead(at('2025-01-05T03:00:00Z'), NOW, tokyo('en')),
    'Sunday 5 January 2025',
  ],
  ['a row of this week', rowTime(SUNDAY, NOW, tokyo('ja')), '日'],
  ['a row of long ago', rowTime(at('2026-09-01T03:00:00Z'), NOW, tokyo('en')), '1 Sept'],
  ['a sentence about this week', inSentence(SUNDAY, NOW, tokyo('en')), 'on Sunday at 14:05'],
  ['a sentence about this week in Japanese', inSentence(SUNDAY, NOW, tokyo('ja')), '日曜 14:05'],
  ['the end of a span', spanEnd(SUNDAY, NOW, tokyo('ja')), '11月22日(日) 14:05'],
  ['the end of a span today', spanEnd(NOW, NOW, tokyo('en')), 'today, 11:30'],
] as const
for (const [name, got, expected] of CASES) {
  test(name, () => assert.equal(got, expected))
}

test('midnight is 00:00 and belongs to the new day', () => {
  assert.equal(dateTime(at('2026-11-24T00:00:00+09:00'), NOW, tokyo('ja')), '00:00')
  assert.equal(daysAgo(at('2026-11-23T23:59:59+09:00'), NOW, tokyo('ja')), 1)
})

test('the day ends where the reader is', () => {
  assert.equal(endOfDay(NOW, tokyo('en')), at('2026-11-25T00:00:00+09:00'))
  // The day on which clocks go back has 25 hours.
  const berlin = { language: 'en', timeZone: 'Europe/Berlin' } as const
  assert.equal(endOfDay(at('2026-10-25T00:30:00+02:00'), berlin), at('2026-10-26T00:00:00+01:00'))
})

test('a day of a date field begins at the reader’s midnight, also where summer time begins at it', () => {
  const reader = (timeZone: string): Reader => ({ language: 'en', timeZone })
  const begins = (day: string, zone: string): string => {
    const at = startOfDay(day, reader(zone))
    return at === undefined ? 'no day' : new Date(at).toISOString()
  }
  assert.equal(begins('2026-11-23', 'Asia/Tokyo'), '2026-11-22T15:00:00.000Z')
  assert.equal(begins('2026-03-08', 'America/New_York'), '2026-03-08T05:00:00.000Z')
  // In Beirut the clock goes from midnight to one o'clock: that day begins at one.
  assert.equal(begins('2026-03-29', 'Asia/Beirut'), '2026-03-28T22:00:00.000Z')
  assert.equal(begins('2026-01-01', 'Pacific/Kiritimati'), '2025-12-31T10:00:00.000Z')
  assert.equal(begins('2026-01-01', 'Pacific/Pago_Pago'), '2026-01-01T11:00:00.000Z')
  for (const odd of ['', '2026-13-01', 'yesterday', '2026-1-1'])
    assert.equal(begins(odd, 'UTC'), 'no day', odd)
})

test('every moment lies in the day that its field names', () => {
  const zone = fc.constantFrom('Asia/Tokyo', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia')
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: 2e12 }), zone, (at, timeZone) => {
      const reader: Reader = { language: 'ja', timeZone }
      const day = fieldDay(at, reader)
      const start = startOfDay(day, reader) ?? Number.NaN
      assert.ok(start <= at)
      assert.equal(fieldDay(start, reader), day)
      assert.ok(fieldDay(start - 1, reader) < day)
    }),
    { numRuns: 60 },
  )
})
