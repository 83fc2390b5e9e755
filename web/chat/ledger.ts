import type { Line } from '../model.ts'
import type { Item } from '../outbox.ts'
import { nextVisit, type Visit, wasThere } from '../visits.ts'

/** What stands in the ledger: a line of the thread, or a message that is on this device only. */
export type Entry = Line | Item

export function isItem(entry: Entry): entry is Item {
  return 'key' in entry
}

export function idOf(entry: Entry): string {
  return isItem(entry) ? entry.key : entry.id
}

function isOwn(entry: Entry): boolean {
  return isItem(entry) || entry.own
}

/** Messages that were refused or held back stand where they were written; what still has to leave stands last. */
export function entriesOf(lines: readonly Line[], items: readonly Item[]): readonly Entry[] {
  const stays = items.filter((item) => item.state === 'refused' || item.state === 'held')
  const leaves = items.filter((item) => !stays.includes(item))
  if (stays.length === 0) return [...lines, ...leaves]
  const merged: Entry[] = [...lines]
  for (const item of stays) {
    let place = merged.length
    while (place > 0 && (merged[place - 1]?.at ?? 0) > item.at) place--
    merged.splice(place, 0, item)
  }
  return [...merged, ...leaves]
}

/** What a thread shows, from top to bottom: the ledger of design README 1.2, with days and the lit line of 1.3. */
export type Row =
  | { readonly kind: 'day'; readonly at: number }
  | { readonly kind: 'line'; readonly line: Entry; readonly first: boolean }
  /** Came while I was not there; `until` is when I was there again, where that is known. */
  | {
      readonly kind: 'night'
      readonly rows: readonly Row[]
      readonly count: number
      readonly until: number | undefined
    }
  | { readonly kind: 'new' }

/** A message that was on a device within this time did not wait for its reader. */
const WAITED_MS = 60_000

export interface LedgerOptions {
  readonly dayOf: (at: number) => string
  /** When this device was there (`visits.ts`). */
  readonly visits: readonly Visit[]
  /** The line that was the first unread one when the conversation was opened. */
  readonly firstUnread: string | undefined
}

/**
 * Did it wait for me while no device of mine was there? Held back by Do Not Disturb or not looked at is not that. Where the server does
 * not say when a device had it, this device's own memory decides.
 */
export function waitedInTheNight(line: Entry, visits: readonly Visit[]): boolean {
  if (isItem(line) || line.own || !line.inbox) return false
  return line.deliveredAt === undefined ? !wasThere(visits, line.at) : line.deliveredAt - line.at > WAITED_MS
}

function arrivedAt(line: Line, visits: readonly Visit[]): number | undefined {
  return line.deliveredAt ?? nextVisit(visits, line.at)
}

/** Orders lines into rows. Pure; the days of the reader's zone come from `dayOf`. */
export function ledger(lines: readonly Entry[], options: LedgerOptions): readonly Row[] {
  const rows: Row[] = []
  let day: string | undefined
  let previous: Entry | undefined
  for (let index = 0; index < lines.length; ) {
    const line = lines[index]
    if (!line) break
    const today = options.dayOf(line.at)
    const newDay = today !== day
    if (newDay) rows.push({ kind: 'day', at: line.at })
    day = today
    if (waitedInTheNight(line, options.visits)) {
      const night = nightFrom(lines, index, options.visits)
      rows.push(nightRow(night, options))
      day = options.dayOf(night.at(-1)?.at ?? line.at)
      previous = undefined
      index += night.length
      continue
    }
    const isNew = idOf(line) === options.firstUnread
    if (isNew) rows.push({ kind: 'new' })
    rows.push({ kind: 'line', line, first: newDay || isNew || !previous || isOwn(previous) !== isOwn(line) })
    previous = line
    index++
  }
  return rows
}

/** One night: what waited for the same arrival. */
function nightFrom(lines: readonly Entry[], start: number, visits: readonly Visit[]): readonly Line[] {
  const night: Line[] = []
  for (const line of lines.slice(start)) {
    if (isItem(line) || !waitedInTheNight(line, visits)) break
    const first = night[0]
    if (first && Math.abs((arrivedAt(first, visits) ?? 0) - (arrivedAt(line, visits) ?? 0)) > WAITED_MS) break
    night.push(line)
  }
  return night
}

function nightRow(night: readonly Line[], options: LedgerOptions): Row {
  const rows: Row[] = []
  let day = options.dayOf(night[0]?.at ?? 0)
  night.forEach((line, index) => {
    const today = options.dayOf(line.at)
    const newDay = today !== day
    if (newDay) rows.push({ kind: 'day', at: line.at })
    day = today
    rows.push({ kind: 'line', line, first: index === 0 || newDay })
  })
  const last = night.at(-1)
  return { kind: 'night', rows, count: night.length, until: last && arrivedAt(last, options.visits) }
}
