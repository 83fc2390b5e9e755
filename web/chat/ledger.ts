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

/**
 * One message of a thread with what stands around it: the ledger of design README 1.2, with days and the lit line of 1.3. Rows are
 * flat, so that any stretch of them can be on the page.
 */
export interface Row {
  readonly entry: Entry
  /** Its writer is named: the first of a group. */
  readonly first: boolean
  /** A day begins with it. */
  readonly day: boolean
  /** It was the first unread one when the conversation was opened. */
  readonly isNew: boolean
  /** It came while I was not there and hangs on the lit line. */
  readonly night: Night | undefined
}

export interface Night {
  /** The letterbox stands above it. */
  readonly begins: boolean
  /** Messages of this night; undefined where not all of them are here. */
  readonly count: number | undefined
  /** The lamp stands below it. */
  readonly ends: boolean
  /** When I was there again, where that is known. */
  readonly until: number | undefined
}

/** Where this device was there itself, a message that was on a device within this time did not wait for its reader. */
const WAITED_MS = 60_000
/** Where it was not there, one that was on another device so soon was live there. */
const LIVE_MS = 1000

export interface LedgerOptions {
  readonly dayOf: (at: number) => string
  /** When this device was there (`visits.ts`). */
  readonly visits: readonly Visit[]
  /** The line that was the first unread one when the conversation was opened. */
  readonly firstUnread: string | undefined
  /** Whether the conversation goes on before and after these lines: a night at the border is then not known whole. */
  readonly hasEarlier?: boolean
  readonly hasLater?: boolean
}

/**
 * Did it wait for me while no device of mine was there? Held back by Do Not Disturb or not looked at is not that. Where the server does
 * not say when a device had it, this device's own memory decides.
 */
function waitedInTheNight(line: Entry, visits: readonly Visit[]): boolean {
  if (isItem(line) || line.own || !line.inbox) return false
  const here = wasThere(visits, line.at)
  if (line.deliveredAt === undefined) return !here
  return line.deliveredAt - line.at > (here ? WAITED_MS : LIVE_MS)
}

function arrivedAt(line: Line, visits: readonly Visit[]): number | undefined {
  return line.deliveredAt ?? nextVisit(visits, line.at)
}

/** Orders lines into rows. Pure; the days of the reader's zone come from `dayOf`. */
export function ledger(entries: readonly Entry[], options: LedgerOptions): readonly Row[] {
  const nights = nightsOf(entries, options)
  let day: string | undefined
  let previous: Entry | undefined
  return entries.map((entry, index) => {
    const today = options.dayOf(entry.at)
    const night = nights[index]
    const startsDay = today !== day
    const isNew = idOf(entry) === options.firstUnread
    const startsGroup =
      startsDay ||
      isNew ||
      !previous ||
      isOwn(previous) !== isOwn(entry) ||
      night?.begins === true ||
      (night === undefined) !== (nights[index - 1] === undefined)
    day = today
    previous = entry
    return { entry, first: startsGroup, day: startsDay, isNew, night }
  })
}

/** For each entry the night it belongs to: what waited for the same arrival hangs on one line. */
function nightsOf(entries: readonly Entry[], options: LedgerOptions): readonly (Night | undefined)[] {
  const nights: (Night | undefined)[] = []
  for (let index = 0; index < entries.length; ) {
    const length = nightLength(entries, index, options.visits)
    if (length === 0) {
      nights.push(undefined)
      index++
      continue
    }
    const beginsHere = index > 0 || !options.hasEarlier
    const endsHere = index + length < entries.length || !options.hasLater
    const last = entries[index + length - 1]
    const until = last && !isItem(last) ? arrivedAt(last, options.visits) : undefined
    for (let n = 0; n < length; n++) {
      nights.push({
        begins: n === 0 && beginsHere,
        count: beginsHere && endsHere ? length : undefined,
        ends: n === length - 1 && endsHere,
        until,
      })
    }
    index += length
  }
  return nights
}

function nightLength(entries: readonly Entry[], start: number, visits: readonly Visit[]): number {
  const first = entries[start]
  if (!first || isItem(first) || !waitedInTheNight(first, visits)) return 0
  const arrival = arrivedAt(first, visits) ?? 0
  let end = start + 1
  for (; end < entries.length; end++) {
    const line = entries[end]
    if (!line || isItem(line) || !waitedInTheNight(line, visits)) break
    if (Math.abs(arrival - (arrivedAt(line, visits) ?? 0)) > WAITED_MS) break
  }
  return end - start
}
