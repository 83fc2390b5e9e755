import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  InboxItem,
  MailboxStatistics,
  Page,
  PageQuery,
  ThreadSide,
  Threads,
  Transcript,
} from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import { type MessageId, messageId, type Seq, type ThreadId } from '../domain/message.ts'
import { type Instant, instant } from '../domain/time.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import { countExpired, rememberTold } from './expired.ts'
import type { InboxCounts } from './inbox.ts'
import { inboxItems, itemParts } from './items.ts'
import { PLACE } from './place.ts'
import { Reading } from './reading.ts'
import { inboxSides, type Span, spansOf } from './spans.ts'
import type { Sweeper } from './sweeper.ts'
import { readThread, type ThreadIndex, type ThreadRow } from './thread-index.ts'
import { Transcripts } from './transcripts.ts'
import type { Upkeep } from './upkeep.ts'
import { MARK_CODE, RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

interface SideRow extends Omit<ThreadRow, 'id'> {
  readonly thread: number
  readonly peer: number
  readonly peer_name: string
  readonly unread: number
  readonly inbox: number
  readonly history: number
  readonly last_at: number
  readonly read_up_to: number
  readonly waiting: number
  readonly oldest_unread: number | null
}

/** How far the sender was told that a device has it. Reading marks as delivered too, so one kind says it all. */
const GIVEN = `(select k.up_to from mark k where k.recipient = s.peer and k.thread = s.thread
  and k.kind = ${MARK_CODE.delivered} and k.at is not null order by k.up_to desc limit 1)`

/** A conversation is listed at each of its messages: more waiting ones than this are not counted then. */
const MOST_WAITING = 1_000

/** Own lines that no given-out mark covers and that have not expired: Queued or Mailed. The mark is looked up once, not for each line. */
function waiting(limit: number): string {
  return `(select count(*) from (select 1 from
    (select g.up_to, coalesce((select ${PLACE} from message m where m.recipient = s.peer and m.seq = g.up_to), 0) as place
      from (select coalesce(${GIVEN}, 0) as up_to limit 1) as g limit 1) as given
    join timeline t on t.pair = s.pair and t.place >= given.place and t.thread = s.thread and t.up <> s.up and t.seq > given.up_to
    join message m on m.recipient = s.peer and m.seq = t.seq and m.sview = ${SENDER_CODE.sent} and m.rview <> ${RECIPIENT_CODE.expired}
    limit ${limit}) as one)`
}

/** When the first row above the place of reading was sent: one step into the timeline. */
const OLDEST_UNREAD = `(select m.at from timeline t
    join message m on m.recipient = s.owner and m.seq = t.seq
      and m.rview in (${RECIPIENT_CODE.inbox}, ${RECIPIENT_CODE.history})
    where t.pair = s.pair and t.thread = s.thread and t.up = s.up and t.place >= s.read_place
      and t.place > s.cleared and t.seq > s.read_up_to
    order by t.place limit 1)`

const SIDE = `select s.thread, s.peer, s.peer_name, s.unread, s.inbox, s.history, s.last_at, s.read_up_to,
    h.external_id, h.subject, h.importance, case when s.sent = 0 then 0 else ${waiting(MOST_WAITING)} end as waiting,
    case when s.unread > 0 then ${OLDEST_UNREAD} end as oldest_unread
  from thread_side s join thread h on h.id = s.thread`

/** Sides of one turn of the event loop (SECURITY 25). */
const TURN_SIDES = 500

const SHOWN = '(s.inbox + s.history + s.sent) > 0'

/** What each side of a conversation sees of it, and what reading and deleting change. */
export class StoredThreads implements Threads {
  readonly #engine: Engine
  readonly #committer: Committer
  readonly #index: ThreadIndex
  readonly #inbox: InboxCounts
  readonly #transcripts: Transcripts
  readonly #reading: Reading
  readonly #upkeep: Upkeep
  readonly #sweeper: Sweeper

  constructor(
    engine: Engine,
    committer: Committer,
    index: ThreadIndex,
    inbox: InboxCounts,
    upkeep: Upkeep,
    sweeper: Sweeper,
  ) {
    this.#engine = engine
    this.#committer = committer
    this.#index = index
    this.#inbox = inbox
    this.#transcripts = new Transcripts(engine)
    this.#reading = new Reading(engine, committer, inbox)
    this.#upkeep = upkeep
    this.#sweeper = sweeper
  }

  async side(owner: AccountId, thread: ThreadId): Promise<ThreadSide | undefined> {
    await this.#committer.settled()
    const [row] = await this.#engine.query<SideRow>(
      `${SIDE} where s.owner = ?1 and s.thread = ?2`,
      owner,
      thread,
    )
    return row && this.#side(owner, row)
  }

  async byExternalId(
    owner: AccountId,
    peer: AccountId,
    externalId: string | undefined,
  ): Promise<ThreadId | undefined> {
    return (await this.#index.find(owner, peer, externalId))?.id
  }

  async sides(owner: AccountId, query: { limit: number; before?: Instant }): Promise<readonly ThreadSide[]> {
    await this.#committer.settled()
    const rows = await this.#engine.query<SideRow>(
      `${SIDE} where s.owner = ?1 and ${SHOWN} and s.last_at < ?2 order by s.last_at desc, s.thread desc limit ?3`,
      owner,
      query.before ?? Number.MAX_SAFE_INTEGER,
      query.limit,
    )
    return Promise.all(rows.map((row) => this.#side(owner, row)))
  }

  async transcripts(owner: AccountId, thread: ThreadId, query: PageQuery): Promise<Page<Transcript>> {
    await this.#committer.settled()
    const peer = await this.#peer(owner, thread)
    if (peer === undefined) return { items: [], earlier: false, later: false }
    return this.#transcripts.page(owner, peer, thread, query)
  }

  async timeline(owner: AccountId, peer: AccountId, query: PageQuery): Promise<Page<Transcript>> {
    await this.#committer.settled()
    return this.#transcripts.page(owner, peer, undefined, query)
  }

  async transcript(owner: AccountId, id: MessageId): Promise<Transcript | undefined> {
    return this.#transcripts.one(owner, id)
  }

  async counts(
    owner: AccountId,
  ): Promise<{ logs: number; missed: number; unreadMissed: number; expired: number }> {
    await this.#committer.settled()
    const [row] = await this.#engine.query<{
      logs: number
      missed: number
      unread_missed: number
      expired: number
    }>(
      `select count(case when ${SHOWN} then 1 end) as logs, count(case when s.inbox > 0 then 1 end) as missed,
         count(case when s.unread_inbox > 0 then 1 end) as unread_missed,
         coalesce(sum(s.expired), 0) as expired
       from thread_side s where s.owner = ?1`,
      owner,
    )
    return {
      logs: row?.logs ?? 0,
      missed: row?.missed ?? 0,
      unreadMissed: row?.unread_missed ?? 0,
      // Expired lines stay for a month; only then is it worth a look which of them are new.
      expired: row && row.expired > 0 ? await countExpired(this.#engine, owner) : 0,
    }
  }

  async tellExpired(owner: AccountId, at: Instant): Promise<number> {
    const { expired } = await this.counts(owner)
    if (expired > 0) await rememberTold(this.#committer, owner, at)
    return expired
  }

  markRead(...given: Parameters<Threads['markRead']>): ReturnType<Threads['markRead']> {
    return this.#reading.markRead(...given)
  }

  markUnread(...given: Parameters<Threads['markUnread']>): ReturnType<Threads['markUnread']> {
    return this.#reading.markUnread(...given)
  }

  markDelivered(...given: Parameters<Threads['markDelivered']>): ReturnType<Threads['markDelivered']> {
    return this.#reading.markDelivered(...given)
  }

  markAllDelivered(
    ...given: Parameters<Threads['markAllDelivered']>
  ): ReturnType<Threads['markAllDelivered']> {
    return this.#reading.markAllDelivered(...given)
  }

  releaseMarks(...given: Parameters<Threads['releaseMarks']>): ReturnType<Threads['releaseMarks']> {
    return this.#reading.releaseMarks(...given)
  }

  clear(owner: AccountId, thread: ThreadId): Promise<void> {
    return this.#sweeper.clear(owner, thread)
  }

  async *items(owner: AccountId | undefined): AsyncIterable<InboxItem> {
    await this.#committer.settled()
    yield* inboxItems(this.#engine, owner)
  }

  async removeItem(owner: AccountId, item: string): Promise<boolean> {
    const parts = itemParts(item)
    if (!parts || parts.owner !== owner) return false
    return this.#upkeep.removeItem(owner, parts.thread, parts.batch)
  }

  async statistics(owner: AccountId): Promise<MailboxStatistics> {
    await this.#committer.settled()
    const [sums] = await this.#engine.query<{
      inbox: number
      history: number
      history_threads: number
      bytes: number
      waiting: number
    }>(
      `select coalesce(sum(s.inbox), 0) as inbox, coalesce(sum(s.history), 0) as history,
         count(case when s.history > 0 then 1 end) as history_threads, coalesce(sum(s.inbox_bytes), 0) as bytes,
         coalesce(sum(case when s.sent = 0 then 0 else ${waiting(Number.MAX_SAFE_INTEGER)} end), 0) as waiting
       from thread_side s where s.owner = ?1`,
      owner,
    )
    const spans: Span[] = []
    for (const side of await inboxSides(this.#engine, owner))
      spans.push(...(await spansOf(this.#engine, owner, side)).filter((span) => span.waiting > 0))
    const unread = spans.flatMap((span) => span.oldestUnread ?? [])
    return {
      inboxItems: spans.length,
      unreadItems: unread.length,
      inboxMessages: sums?.inbox ?? 0,
      historyThreads: sums?.history_threads ?? 0,
      historyMessages: sums?.history ?? 0,
      sentWaiting: sums?.waiting ?? 0,
      bytes: sums?.bytes ?? 0,
      oldestUnread: unread.length > 0 ? instant(Math.min(...unread)) : undefined,
    }
  }

  async totals(): Promise<{
    readonly unread: number
    readonly read: number
    readonly oldestUnread: Instant | undefined
  }> {
    await this.#committer.settled()
    let [unread, inbox] = [0, 0]
    let oldest: number | undefined
    let last = { owner: -1, thread: -1 }
    for (;;) {
      // The oldest unread row of a side is the first above its place of reading: one step into the timeline each.
      const rows = await this.#engine.query<
        typeof last & { unread: number; inbox: number; oldest: number | null }
      >(
        `select s.owner, s.thread, s.unread_inbox as unread, s.inbox,
           case when s.unread_inbox > 0 then (select m.at from timeline t
             join message m on m.recipient = s.owner and m.seq = t.seq and m.rview = ${RECIPIENT_CODE.inbox}
             where t.pair = s.pair and t.thread = s.thread and t.up = s.up and t.place >= s.read_place
               and t.place > s.cleared and t.seq > s.read_up_to order by t.place limit 1) end as oldest
         from thread_side s where (s.owner, s.thread) > (?1, ?2) order by s.owner, s.thread limit ${TURN_SIDES}`,
        last.owner,
        last.thread,
      )
      for (const row of rows) {
        unread += row.unread
        inbox += row.inbox
        if (row.oldest !== null && row.oldest < (oldest ?? row.oldest + 1)) oldest = row.oldest
      }
      if (rows.length < TURN_SIDES) break
      last = rows.at(-1) ?? last
      await nextTurn()
    }
    return { unread, read: inbox - unread, oldestUnread: oldest === undefined ? undefined : instant(oldest) }
  }

  async #side(owner: AccountId, row: SideRow): Promise<ThreadSide> {
    const thread = row.thread as ThreadId
    const peer = row.peer as AccountId
    const { items } = await this.#transcripts.page(owner, peer, thread, { limit: 1 })
    const { externalId, subject, importance } = readThread({ ...row, id: thread })
    return {
      thread,
      externalId,
      subject,
      importance,
      peer,
      peerName: row.peer_name,
      last: items[0],
      lastAt: instant(row.last_at),
      unread: row.unread,
      inboxCount: row.inbox,
      historyCount: row.history,
      sentWaitingCount: row.waiting,
      readUpTo: row.read_up_to === 0 ? undefined : messageId(owner, row.read_up_to as Seq),
      oldestUnread: row.oldest_unread === null ? undefined : instant(row.oldest_unread),
    }
  }

  async #peer(owner: AccountId, thread: ThreadId): Promise<AccountId | undefined> {
    const [row] = await this.#engine.query<{ low: AccountId; high: AccountId }>(
      'select low, high from thread where id = ?1',
      thread,
    )
    if (!row || (row.low !== owner && row.high !== owner)) return undefined
    return row.low === owner ? row.high : row.low
  }
}
