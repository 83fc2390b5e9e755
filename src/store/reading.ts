import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Threads } from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import type { Seq, ThreadId } from '../domain/message.ts'
import type { Instant } from '../domain/time.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { InboxCounts } from './inbox.ts'
import { PLACE } from './place.ts'
import { turnEnd } from './spans.ts'
import { MARK_CODE, type Write } from './writes.ts'

interface Side {
  readonly pair: number
  readonly up: number
  readonly unread: number
  readonly read_up_to: number
  readonly read_place: number
  readonly cleared: number
}

interface Place {
  readonly seq: number
  readonly place: number
}

type ReadingPort = Pick<
  Threads,
  'markRead' | 'markUnread' | 'markDelivered' | 'markAllDelivered' | 'releaseMarks'
>

/** How far a person has read a thread, and what the sender is shown of it: one place and a few marks, never a row (ARCHITECTURE, The hot path 6). */
export class Reading implements ReadingPort {
  readonly #engine: Engine
  readonly #committer: Committer
  readonly #inbox: InboxCounts

  constructor(engine: Engine, committer: Committer, inbox: InboxCounts) {
    this.#engine = engine
    this.#committer = committer
    this.#inbox = inbox
  }

  async markRead(
    owner: AccountId,
    thread: ThreadId,
    upTo: Seq,
    at: Instant,
    mark: boolean,
    receipt = true,
  ): Promise<{ readonly changed: number }> {
    await this.#committer.settled()
    const before = await this.#side(owner, thread)
    const newest = await this.#newestRow(owner, thread, upTo)
    if (!before || !newest || newest.seq <= before.read_up_to) return { changed: 0 }
    const marks = { recipient: owner, thread, upTo: newest.seq, ...markTime(at, mark) }
    const writes: Write[] = [
      await this.#readTo(owner, thread, newest),
      { kind: 'mark', mark: MARK_CODE.delivered, ...marks },
    ]
    if (receipt) writes.push({ kind: 'mark', mark: MARK_CODE.read, ...marks })
    await this.#committer.addFolded(...writes)
    this.#inbox.drop(owner)
    const after = await this.#side(owner, thread)
    return { changed: Math.max(0, before.unread - (after?.unread ?? 0)) }
  }

