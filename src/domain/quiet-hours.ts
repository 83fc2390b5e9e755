/**
 * Hours in which a person wants no notification and no sound (ux.md 1.2). Written as one text, the same in settings, cmdlets and
 * configuration: `Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00`, or `Never`. A span that ends at or before its start ends on the next day;
 * the day is that of its start.
 */
export type QuietHours = readonly QuietSpan[]

export interface QuietSpan {
  /** The day on which it begins. */
  readonly day: Weekday
  /** Minutes after midnight, 0 to 1439. */
  readonly from: number
  /** Minutes after midnight, 1 to 1440; at or below `from` it is on the next day. */
  readonly to: number
}

export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** The text of no quiet hours; other than an unset value, which leaves it to the organisation. */
export const NEVER_QUIET = 'Never'
const DAY_MINUTES = 1440
/** A text of a peer is at most this long. */
export const MAX_QUIET_HOURS = 300

/** @returns undefined when the text is none, or says two things of one day */
export function parseQuietHours(text: string): QuietHours | undefined {
  const given = text.trim()
  if (given.length > MAX_QUIET_HOURS) return undefined
  if (given.toLowerCase() === NEVER_QUIET.toLowerCase()) return []
  const spans: QuietSpan[] = []
  for (const part of given.split(';')) {
    const [days, hours, more] = part.trim().split(/\s+/)
    const between = parseHours(hours ?? '')
    const on = parseDays(days ?? '')
    if (!between || !on || more !== undefined) return undefined
    for (const day of on) spans.push({ day, ...between })
  }
  const days = spans.map((span) => span.day)
  if (new Set(days).size !== days.length) return undefined
  return spans.sort((a, b) => WEEKDAYS.indexOf(a.day) - WEEKDAYS.indexOf(b.day))
}

/** The shortest text that says the same: days in a row with equal hours are one part. */
export function formatQuietHours(hours: QuietHours): string {
  if (hours.length === 0) return NEVER_QUIET
  return groupQuietHours(hours)
    .map(({ runs, from, to }) => `${formatRuns(runs)} ${clockText(from)}-${clockText(to)}`)
    .join('; ')
}

/** Days with equal hours; days in a row are one run. */
export interface QuietGroup {
  readonly runs: readonly (readonly Weekday[])[]
  readonly from: number
  readonly to: number
}

export function groupQuietHours(hours: QuietHours): readonly QuietGroup[] {
  const groups = new Map<string, QuietSpan[]>()
  for (const span of hours) {
    const key = `${span.from}-${span.to}`
    groups.set(key, [...(groups.get(key) ?? []), span])
  }
  return [...groups.values()].flatMap((spans) => {
    const [first] = spans
    return first ? [{ runs: runsOf(spans.map(({ day }) => day)), from: first.from, to: first.to }] : []
  })
}

/** A moment as a clock on the wall shows it. */
export interface WallTime {
  readonly day: Weekday
  /** Minutes after midnight. */
  readonly minute: number
}

/** Whether that moment lies in the quiet hours: in a span of its own day, or in one that began the day before. */
export function isQuiet(hours: QuietHours, at: WallTime): boolean {
  const yesterday = WEEKDAYS[(WEEKDAYS.indexOf(at.day) + 6) % 7]
  return hours.some(({ day, from, to }) => {
    if (day === at.day && at.minute >= from && (to <= from || at.minute < to)) return true
    return day === yesterday && to <= from && at.minute < to
  })
}

/**
 * When quiet hours that hold at `at` end, on the same clock.
 * @returns undefined when it is not quiet then, or never ends
 */
export function quietUntil(hours: QuietHours, at: WallTime): WallTime | undefined {
  if (!isQuiet(hours, at)) return undefined
  const today = WEEKDAYS.indexOf(at.day)
  for (let ahead = 1; ahead <= 7 * DAY_MINUTES; ahead++) {
    const minutes = at.minute + ahead
    const day = WEEKDAYS[(today + Math.floor(minutes / DAY_MINUTES)) % 7] ?? at.day
    const then = { day, minute: minutes % DAY_MINUTES }
    if (!isQuiet(hours, then)) return then
  }
  return undefined
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** @param at milliseconds since 1970 @param timeZone IANA name; undefined is that of the process */
export function wallTime(at: number, timeZone: string | undefined): WallTime {
  const key = timeZone ?? ''
  const clock =
    clocks.get(key) ??
    new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    })
  clocks.set(key, clock)
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const day = WEEKDAYS.find((weekday) => weekday === parts.get('weekday')) ?? 'Mon'
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
}

/** `22:05`; 1440 is `24:00`. */
export function clockText(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function parseHours(text: string): { from: number; to: number } | undefined {
  const match = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(text)
  if (!match) return undefined
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number)
  if (fromMinute > 59 || toMinute > 59) return undefined
  const from = fromHour * 60 + fromMinute
  const to = toHour * 60 + toMinute
  if (from >= DAY_MINUTES || to > DAY_MINUTES) return undefined
  return { from, to: to === 0 ? DAY_MINUTES : to }
}

function parseDays(text: string): readonly Weekday[] | undefined {
  if (text.toLowerCase() === 'daily') return WEEKDAYS
  const days: Weekday[] = []
  for (const part of text.split(',')) {
    const [from, to, more] = part.split('-').map(weekdayOf)
    if (from === undefined || more !== undefined || (part.includes('-') && to === undefined)) return undefined
    const first = WEEKDAYS.indexOf(from)
    const last = WEEKDAYS.indexOf(to ?? from)
    for (let n = 0; n <= (last - first + 7) % 7; n++) days.push(WEEKDAYS[(first + n) % 7] ?? from)
  }
  return days
}

function weekdayOf(name: string): Weekday | undefined {
  return WEEKDAYS.find((day) => day.toLowerCase() === name.toLowerCase())
}

function formatRuns(runs: QuietGroup['runs']): string {
  if (runs[0]?.length === WEEKDAYS.length) return 'Daily'
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',')
}

function runsOf(days: readonly Weekday[]): QuietGroup['runs'] {
  const runs: Weekday[][] = []
  for (const day of days) {
    const last = runs.at(-1)
    const before = last?.at(-1)
    if (last && before && WEEKDAYS.indexOf(day) === WEEKDAYS.indexOf(before) + 1) last.push(day)
    else runs.push([day])
  }
  return runs
}
