import type { Language } from '../../src/domain/account.ts'

/**
 * Dates as people read them (ux.md 1.5): `22 Nov 2026, 14:05` and `2026年11月22日(日) 14:05`; today only the time.
 * Pure: the moment, "now" and the time zone are passed in. All instants are milliseconds since 1970.
 */
export interface Reader {
  readonly language: Language
  /** IANA name; undefined is the browser's. */
  readonly timeZone: string | undefined
}

type Shape = 'clock' | 'weekday' | 'weekdayLong' | 'dayMonth' | 'dayMonthYear' | 'dayKey' | 'hour'

const OPTIONS: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  weekday: { weekday: 'short' },
  weekdayLong: { weekday: 'long' },
  dayMonth: { day: 'numeric', month: 'short' },
  dayMonthYear: { day: 'numeric', month: 'short', year: 'numeric' },
  dayKey: { year: 'numeric', month: '2-digit', day: '2-digit' },
  hour: { hour: 'numeric', hourCycle: 'h23' },
}
const LOCALE: Readonly<Record<Language, string>> = { en: 'en-GB', ja: 'ja-JP' }
const formats = new Map<string, Intl.DateTimeFormat>()

function written(shape: Shape, at: number, reader: Reader): string {
  const key = `${shape} ${reader.language} ${reader.timeZone ?? ''}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE[reader.language], {
      ...OPTIONS[shape],
      timeZone: reader.timeZone,
    })
    formats.set(key, format)
  }
  return format.format(at)
}

/** `14:05` */
export function clock(at: number, reader: Reader): string {
  return written('clock', at, reader)
}

/** Hour of the day in the reader's zone, 0 to 23. */
export function hourOf(at: number, reader: Reader): number {
  return Number.parseInt(written('hour', at, { ...reader, language: 'en' }), 10)
}

/** Equal for two instants of one calendar day in the reader's zone. */
export function dayKey(at: number, reader: Reader): string {
  return written('dayKey', at, { ...reader, language: 'en' })
}

/** Whole calendar days from `at` to `now` in the reader's zone. */
export function daysAgo(at: number, now: number, reader: Reader): number {
  const noon = (key: string): number => {
    const [day, month, year] = key.split('/').map(Number)
    return Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1)
  }
  return Math.round((noon(dayKey(now, reader)) - noon(dayKey(at, reader))) / 86_400_000)
}

/** Short weekday, `Mon` / `月`. */
export function weekday(at: number, reader: Reader): string {
  return written('weekday', at, reader)
}

/** Weekday in full where the language does so: `Monday` / `月曜`. */
export function weekdayLong(at: number, reader: Reader): string {
  return reader.language === 'ja' ? `${weekday(at, reader)}曜` : written('weekdayLong', at, reader)
}

/** `22 Nov` / `11月22日`, with the year where it is not this one. */
export function shortDay(at: number, now: number, reader: Reader): string {
  const sameYear = dayKey(at, reader).slice(-4) === dayKey(now, reader).slice(-4)
  return written(sameYear ? 'dayMonth' : 'dayMonthYear', at, reader)
}

/** Head of a day in a thread: `Today`, `Friday 20 November` / `11月20日(金)`, with the year where it is not this one. */
export function dayHead(at: number, now: number, reader: Reader): string {
  if (daysAgo(at, now, reader) === 0) return reader.language === 'ja' ? '今日' : 'Today'
  if (reader.language === 'ja') return `${shortDay(at, now, reader)}(${weekday(at, reader)})`
  const date = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    timeZone: reader.timeZone,
    ...(dayKey(at, reader).slice(-4) === dayKey(now, reader).slice(-4) ? {} : { year: 'numeric' }),
  }).format(at)
  return `${weekdayLong(at, reader)} ${date}`
}

/** `22 Nov 2026, 14:05` / `2026年11月22日(日) 14:05` */
export function fullDate(at: number, reader: Reader): string {
  const date = written('dayMonthYear', at, reader)
  return reader.language === 'ja'
    ? `${date}(${weekday(at, reader)}) ${clock(at, reader)}`
    : `${date}, ${clock(at, reader)}`
}

/** The time alone today, else day and time. */
export function dateTime(at: number, now: number, reader: Reader): string {
  if (daysAgo(at, now, reader) === 0) return clock(at, reader)
  return fullDate(at, reader)
}

/** For a row of a list: the time today, the weekday within a week, else the day. */
export function rowTime(at: number, now: number, reader: Reader): string {
  const days = daysAgo(at, now, reader)
  if (days <= 0) return clock(at, reader)
  return days < 7 ? weekday(at, reader) : shortDay(at, now, reader)
}

/** For a list over several days: `Mon 09:41` within a week, else `22 Nov 09:41`. */
export function dayAndClock(at: number, now: number, reader: Reader): string {
  const days = daysAgo(at, now, reader)
  if (days <= 0) return clock(at, reader)
  return `${days < 7 ? weekday(at, reader) : shortDay(at, now, reader)} ${clock(at, reader)}`
}

/** In a sentence: `at 08:52`, `on Tuesday at 08:52`, `on 22 Nov 2026, 08:52` / `08:52`, `火曜 08:52`, …. */
export function inSentence(at: number, now: number, reader: Reader): string {
  const days = daysAgo(at, now, reader)
  const time = clock(at, reader)
  const ja = reader.language === 'ja'
  if (days <= 0) return ja ? time : `at ${time}`
  if (days < 7) return ja ? `${weekdayLong(at, reader)} ${time}` : `on ${weekdayLong(at, reader)} at ${time}`
  return ja ? fullDate(at, reader) : `on ${fullDate(at, reader)}`
}

/** `Friday 20 November, 18:04` / `11月20日(金) 18:04`; `today, 08:52` / `今日 08:52`. */
export function spanEnd(at: number, now: number, reader: Reader): string {
  const ja = reader.language === 'ja'
  const day = daysAgo(at, now, reader) === 0 && !ja ? 'today' : dayHead(at, now, reader)
  return ja ? `${day} ${clock(at, reader)}` : `${day}, ${clock(at, reader)}`
}

/** Day of an instant as a date field has it, `2026-11-22`. */
export function fieldDay(at: number, reader: Reader): string {
  const [day, month, year] = dayKey(at, reader).split('/')
  return `${year}-${month}-${day}`
}

/**
 * When a day of a date field begins for the reader. Searched rather than computed, so that a change of summer time does not matter.
 * @returns undefined where the text is no day
 */
export function startOfDay(field: string, reader: Reader): number | undefined {
  const noon = Date.parse(`${field}T12:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(field) || Number.isNaN(noon)) return undefined
  // No zone is further away than 14 hours.
  let before = noon - 27 * 3_600_000
  let within = noon + 15 * 3_600_000
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (fieldDay(middle, reader) < field) before = middle
    else within = middle
  }
  return within
}

/** The end of the reader's day, as an instant. Searched rather than computed, so that a change of summer time does not matter. */
export function endOfDay(now: number, reader: Reader): number {
  const today = dayKey(now, reader)
  let low = now
  let high = now + 26 * 3_600_000
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (dayKey(middle, reader) === today) low = middle
    else high = middle
  }
  return high
}
