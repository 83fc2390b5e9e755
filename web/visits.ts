import { keep, kept } from './kept.ts'

/** A stretch of time in which this device was signed in, in ms since 1970. */
export interface Visit {
  readonly from: number
  readonly to: number
}

const MOST = 60
/** Shorter interruptions are a reload or a weak network; the server waits as long before somebody counts as absent. */
const PAUSE_MS = 20_000

/** Adds that the device is signed in at `now` to what is known; a new visit begins after a pause. */
export function visited(visits: readonly Visit[], now: number): readonly Visit[] {
  const last = visits.at(-1)
  if (last && now - last.to <= PAUSE_MS + 60_000)
    return [...visits.slice(0, -1), { from: last.from, to: now }]
  return [...visits, { from: now, to: now }].slice(-MOST)
}

/** Was this device there at that time? */
export function wasThere(visits: readonly Visit[], at: number): boolean {
  return visits.some((visit) => visit.from <= at && at <= visit.to + PAUSE_MS)
}

/** When this device was next signed in after that time; undefined where it does not know. */
export function nextVisit(visits: readonly Visit[], at: number): number | undefined {
  return visits.find((visit) => visit.from > at)?.from
}

/** The visits of one account on this device. The server does not tell when it was that a message found its reader. */
export function readVisits(sip: string): readonly Visit[] {
  try {
    const value: unknown = JSON.parse(kept(`visits.${sip}`) ?? '[]')
    return Array.isArray(value) ? value.filter(isVisit) : []
  } catch {
    return []
  }
}

export function writeVisits(sip: string, visits: readonly Visit[]): void {
  keep(`visits.${sip}`, JSON.stringify(visits))
}

function isVisit(value: unknown): value is Visit {
  return (
    typeof value === 'object' &&
    value !== null &&
    'from' in value &&
    'to' in value &&
    typeof value.from === 'number' &&
    typeof value.to === 'number'
  )
}
