import { type Bucket, fullBucket, isFull, type Rate, takeToken } from '../domain/rates.ts'

/** A clock for durations only. */
export interface Clock {
  monotonicMs(): number
}

/** Token buckets by name. */
export interface Rates {
  /** Takes one. @returns 0, or the milliseconds until there is one again. */
  take(name: string): number
}

/** Above this the names that are used least go, whatever they have left: an attacker with many addresses gets no memory. */
const MAX_NAMES = 10_000

/** A bucket of `rate` for each name. */
export function createRates(rate: Rate, clock: Clock): Rates {
  const buckets = new Map<string, Bucket>()
  return {
    take(name) {
      const now = clock.monotonicMs()
      const { bucket, waitMs } = takeToken(buckets.get(name) ?? fullBucket(rate, now), rate, now)
      // Re-inserting keeps the map in the order of use, so that the oldest names come first.
      buckets.delete(name)
      buckets.set(name, bucket)
      for (const [oldest, its] of buckets) {
        if (buckets.size <= MAX_NAMES && !isFull(its, rate, now)) break
        if (oldest === name) break
        buckets.delete(oldest)
      }
      return waitMs
    },
  }
}
