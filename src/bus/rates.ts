import type { Clock, Limits, Rates } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import { type Bucket, fullBucket, isFull, type Rate, takeToken } from '../domain/rates.ts'

/** Buckets that would be full again are forgotten whenever so many are held. */
const SWEEP_ABOVE = 10_000

/** The senders' rates of DECISIONS 25 in memory. */
export function createRates(needs: {
  readonly clock: Clock
  readonly limits: Pick<Limits, 'messagesPerSecond' | 'messagesBurst' | 'messagesPerMinuteToAbsent'>
}): Rates {
  const { clock, limits } = needs
  const perSender: Rate = { perSecond: limits.messagesPerSecond, burst: limits.messagesBurst }
  const perAbsent: Rate = {
    perSecond: limits.messagesPerMinuteToAbsent / 60,
    burst: limits.messagesPerMinuteToAbsent,
  }
  const senders = createBuckets<AccountId>(perSender, clock)
  const absent = createBuckets<string>(perAbsent, clock)
  return {
    takeMessage: senders,
    takeAbsent: (sender, recipient) => absent(`${sender} ${recipient}`),
  }
}

function createBuckets<K>(rate: Rate, clock: Clock): (key: K) => number {
  const buckets = new Map<K, Bucket>()
  let sweepAt = SWEEP_ABOVE
  return (key) => {
    const nowMs = clock.monotonicMs()
    const taken = takeToken(buckets.get(key) ?? fullBucket(rate, nowMs), rate, nowMs)
    buckets.set(key, taken.bucket)
    if (buckets.size > sweepAt) {
      for (const [known, bucket] of buckets) if (isFull(bucket, rate, nowMs)) buckets.delete(known)
      sweepAt = Math.max(SWEEP_ABOVE, 2 * buckets.size)
    }
    return taken.waitMs
  }
}
