import { conversationsIn, type Line, type State, shownRun, type Uri } from '../model.ts'
import { unreadLines } from '../seen.ts'

/** What one person wrote while I was away. */
export interface Group {
  readonly person: Uri
  /** Messages, also those whose text is not here yet. */
  readonly count: number
  /** The oldest ones, in order; undefined until they have been read from the server. */
  readonly lines: readonly Line[] | undefined
}

/** Unread inbox lines of one person, oldest first, as far as they are on this device. */
function unreadInbox(state: State, person: Uri): readonly Line[] | undefined {
  const timeline = state.timelines.get(person)
  if (!timeline?.loaded) return undefined
  const { lines } = shownRun(timeline)
  const unread = new Set<string>()
  for (const thread of state.threads.values()) {
    if (thread.person === person) for (const line of unreadLines(lines, thread)) unread.add(line.id)
  }
  return lines.filter((line) => line.inbox && unread.has(line.id))
}

/**
 * The groups a moment later. What was there stays where it is and as it is, read or not; who wrote later is added at the end (ux.md 1.1
 * row 7). At first the one who has waited longest is first.
 */
export function nextGroups(old: readonly Group[], state: State): readonly Group[] {
  const waiting = new Map(
    conversationsIn(state)
      .filter((one) => one.unreadInbox > 0)
      .map((one) => [one.person, one]),
  )
  const grown = old.map((group) => withNews(group, state, waiting.get(group.person)?.unreadInbox ?? 0))
  const known = new Set(old.map((group) => group.person))
  const added = [...waiting.values()]
    .filter((one) => !known.has(one.person))
    .sort((a, b) => (a.oldestUnread ?? a.lastAt) - (b.oldestUnread ?? b.lastAt))
    .map((one) =>
      withNews({ person: one.person, count: one.unreadInbox, lines: undefined }, state, one.unreadInbox),
    )
  const changed = added.length > 0 || grown.some((group, n) => group !== old[n])
  return changed ? [...grown, ...added] : old
}

function withNews(group: Group, state: State, unread: number): Group {
  const here = unreadInbox(state, group.person)
  const known = new Set(group.lines?.map((line) => line.id))
  const news = here?.filter((line) => !known.has(line.id)) ?? []
  const lines = here && (news.length > 0 || !group.lines) ? [...(group.lines ?? []), ...news] : group.lines
  const count = Math.max(group.count, unread, lines?.length ?? 0)
  return lines === group.lines && count === group.count ? group : { ...group, lines, count }
}

/** Conversations that are read at a time: a server counts requests. */
const LANES = 4

/** Few at a time, in order. */
export async function inLanes<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items]
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}
