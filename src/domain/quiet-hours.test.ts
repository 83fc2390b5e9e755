import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatQuietHours,
  isQuiet,
  parseQuietHours,
  type QuietHours,
  quietUntil,
  WEEKDAYS,
  type Weekday,
  wallTime,
} from './quiet-hours.ts'

const NIGHTS = 'Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00'

const CASES: readonly [text: string, day: Weekday, clock: string, quiet: boolean][] = [
  [NIGHTS, 'Mon', '18:59', false],
  [NIGHTS, 'Mon', '19:00', true],
  [NIGHTS, 'Tue', '07:59', true],
  [NIGHTS, 'Tue', '08:00', false],
  // Friday's night goes on into Saturday, which is quiet anyway; Sunday has no night, so Monday morning is not quiet.
  [NIGHTS, 'Sat', '12:00', true],
  [NIGHTS, 'Sun', '23:59', true],
  [NIGHTS, 'Mon', '07:00', false],
  ['Sun 22:00-06:00', 'Mon', '05:59', true],
  ['Sun 22:00-06:00', 'Mon', '06:00', false],
  ['Sun 22:00-06:00', 'Sun', '05:00', false],
  ['Wed 12:00-13:00', 'Wed', '12:30', true],
  ['Wed 12:00-13:00', 'Thu', '12:30', false],
  ['Wed 20:00-00:00', 'Wed', '23:59', true],
  ['Wed 20:00-00:00', 'Thu', '00:00', false],
  ['Wed 12:00-12:00', 'Thu', '11:59', true],
  ['Never', 'Wed', '03:00', false],
]
for (const [text, day, clock, quiet] of CASES) {
  test(`${text}: ${day} ${clock} is ${quiet ? 'quiet' : 'not quiet'}`, () => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number)
    assert.equal(isQuiet(parseQuietHours(text) ?? [], { day, minute: hour * 60 + minute }), quiet)
  })
}

const ENDS: readonly [text: string, day: Weekday, minute: number, until: [Weekday, number] | undefined][] = [
  [NIGHTS, 'Mon', 19 * 60, ['Tue', 8 * 60]],
  [NIGHTS, 'Fri', 19 * 60, ['Mon', 0]],
  [NIGHTS, 'Mon', 12 * 60, undefined],
  ['Sun 22:00-06:00', 'Sun', 23 * 60, ['Mon', 6 * 60]],
  ['Daily 00:00-24:00', 'Wed', 60, undefined],
]
for (const [text, day, minute, until] of ENDS) {
  test(`${text}: on ${day} at minute ${minute} it is quiet until ${until?.join(' ') ?? 'nothing'}`, () => {
    const end = quietUntil(parseQuietHours(text) ?? [], { day, minute })
    assert.deepEqual(end && [end.day, end.minute], until)
  })
}

const FORMS: readonly [given: string, kept: string][] = [
  ['mon-fri 9:00-17:00', 'Mon-Fri 09:00-17:00'],
  ['Daily 22:00-07:00', 'Daily 22:00-07:00'],
  ['Mon-Sun 22:00-07:00', 'Daily 22:00-07:00'],
  ['Sat-Mon 00:00-24:00', 'Mon,Sat,Sun 00:00-24:00'],
  ['Tue 01:00-02:00;Mon 01:00-02:00; Wed 01:00-02:00', 'Mon-Wed 01:00-02:00'],
  ['never', 'Never'],
]
for (const [given, kept] of FORMS) {
  test(`"${given}" is kept as "${kept}"`, () => {
    assert.equal(formatQuietHours(parseQuietHours(given) ?? []), kept)
  })
}

const NONSENSE = [
  '',
  'Mon',
  '22:00-07:00',
  'Mon 22-07',
  'Mon 24:00-07:00',
  'Mon 22:00-25:00',
  'Mon 22:60-23:00',
  'Mon,Mon 22:00-23:00',
  'Mon 1:00-2:00; Mon 3:00-4:00',
  'Moon 22:00-07:00',
  'Mon- 22:00-07:00',
  'Mon-Tue-Wed 22:00-07:00',
  'Mon 22:00-07:00 x',
  'Mon 22:00-07:00;',
  `Mon 22:00-07:00${' '.repeat(10)}${'; Tue 01:00-02:00'.repeat(40)}`,
]
for (const text of NONSENSE) {
  test(`"${text.slice(0, 40)}" is not a text of quiet hours`, () =>
    assert.equal(parseQuietHours(text), undefined))
}

const anyHours: fc.Arbitrary<QuietHours> = fc
  .array(
    fc.record({
      day: fc.constantFrom(...WEEKDAYS),
      from: fc.integer({ min: 0, max: 1439 }),
      to: fc.integer({ min: 1, max: 1440 }),
    }),
  )
  .map((spans) =>
    WEEKDAYS.flatMap((day) =>
      spans
        .filter((span) => span.day === day)
        .slice(0, 1)
        .map((span) => ({ ...span })),
    ),
  )

test('what is written is read as the same hours', () => {
  fc.assert(
    fc.property(anyHours, (hours) => {
      const again = parseQuietHours(formatQuietHours(hours))
      assert.deepEqual(again, hours)
    }),
  )
})

test('the same moment is another clock in another zone, summer time included', () => {
  const at = Date.UTC(2026, 10, 24, 22, 30)
  assert.deepEqual(wallTime(at, 'Asia/Tokyo'), { day: 'Wed', minute: 7 * 60 + 30 })
  assert.deepEqual(wallTime(at, 'America/Los_Angeles'), { day: 'Tue', minute: 14 * 60 + 30 })
  assert.deepEqual(wallTime(Date.UTC(2026, 6, 24, 22, 30), 'Europe/London'), {
    day: 'Fri',
    minute: 23 * 60 + 30,
  })
  assert.deepEqual(wallTime(Date.UTC(2026, 0, 1, 0, 0), 'UTC'), { day: 'Thu', minute: 0 })
})
