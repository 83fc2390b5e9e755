import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Draft, Feed, InboxCount, Kept, Log, ThreadSideRef } from '../actions/ports/log.ts'
import type { Clock } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import {
  RECIPIENT_VIEWS,
  type RepeatKey,
  ROW_REASONS,
  type Row,
  SENDER_VIEWS,
  type Seq,
  type ThreadId,
} from '../domain/message.ts'
import type { Instant } from '../domain/time.ts'
import { OpenBatches } from './batches.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { CompiledFacts } from './facts.ts'
import type { Folder } from './fold.ts'
import type { InboxCounts } from './inbox.ts'
import { PLACE, PLACES } from './place.ts'
import { idempotencyHash, nameOf, type Remembered, type RepeatWindow, requestKey } from './repeats.ts'
import { isStub, isThere, type MessageRow, ROW_COLUMNS, readRow, TYPES } from './rows.ts'
import { isCleared } from './side-counts.ts'
import { TURN_LINES } from './spans.ts'
import { pairThread, readThread, type ThreadIndex, type ThreadRef, type ThreadRow } from './thread-index.ts'
import type { Upkeep } from './upkeep.ts'
import { type AppendWrite, RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

/** Rows a lane reads at once. */
const FEED = 32

type Appended = Kept & { readonly repeated: boolean }

/** One call of `append` and its answer. */
interface Asked {
  readonly draft: Draft
  readonly promise: Promise<Appended>
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

export interface LogParts {
  readonly engine: Engine
  readonly committer: Committer
  readonly facts: CompiledFacts
  readonly clock: Clock
  readonly threads: ThreadIndex
  readonly folder: Folder
  readonly inbox: InboxCounts
  readonly repeats: RepeatWindow
  readonly upkeep: Upkeep
}

interface ReadRow extends MessageRow {
  readonly external_id: string
  readonly subject: string | null
  readonly importance: number
  readonly peer_name: string | null
  readonly read_up_to: number | null
  readonly cleared: number | null
}

const READ = `select ${ROW_COLUMNS}, h.external_id, h.subject, h.importance, s.peer_name, s.read_up_to, s.cleared
  from message m join thread h on h.id = m.thread
  left join thread_side s on s.owner = m.recipient and s.thread = m.thread`

/** The message log. `append` is the only way in (ARCHITECTURE, Append, then push). */
export class StoredLog implements Log {
  readonly #parts: LogParts
  readonly #batches = new OpenBatches()
  /** Appends of a sender that had to look at the disk first. */
  readonly #looking = new Map<AccountId, Promise<void>>()
  #place = 0

  constructor(parts: LogParts, place: number) {
    this.#parts = parts
    this.#place = place
  }

  append(draft: Draft): Promise<Appended> {
    const { promise, resolve, reject } = Promise.withResolvers<Appended>()
    const asked: Asked = { draft, promise, resolve, reject }
    const { key, sender, thread } = draft.message
    const name = key && nameOf(sender, key)
    const first = name === undefined ? undefined : this.#parts.repeats.find(name)
    const known = this.#parts.threads.known(sender, draft.recipient, thread)
    if (first) this.#repeated(first, asked)
    else if (known && key?.kind !== 'idempotency' && !this.#looking.has(sender))
      this.#append(asked, known, name)
    else this.#afterLooking(sender, () => this.#appendLater(asked, name).catch(reject))
    return promise
  }

  async known(sender: AccountId, key: RepeatKey): Promise<Kept | undefined> {
    const first = this.#parts.repeats.find(nameOf(sender, key)) ?? (await this.#idempotent(sender, key))
    return first && this.#firstRow(first)
  }

  async row(recipient: AccountId, seq: Seq): Promise<Row | undefined> {
    const [row] = await this.#parts.engine.query<MessageRow>(
      `select ${ROW_COLUMNS} from message m where m.recipient = ?1 and m.seq = ?2`,
      recipient,
      seq,
    )
    return row && !isStub(row) ? readRow(row) : undefined
  }

  async after(recipient: AccountId, seq: Seq, limit: number): Promise<readonly Row[]> {
    const rows = await this.#parts.engine.query<MessageRow>(
      `select ${ROW_COLUMNS} from message m where m.recipient = ?1 and m.seq > ?2 and m.rview < ${RECIPIENT_CODE.gone}
       order by m.seq limit ?3`,
      recipient,
      seq,
      limit,
    )
    return rows.map(readRow)
  }

  async feed(recipient: AccountId, seq: Seq, limit: number): Promise<Feed> {
    const most = Math.min(limit, FEED)
    const rows = await this.#parts.engine.query<ReadRow>(
      `${READ} where m.recipient = ?1 and m.seq > ?2 order by m.seq limit ?3`,
      recipient,
      seq,
      most,
    )
    const last = (rows.at(-1)?.seq ?? seq) as Seq
    const end = rows.length < most
    const wanted = rows.some((row) => isThere(row) && !isCleared(row) && row.seq > (row.read_up_to ?? 0))
    return {
      rows: rows
        .filter((row) => isThere(row) && !isCleared(row))
        .map((row) => ({ ...this.#kept(row), unread: row.seq > (row.read_up_to ?? 0) })),
      upTo: wanted || end ? last : await this.#readRun(recipient, last),
      end,
    }
  }

  /**
   * A device that is new reads the log from its beginning, and of years of history nothing is for it: a run of rows that were read or are
   * gone is passed over, so many a turn of the event loop (SECURITY 25). @returns the end of the run
   */
  async #readRun(recipient: AccountId, from: Seq): Promise<Seq> {
    const [run] = await this.#parts.engine.query<{ last: Seq | null; first: number | null }>(
      `select max(q.seq) as last, min(case when q.rview < ${RECIPIENT_CODE.gone} and q.seq > coalesce(s.read_up_to, 0)
         and q.place > coalesce(s.cleared, 0) then q.seq end) as first
       from (select m.seq, m.thread, m.rview, ${PLACE} as place from message m
         where m.recipient = ?1 and m.seq > ?2 order by m.seq limit ${TURN_LINES}) as q
       left join thread_side s on s.owner = ?1 and s.thread = q.thread`,
      recipient,
      from,
    )
    await nextTurn()
    if (run?.first != null) return (run.first - 1) as Seq
    return run?.last ?? from
  }

  async last(recipient: AccountId): Promise<Seq> {
    const [row] = await this.#parts.engine.query<{ seq: number }>(
      'select seq from message where recipient = ?1 order by seq desc limit 1',
      recipient,
    )
    return (row?.seq ?? 0) as Seq
  }

  missed(recipient: AccountId, seq: Seq): Promise<void> {
    return this.#parts.upkeep.missed(recipient, seq)
  }

  makeRoom(recipient: AccountId, bytes: number): Promise<void> {
    return this.#parts.upkeep.makeRoom(recipient, bytes)
  }

  closeBatches(recipient: AccountId, thread?: ThreadId): void {
    this.#batches.close(recipient, thread)
  }

  inboxNow(recipient: AccountId): InboxCount | undefined {
    return this.#parts.inbox.known(recipient)
  }

  inbox(recipient: AccountId): Promise<InboxCount> {
    const known = this.#parts.inbox.known(recipient)
    if (known) return Promise.resolve(known)
    return this.#parts.inbox.load(recipient, () => this.#parts.committer.settled())
  }

  expire(now: Instant, limit: number): Promise<number> {
    this.#batches.sweep(now)
    return this.#parts.upkeep.expire(now, limit)
  }

  settleViews(now: Instant, limit: number): Promise<number> {
    return this.#parts.upkeep.settleViews(now, limit)
  }

  /** A look at the disk takes its time; what the same sender sends meanwhile waits for it, so that nothing is overtaken (R37). */
  #afterLooking(sender: AccountId, look: () => Promise<void>): void {
    const before = this.#looking.get(sender)
    const done = before ? before.then(look) : look()
    this.#looking.set(sender, done)
    done.then(() => {
      if (this.#looking.get(sender) === done) this.#looking.delete(sender)
    })
  }

  /** A new thread, or a key that may be known for a day: one look at the disk before the row. */
  async #appendLater(asked: Asked, name: string | undefined): Promise<void> {
    const { recipient, message } = asked.draft
    const { key, sender, subject, importance } = message
    const named = { externalId: message.thread, subject, importance }
    const thread = await this.#parts.threads.open(sender, recipient, named)
    const before = key && (await this.#idempotent(sender, key))
    // Somebody with the same key may have come first while we looked.
    const first = (name === undefined ? undefined : this.#parts.repeats.find(name)) ?? before
    if (first) this.#repeated(first, asked)
    else this.#append(asked, thread, name)
  }

  /** The callbacks of one batch run in the order of its writes, so rows of one recipient resolve in the order of their `seq`. */
  #append({ draft, promise, resolve, reject }: Asked, thread: ThreadRef, name: string | undefined): void {
    const { committer, folder, inbox, repeats, engine, clock } = this.#parts
    const write = this.#write(draft, thread)
    const entry: Remembered = {
      recipient: write.recipient,
      seq: 0,
      sinceMs: Math.round(clock.monotonicMs()),
      kept: promise,
    }
    if (name !== undefined) repeats.remember(name, entry)
    committer.add(write).then(
      () => {
        entry.seq = write.seq
        entry.kept = undefined
        inbox.count(write)
        if (!engine.foldsAppends) folder.add(write, write.body.length)
        resolve({ row: rowOf(write, draft), thread: sideRef(thread, write.senderName), repeated: false })
      },
      (error) => {
        if (name !== undefined) repeats.forget(name)
        reject(error)
      },
    )
  }

  #write(draft: Draft, thread: ThreadRef): AppendWrite {
    const { message, delivery, recipient, at } = draft
    const { facts } = this.#parts
    this.#place = Math.max(at * PLACES, this.#place + 1)
    const bytes = message.body.length
    return {
      kind: 'append',
      seq: 0,
      drift: this.#place - at * PLACES,
      recipient,
      sender: message.sender,
      thread: thread.id,
      batch: this.#batches.place(recipient, thread.id, {
        at,
        bytes,
        batchSeconds: draft.batchSeconds,
      }),
      at,
      reason: ROW_REASONS.indexOf(delivery.because),
      ...viewsOf(draft),
      until: delivery.until,
      key: message.key?.kind === 'request' ? requestKey(message.key.hex) : null,
      idempotency:
        message.key?.kind === 'idempotency' ? idempotencyHash(message.sender, message.key.key) : undefined,
      type: TYPES.indexOf(message.type),
      body: message.body,
      senderName: facts.account(message.sender)?.displayName ?? '',
      recipientName: facts.account(recipient)?.displayName ?? '',
    }
  }

  #repeated(first: Remembered, { draft, resolve, reject }: Asked): void {
    this.#firstRow(first).then(
      (kept) => resolve({ ...(kept ?? this.#removed(first, draft)), repeated: true }),
      reject,
    )
  }

  async #firstRow(first: Remembered): Promise<Kept | undefined> {
    if (first.kept) return first.kept
    const [row] = await this.#parts.engine.query<ReadRow>(
      `${READ} where m.recipient = ?1 and m.seq = ?2`,
      first.recipient,
      first.seq,
    )
    return row && this.#kept(row)
  }

  /** The first row was read and removed since: its name is all that is left, and all that a repeat needs. */
  #removed(first: Remembered, draft: Draft): Kept {
    const thread = {
      id: 0 as ThreadId,
      externalId: draft.message.thread ?? pairThread(draft.message.sender, draft.recipient),
      subject: draft.message.subject,
      importance: draft.message.importance,
    }
    const write = { ...this.#write(draft, thread), seq: first.seq }
    return { row: rowOf(write, draft), thread: sideRef(thread, write.senderName) }
  }

  async #idempotent(sender: AccountId, key: RepeatKey): Promise<Remembered | undefined> {
    if (key.kind !== 'idempotency') return undefined
    const [row] = await this.#parts.engine.query<{ recipient: number; seq: number }>(
      'select recipient, seq from idempotency where hash = ?1',
      idempotencyHash(sender, key.key),
    )
    return row && { ...row, sinceMs: 0, kept: undefined }
  }

  #kept(row: ReadRow): Kept {
    const name = row.peer_name ?? this.#parts.facts.account(row.sender as AccountId)?.displayName ?? ''
    return { row: readRow(row), thread: sideRef(readThread({ ...row, id: row.thread } as ThreadRow), name) }
  }
}

