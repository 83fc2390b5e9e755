import { wallTime } from '../../../src/domain/quiet-hours.ts'
import type { Reader } from '../../i18n/dates.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

/**
 * The next moment at which a clock on the reader's wall shows `text`.
 * @param text `15:00` @returns milliseconds since 1970; undefined when the text is no time
 */
export function atClock(text: string, now: number, reader: Reader): number | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(text)
  if (!match) return undefined
  const wanted = Number(match[1]) * 60 + Number(match[2])
  const { minute } = wallTime(now, reader.timeZone)
  const ahead = (wanted - minute + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
  const at = Math.floor(now / MINUTE_MS) * MINUTE_MS + ahead * MINUTE_MS
  // Where summer time begins or ends in between, the wall is an hour off.
  const off = wanted - wallTime(at, reader.timeZone).minute
  return at + (((off + DAY_MINUTES / 2 + DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2) * MINUTE_MS
}
