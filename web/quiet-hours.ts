import {
  clockText,
  groupQuietHours,
  parseQuietHours,
  type QuietHours,
  quietUntil,
  type WallTime,
  WEEKDAYS,
  type Weekday,
  wallTime,
} from '../src/domain/quiet-hours.ts'
import type { Reader } from './i18n/dates.ts'
import { weekday } from './i18n/dates.ts'
import type { Texts } from './i18n/en.ts'

/** A Monday, at noon in UTC: the weekdays are named by days that are not near any border. */
const MONDAY = Date.UTC(2026, 10, 23, 12)

/** The short name of a weekday in the reader's language. */
export function dayName(day: Weekday, reader: Reader): string {
  return weekday(MONDAY + WEEKDAYS.indexOf(day) * 86_400_000, { ...reader, timeZone: 'UTC' })
}

/** Quiet hours as a sentence says them; what cannot be read says `none`, as it has no effect either. */
export function hoursInWords(text: string, reader: Reader, t: Texts): string {
  const hours = parseQuietHours(text) ?? []
  if (hours.length === 0) return t.quietNone
  return groupQuietHours(hours)
    .map(({ runs, from, to }) => {
      const days = daysInWords(runs, reader, t)
      const allDay = from === 0 && to === 1440
      return allDay ? t.quietAllDay(days) : t.quietDays(days, clockText(from), clockText(to))
    })
    .join(t.quietJoin)
}

function daysInWords(runs: readonly (readonly Weekday[])[], reader: Reader, t: Texts): string {
  if (runs[0]?.length === WEEKDAYS.length) return t.daily
  return runs
    .flatMap((run) => {
      const [first, last] = [run[0], run.at(-1)]
      if (run.length < 3 || !first || !last) return run.map((day) => dayName(day, reader))
      return [t.dayRange(dayName(first, reader), dayName(last, reader))]
    })
    .join(t.dayJoin)
}

/** Until when it is quiet now, by the reader's clock: the time, with the day where it is another one. */
export function quietNow(text: string, now: number, reader: Reader): string | undefined {
  const hours: QuietHours = parseQuietHours(text) ?? []
  const at = wallTime(now, reader.timeZone)
  const until = quietUntil(hours, at)
  return until && wallText(until, at, reader)
}

function wallText(until: WallTime, at: WallTime, reader: Reader): string {
  const time = clockText(until.minute)
  return until.day === at.day ? time : `${dayName(until.day, reader)} ${time}`
}