function sideRef(thread: ThreadRef, senderName: string): ThreadSideRef {
  return { ...thread, senderName }
}

/** Where each side finds the row (DECISIONS 12, 15c): an offline row never enters history (R4). */
function viewsOf({ delivery, recipientKeeps, senderKeeps }: Draft): { rview: number; sview: number } {
  const liveHere = recipientKeeps ? RECIPIENT_CODE.history : RECIPIENT_CODE.none
  switch (delivery.because) {
    case 'live':
      return { rview: liveHere, sview: senderKeeps ? SENDER_CODE.history : SENDER_CODE.none }
    case 'appearsOffline':
      return { rview: liveHere, sview: SENDER_CODE.sent }
    case 'offline':
      return { rview: RECIPIENT_CODE.inbox, sview: SENDER_CODE.sent }
    default:
      // With the own gate closed the sender was told that it was not delivered (DECISIONS 15a).
      return { rview: RECIPIENT_CODE.inbox, sview: delivery.closed ? SENDER_CODE.none : SENDER_CODE.sent }
  }
}

function rowOf(write: AppendWrite, draft: Draft): Row {
  return {
    seq: write.seq as Seq,
    recipient: draft.recipient,
    sender: draft.message.sender,
    thread: write.thread as ThreadId,
    at: draft.at,
    reason: draft.delivery.because,
    recipientView: RECIPIENT_VIEWS[write.rview] ?? 'none',
    senderView: SENDER_VIEWS[write.sview] ?? 'none',
    until: draft.delivery.until,
    batch: write.batch,
    type: draft.message.type,
    body: write.body,
  }
}
