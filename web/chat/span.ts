/** The stretch of a run that is on the page: rows `from` up to, not including, `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Room around what is in view, in px: how much is on the page above and below it, and how high the view is. */
export interface Room {
  readonly above: number
  readonly below: number
  readonly view: number
}

/** Rows that come or go at a time: little enough for one frame. */
const STEP = 16
const FIRST = 60
const LEAD = 20
/** How much is kept ready beyond the view, and from where on it is taken off again; at least, and in heights of the view. */
const READY_PX = 1600
const READY_VIEWS = 1.5
const FAR_PX = 5000
const FAR_VIEWS = 4
/** Never more than this, whoever wants to keep rows. */
export const MOST = 800

/** The span with which reading starts at a row, with a little before it. */
export function spanAround(row: number, count: number): Span {
  const from = Math.max(0, row - LEAD)
  return { from: Math.max(0, Math.min(from, count - FIRST)), to: Math.min(count, from + FIRST) }
}

export function spanAtEnd(count: number): Span {
  return { from: Math.max(0, count - FIRST), to: count }
}

/**
 * The span a moment later: it grows ahead of the reader and loses what is far behind. Nothing changes while there is enough on both
 * sides, so that a page at rest is at rest.
 * @param keep rows that must stay where that is possible, such as those of a selection
 */
export function nextSpan(span: Span, count: number, room: Room, keep: boolean): Span {
  const ready = Math.max(READY_PX, room.view * READY_VIEWS)
  const far = Math.max(FAR_PX, room.view * FAR_VIEWS)
  const canDrop = !keep || span.to - span.from > MOST
  let { from, to } = span
  if (room.above < ready) from = Math.max(0, from - step(room.above, room.view))
  else if (room.above > far && canDrop) from = Math.min(from + STEP, to)
  if (room.below < ready) to = Math.min(count, to + step(room.below, room.view))
  else if (room.below > far && canDrop) to = Math.max(to - STEP, from)
  return { from, to }
}

/** The span by what stands at its edges, which holds while pages come and go before and after it. */
export interface Edges {
  readonly first: string
  /** undefined: up to the end, whatever comes. */
  readonly last: string | undefined
}

export function edgesOf({ from, to }: Span, ids: readonly string[]): Edges | undefined {
  const first = ids[from]
  const last = ids[to - 1]
  if (first === undefined || last === undefined) return undefined
  return { first, last: to === ids.length ? undefined : last }
}

/** @returns undefined where the rows at the edges are not there any more */
export function spanOf(edges: Edges | undefined, ids: readonly string[]): Span | undefined {
  if (!edges) return undefined
  const from = ids.indexOf(edges.first)
  const to = edges.last === undefined ? ids.length : ids.lastIndexOf(edges.last) + 1
  return from < 0 || to <= from ? undefined : { from, to }
}

/** More at a time where the reader is about to see the edge. */
function step(left: number, view: number): number {
  return left < view / 2 ? STEP * 2 : STEP
}
