import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atClock } from './clock.ts'

const CASES: readonly [name: string, text: string, zone: string, now: string, at: string | undefined][] = [
  ['later today', '15:00', 'Asia/Tokyo', '2026-11-25T10:12:30+09:00', '2026-11-25T15:00:00+09:00'],
  [
    'tomorrow where it has passed',
    '09:00',
    'Asia/Tokyo',
    '2026-11-25T10:12:30+09:00',
    '2026-11-26T09:00:00+09:00',
  ],
  ['midnight', '00:00', 'Asia/Tokyo', '2026-11-25T23:59:59+09:00', '2026-11-26T00:00:00+09:00'],
  ['this very minute is tomorrow', '10:12', 'UTC', '2026-11-25T10:12:30Z', '2026-11-26T10:12:00Z'],
  [
    'over the end of summer time',
    '09:00',
    'Europe/Berlin',
    '2026-10-24T22:00:00+02:00',
    '2026-10-25T09:00:00+01:00',
  ],
  ['over its beginning', '09:00', 'Europe/Berlin', '2026-03-28T22:00:00+01:00', '2026-03-29T09:00:00+02:00'],
  ['nothing for no time', 'soon', 'UTC', '2026-11-25T10:00:00Z', undefined],
]
for (const [name, text, timeZone, now, at] of CASES) {
  test(`${text} in ${timeZone} is ${name}`, () => {
    const found = atClock(text, Date.parse(now), { language: 'en', timeZone })
    assert.equal(found && new Date(found).toISOString(), at && new Date(at).toISOString())
  })
}
