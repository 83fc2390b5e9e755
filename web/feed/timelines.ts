import type { Line, Run, State, Timeline, Uri } from '../model.ts'
import { embeddedAll, href, type Resource } from '../ucwa/wire.ts'
import { joined, LONGEST_RUN, withEarlier, withinRun, withLater, withLine } from './runs.ts'
import { lineOf } from './threads.ts'

// What is on this device of each conversation: `Timeline` of the model, and how pages and events change it. All pure.

const NONE: Timeline = { lines: [], hasEarlier: false, loaded: false, past: undefined }
/** What stays of a conversation that nobody looks at. */
const KEPT = 200
/** Lines up to now while nobody drops some: the view does so long before (`withFarDropped`). */
const MOST_LIVE = 2000

export function withTimeline(state: State, person: Uri, timeline: Timeline): State {
  return { ...state, timelines: new Map(state.timelines).set(person, timeline) }
}

/** A page of `timeline` (ucwa.md section 15), oldest first. */
export function pageOf(page: Resource, person: Uri): Run {
  const lines = embeddedAll(page, 'conversationLogTranscript')
    .map((r) => lineOf(r, person))
    .filter((line) => line !== undefined)
  return {
    lines,
    hasEarlier: href(page, 'earlier') !== undefined,
    hasLater: href(page, 'later') !== undefined,
  }
}

/** A line of the feed: new, late, or a known one with another state. */
export function withArrival(old: Timeline | undefined, line: Line): Timeline {
  const timeline = old ?? NONE
  const live = withinRun({ ...timeline, hasLater: false }, line)
  const cut = live.lines.length > MOST_LIVE
  return {
    ...timeline,
    lines: cut ? live.lines.slice(-LONGEST_RUN) : live.lines,
    hasEarlier: live.hasEarlier || cut,
    past: timeline.past && withinRun(timeline.past, line),
  }
}

/** The newest page replaces what was there but for lines that are newer than it, so that no hole is left. */
export function withNewest(state: State, person: Uri, page: Run): State {
  const old = state.timelines.get(person)
  const from = page.lines[0]?.at ?? 0
  const known = new Set(page.lines.map((line) => line.id))
  const newer = (old?.lines ?? []).filter((line) => line.at >= from && !known.has(line.id))
  const lines = newer.reduce(withLine, page.lines)
  // What was the end of everything may have become an end in the middle.
  const past = old?.past && { ...old.past, hasLater: true }
  return withTimeline(state, person, met({ lines, hasEarlier: page.hasEarlier, loaded: true, past }))
}

/** A page somewhere in the middle becomes what is read; where it reaches the lines up to now they are one. */
export function withPast(state: State, person: Uri, page: Run): State {
  const timeline = state.timelines.get(person) ?? NONE
  if (page.lines.length === 0) return state
  return withTimeline(state, person, met({ ...timeline, past: page }))
}

/** The page before the first line of what is read. */
export function withEarlierPage(state: State, person: Uri, page: Run): State {
  const timeline = state.timelines.get(person) ?? NONE
  if (timeline.past)
    return withTimeline(state, person, { ...timeline, past: withEarlier(timeline.past, page) })
  const live: Run = { lines: timeline.lines, hasEarlier: timeline.hasEarlier, hasLater: false }
  const run = withEarlier(live, page)
  if (!run.hasLater) return withTimeline(state, person, { ...timeline, ...only(run) })
  // Too long for one run: the reader goes on in the past, and the newest lines stay for whoever looks at them.
  return withTimeline(state, person, {
    ...timeline,
    lines: timeline.lines.slice(-KEPT),
    hasEarlier: true,
    past: run,
  })
}

/** The page behind the last line of what is read. */
export function withLaterPage(state: State, person: Uri, page: Run): State {
  const timeline = state.timelines.get(person) ?? NONE
  if (!timeline.past) return state
  return withTimeline(state, person, met({ ...timeline, past: withLater(timeline.past, page) }))
}

function met(timeline: Timeline): Timeline {
  const { past } = timeline
  const live: Run = { lines: timeline.lines, hasEarlier: timeline.hasEarlier, hasLater: false }
  const one = past && joined(past, live)
  return one ? { ...timeline, ...only(one), past: undefined } : timeline
}

function only({ lines, hasEarlier }: Run): Pick<Timeline, 'lines' | 'hasEarlier'> {
  return { lines, hasEarlier }
}

/** Back to the lines up to now. */
export function withoutPast(state: State, person: Uri): State {
  const timeline = state.timelines.get(person)
  return timeline?.past ? withTimeline(state, person, { ...timeline, past: undefined }) : state
}

/** A conversation that was left keeps its newest lines only; with unread ones before them it is read again when it is opened. */
export function withFarDropped(state: State, person: Uri): State {
  const timeline = state.timelines.get(person)
  if (!timeline || (!timeline.past && timeline.lines.length <= KEPT)) return state
  const lines = timeline.lines.slice(-KEPT)
  const hasEarlier = timeline.hasEarlier || timeline.lines.length > KEPT
  const first = lines[0]?.at ?? 0
  const isMissing = [...state.threads.values()].some(
    (thread) => thread.person === person && thread.oldestUnread !== undefined && thread.oldestUnread < first,
  )
  return withTimeline(state, person, {
    lines,
    hasEarlier,
    loaded: timeline.loaded && !(hasEarlier && isMissing),
    past: undefined,
  })
}

/** All that is left of a conversation with somebody whom the directory no longer has: the newest page of each thread. */
export function withTranscripts(state: State, person: Uri, pages: readonly Resource[]): State {
  const lines = pages.flatMap((page) => pageOf(page, person).lines).reduce(withLine, [] as readonly Line[])
  return withTimeline(state, person, { lines, hasEarlier: false, loaded: true, past: undefined })
}
