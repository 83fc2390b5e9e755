import type { Brand } from '../base/brand.ts'

/** Milliseconds since 1970 in UTC. Durations come from a monotonic clock, never from two Instants (SECURITY 64). */
export type Instant = Brand<number, 'Instant'>

/** Later than anything: what is kept for ever (`OfflineIMRetentionDays` 0). */
export const FOREVER = Number.MAX_SAFE_INTEGER as Instant

export function instant(ms: number): Instant {
  return ms as Instant
}

export function after(now: Instant, ms: number): Instant {
  return (now + ms) as Instant
}

/**
 * @param days parts of a day too
 * @returns FOREVER for 0 days (offline-im section 10)
 */
export function daysAfter(now: Instant, days: number): Instant {
  return days === 0 ? FOREVER : after(now, Math.round(days * 86_400_000))
}