  /**
   * The write that moves the place of reading to a row: it counts what lies below or what lies above, whichever is short. In the middle
   * of a very long unread conversation the place gets there in steps, so many lines a turn of the event loop (SECURITY 25).
   */
  async #readTo(owner: AccountId, thread: ThreadId, { seq, place }: Place): Promise<Write> {
    for (;;) {
      const side = await this.#side(owner, thread)
      const end = side && (await turnEnd(this.#engine, side.pair, Math.max(side.read_place, side.cleared)))
      if (end === undefined || end >= place) return { kind: 'readStretch', owner, thread, upTo: seq, place }
      if ((await turnEnd(this.#engine, side?.pair ?? 0, place)) === undefined)
        return { kind: 'readUpTo', owner, thread, upTo: seq, place }
      const [step] = await this.#engine.query<{ seq: number }>(
        `select t.seq from timeline t where t.pair = ?1 and t.place <= ?2 and t.place >= ?3 and t.thread = ?4 and t.up = ?5
         order by t.place desc limit 1`,
        side?.pair ?? 0,
        end,
        side?.read_place ?? 0,
        thread,
        side?.up ?? 0,
      )
      // A stretch that holds nothing to the owner moves the place alone.
      const upTo = Math.max(step?.seq ?? 0, side?.read_up_to ?? 0)
      await this.#committer.addFolded({ kind: 'readStretch', owner, thread, upTo, place: end })
      await nextTurn()
    }
  }

  /** The newest row to the owner in the thread, up to a number. */
  async #newestRow(owner: AccountId, thread: ThreadId, upTo: Seq): Promise<Place | undefined> {
    const [row] = await this.#engine.query<Place>(
      `select m.seq, ${PLACE} as place from message m where m.recipient = ?1 and m.seq <= ?2 and m.thread = ?3
       order by m.seq desc limit 1`,
      owner,
      upTo,
      thread,
    )
    return row
  }

  async markUnread(owner: AccountId, thread: ThreadId, from: Seq): Promise<{ readonly changed: number }> {
    await this.#committer.settled()
    const before = (await this.#side(owner, thread))?.unread ?? 0
    const [row] = await this.#engine.query<{ place: number }>(
      `select ${PLACE} as place from message m where m.recipient = ?1 and m.seq >= ?2 order by m.seq limit 1`,
      owner,
      from,
    )
    if (!row) return { changed: 0 }
    await this.#committer.addFolded({ kind: 'unreadFrom', owner, thread, from, place: row.place })
    this.#inbox.drop(owner)
    const after = await this.#side(owner, thread)
    return { changed: Math.max(0, (after?.unread ?? 0) - before) }
  }

  markDelivered(owner: AccountId, thread: ThreadId, upTo: Seq, at: Instant, mark: boolean): Promise<void> {
    return this.#committer.add({
      kind: 'mark',
      recipient: owner,
      thread,
      mark: MARK_CODE.delivered,
      upTo,
      ...markTime(at, mark),
    })
  }

  async markAllDelivered(
    owner: AccountId,
    upTo: Seq,
    at: Instant,
    mark: boolean,
  ): Promise<readonly { thread: ThreadId; sender: AccountId }[]> {
    await this.#committer.settled()
    // What was read has its mark; so only threads with unread rows can lack one.
    const rows = await this.#engine.query<{ thread: ThreadId; sender: AccountId; newest: Seq }>(
      `select s.thread, s.peer as sender, max(t.seq) as newest from thread_side s
       join timeline t on t.pair = s.pair and t.thread = s.thread and t.up = s.up
         and t.place >= s.read_place and t.seq > s.read_up_to and t.seq <= ?2
       where s.owner = ?1 and s.unread > 0 group by s.thread, s.peer
       having max(t.seq) > coalesce((select max(k.up_to) from mark k
         where k.recipient = ?1 and k.thread = s.thread and k.kind = ${MARK_CODE.delivered}), 0)`,
      owner,
      upTo,
    )
    await Promise.all(rows.map((row) => this.markDelivered(owner, row.thread, row.newest, at, mark)))
    return rows.map(({ thread, sender }) => ({ thread, sender }))
  }

  async releaseMarks(
    owner: AccountId,
    at: Instant,
    thread?: ThreadId,
  ): Promise<readonly { thread: ThreadId; sender: AccountId }[]> {
    await this.#committer.settled()
    const rows = await this.#engine.query<{ thread: ThreadId; sender: AccountId }>(
      `select distinct k.thread, s.peer as sender from mark k
       join thread_side s on s.owner = k.recipient and s.thread = k.thread
       where k.recipient = ?1 and k.at is null`,
      owner,
    )
    const released = thread === undefined ? rows : rows.filter((row) => row.thread === thread)
    if (released.length === 0) return []
    await this.#committer.add(
      thread === undefined
        ? { kind: 'releaseAllMarks', recipient: owner, at }
        : { kind: 'releaseMarks', recipient: owner, thread, at },
    )
    return released.map(({ thread: id, sender }) => ({ thread: id, sender }))
  }

  async #side(owner: AccountId, thread: ThreadId): Promise<Side | undefined> {
    const [side] = await this.#engine.query<Side>(
      'select pair, up, unread, read_up_to, read_place, cleared from thread_side where owner = ?1 and thread = ?2',
      owner,
      thread,
    )
    return side
  }
}

/** A mark that is withheld has no time for the sender yet; when it was earned is for the trace alone (DECISIONS 15c). */
function markTime(at: Instant, given: boolean): { readonly at: number | null; readonly held: number | null } {
  return given ? { at, held: null } : { at: null, held: at }
}
