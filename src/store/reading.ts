import type { Threads } from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import type { Seq, ThreadId } from '../domain/message.ts'
import type { Instant } from '../domain/time.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { InboxCounts } from './inbox.ts'
import { PLACE } from './place.ts'
import { MARK_CODE, type Write } from './writes.ts'

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
    const [row] = await this.#engine.query<{ seq: number; place: number; unread: number }>(
      `select m.seq, ${PLACE} as place, s.unread from thread_side s
       join timeline t on t.pair = s.pair and t.thread = s.thread and t.up = s.up
         and t.place >= s.read_place and t.seq > s.read_up_to and t.seq <= ?3
       join message m on m.recipient = s.owner and m.seq = t.seq
       where s.owner = ?1 and s.thread = ?2 order by t.seq desc limit 1`,
      owner,
      thread,
      upTo,
    )
    if (!row) return { changed: 0 }
    const given = { recipient: owner, thread, upTo: row.seq, ...markTime(at, mark) }
    const writes: Write[] = [
      { kind: 'readUpTo', owner, thread, upTo: row.seq, place: row.place },
      { kind: 'mark', mark: MARK_CODE.delivered, ...given },
    ]
    if (receipt) writes.push({ kind: 'mark', mark: MARK_CODE.read, ...given })
    await this.#committer.addFolded(...writes)
    this.#inbox.drop(owner)
    return { changed: Math.max(0, row.unread - (await this.#unread(owner, thread))) }
  }

  async markUnread(owner: AccountId, thread: ThreadId, from: Seq): Promise<{ readonly changed: number }> {
    await this.#committer.settled()
    const before = await this.#unread(owner, thread)
    const [row] = await this.#engine.query<{ place: number }>(
      `select ${PLACE} as place from message m where m.recipient = ?1 and m.seq >= ?2 order by m.seq limit 1`,
      owner,
      from,
    )
    if (!row) return { changed: 0 }
    await this.#committer.addFolded({ kind: 'unreadFrom', owner, thread, from, place: row.place })
    this.#inbox.drop(owner)
    return { changed: Math.max(0, (await this.#unread(owner, thread)) - before) }
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

  async #unread(owner: AccountId, thread: ThreadId): Promise<number> {
    const [row] = await this.#engine.query<{ unread: number }>(
      'select unread from thread_side where owner = ?1 and thread = ?2',
      owner,
      thread,
    )
    return row?.unread ?? 0
  }
}

/** A mark that is withheld has no time for the sender yet; when it was earned is for the trace alone (DECISIONS 15c). */
function markTime(at: Instant, given: boolean): { readonly at: number | null; readonly held: number | null } {
  return given ? { at, held: null } : { at: null, held: at }
}
