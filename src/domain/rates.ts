/** A bucket of tokens that fills at a steady rate: `limits.messagesPerSecond` with a burst (DECISIONS 25). */
export interface Bucket {
  /** Tokens left at `atMs`; a fraction is a token on its way. */
  readonly tokens: number
  /** On the monotonic clock. */
  readonly atMs: number
}

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

export function fullBucket(rate: Rate, nowMs: number): Bucket {
  return { tokens: rate.burst, atMs: nowMs }
}

/** Takes one token. @returns the bucket afterwards and the wait in milliseconds: 0 when the token was there, else nothing was taken. */
export function takeToken(
  bucket: Bucket,
  rate: Rate,
  nowMs: number,
): { readonly bucket: Bucket; readonly waitMs: number } {
  const grown = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perSecond)
  if (grown >= 1) return { bucket: { tokens: grown - 1, atMs: nowMs }, waitMs: 0 }
  return {
    bucket: { tokens: grown, atMs: nowMs },
    waitMs: Math.max(1, Math.ceil(((1 - grown) * 1000) / rate.perSecond)),
  }
}

/** Nothing is lost when a bucket that would be full again is forgotten. */
export function isFull(bucket: Bucket, rate: Rate, nowMs: number): boolean {
  return bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perSecond >= rate.burst
}
