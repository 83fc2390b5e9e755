/** A line of time from the first message to the moment of signing in; places are fractions of its length. */
export interface Strip {
  readonly marks: readonly number[]
  readonly nights: readonly { readonly from: number; readonly to: number }[]
  readonly days: readonly {
    readonly at: number
    readonly from: number
    readonly to: number
    readonly count: number
  }[]
}

const HOUR = 3_600_000
/** Shorter than this a line of time says nothing, longer it has no room for its days. */
const SHORTEST = 6 * HOUR
const LONGEST = 10 * 24 * HOUR

/**
 * Where messages lie between the first of them and `to`. Pure; days and hours are those of the reader's zone. Nights are 20 to 7 o'clock.
 * @returns undefined where the span is too short or too long to draw
 */
export function stripOf(
  times: readonly number[],
  to: number,
  dayOf: (at: number) => string,
  hourOf: (at: number) => number,
): Strip | undefined {
  const first = Math.min(...times)
  const from = first - Math.max(HOUR, (to - first) * 0.02)
  const span = to - from
  if (times.length === 0 || span < SHORTEST || span > LONGEST) return undefined
  const place = (at: number): number => Math.min(1, Math.max(0, (at - from) / span))
  const days: { at: number; from: number; to: number; count: number }[] = []
  const nights: { from: number; to: number }[] = []
  const step = HOUR / 4
  for (let at = from; at < to; at += step) {
    const day = days.at(-1)
    if (!day || dayOf(day.at) !== dayOf(at))
      days.push({ at, from: place(at), to: place(at + step), count: 0 })
    else day.to = place(at + step)
    const hour = hourOf(at)
    if (hour >= 7 && hour < 20) continue
    const night = nights.at(-1)
    if (night && Math.abs(night.to - place(at)) < 1e-6) night.to = place(at + step)
    else nights.push({ from: place(at), to: place(at + step) })
  }
  for (const time of times) {
    const day = days.find((d) => dayOf(d.at) === dayOf(time))
    if (day) day.count++
  }
  return { marks: times.map(place), nights, days }
}
