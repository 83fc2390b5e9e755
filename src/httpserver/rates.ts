/** A clock for durations only. */
export interface Clock {
  monotonicMs(): number
}

/** Token buckets by name. */
export interface Rates {
  /** Takes one. @returns 0, or the milliseconds until there is one again. */
  take(name: string): number
}

const MAX_NAMES = 10_000

/** `perSecond` come back each second, at most `burst` are there. Names that are full again are forgotten. */
export function createRates(rate: { perSecond: number; burst: number }, clock: Clock): Rates {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const refilled = (bucket: { tokens: number; at: number }, now: number) =>
    Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond)
  return {
    take(name) {
      const now = clock.monotonicMs()
      const bucket = buckets.get(name)
      const tokens = bucket ? refilled(bucket, now) : rate.burst
      if (tokens < 1) return Math.ceil(((1 - tokens) / Math.max(rate.perSecond, 0.001)) * 1000)
      // Re-inserting keeps the map in the order of use, so that the oldest names come first.
      buckets.delete(name)
      buckets.set(name, { tokens: tokens - 1, at: now })
      for (const [old, its] of buckets) {
        if (buckets.size <= MAX_NAMES && refilled(its, now) < rate.burst) break
        if (old === name) break
        buckets.delete(old)
      }
      return 0
    },
  }
}
