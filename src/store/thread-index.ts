import type { AccountId } from '../domain/account.ts'
import type { Importance, ThreadId } from '../domain/message.ts'
import { pairOf } from '../domain/thread.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import { pairNumber } from './place.ts'
import type { OpenThreadWrite } from './writes.ts'

const IMPORTANCE: readonly Importance[] = ['Normal', 'Urgent', 'Emergency']
/** Threads kept in memory; those of the pair that was opened longest ago go first. */
const MAX_KNOWN = 100_000

/** A thread without the names of its people. */
export interface ThreadRef {
  readonly id: ThreadId
  readonly externalId: string
  readonly subject: string | undefined
  readonly importance: Importance
}

/** What a message says of its conversation. */
export interface NewThread {
  /** Undefined: the thread of the pair (R28). */
  readonly externalId: string | undefined
  readonly subject: string | undefined
  readonly importance: Importance
}

export interface ThreadRow {
  readonly id: number
  readonly external_id: string
  readonly subject: string | null
  readonly importance: number
}

export function readThread(row: ThreadRow): ThreadRef {
  return {
    id: row.id as ThreadId,
    externalId: row.external_id,
    subject: row.subject ?? undefined,
    importance: IMPORTANCE[row.importance] ?? 'Normal',
  }
}

/** The identifier of the thread that a pair has when no client named one (R28). */
export function pairThread(a: AccountId, b: AccountId): string {
  const [low, high] = pairOf(a, b)
  return `p${low.toString(36)}-${high.toString(36)}`
}

/** Finds the number of a conversation, or gives it one, without SQL for those in use. */
export class ThreadIndex {
  readonly #engine: Engine
  readonly #committer: Committer
  /** By the identifier a client gave, within the pair; '' is the pair's own thread. */
  readonly #known = new Map<number, Map<string, ThreadRef>>()
  #size = 0
  readonly #opening = new Map<string, Promise<ThreadRef>>()

  constructor(engine: Engine, committer: Committer) {
    this.#engine = engine
    this.#committer = committer
  }

  /** Memory only. @returns undefined when `open` has to look. */
  known(a: AccountId, b: AccountId, externalId: string | undefined): ThreadRef | undefined {
    return this.#known.get(pairNumber(a, b))?.get(externalId ?? '')
  }

  /** @param given undefined: the thread of the pair (R28) */
  async find(a: AccountId, b: AccountId, given: string | undefined): Promise<ThreadRef | undefined> {
    const known = this.known(a, b, given)
    if (known) return known
    const [low, high] = pairOf(a, b)
    const [row] = await this.#engine.query<ThreadRow>(
      'select id, external_id, subject, importance from thread where low = ?1 and high = ?2 and external_id = ?3',
      low,
      high,
      given ?? pairThread(a, b),
    )
    return row && this.#remember(a, b, given, readThread(row))
  }

  /** Opens the thread if it is new, before its first row: one commit more for the first message of a conversation. */
  open(a: AccountId, b: AccountId, thread: NewThread): Promise<ThreadRef> {
    const key = `${pairNumber(a, b)} ${thread.externalId ?? ''}`
    const opening = this.#opening.get(key)
    if (opening) return opening
    const promise = this.#open(a, b, thread).finally(() => this.#opening.delete(key))
    this.#opening.set(key, promise)
    return promise
  }

  async #open(a: AccountId, b: AccountId, thread: NewThread): Promise<ThreadRef> {
    const found = await this.find(a, b, thread.externalId)
    if (found) return found
    const [low, high] = pairOf(a, b)
    const { subject, importance } = thread
    const externalId = thread.externalId ?? pairThread(a, b)
    const write: OpenThreadWrite = {
      kind: 'openThread',
      id: 0,
      low,
      high,
      externalId,
      subject: subject ?? null,
      importance: IMPORTANCE.indexOf(importance),
    }
    await this.#committer.add(write)
    const ref = { id: write.id as ThreadId, externalId, subject, importance }
    return this.#remember(a, b, thread.externalId, ref)
  }

  #remember(a: AccountId, b: AccountId, externalId: string | undefined, ref: ThreadRef): ThreadRef {
    if (this.#size >= MAX_KNOWN) this.#forgetOldest()
    const pair = pairNumber(a, b)
    const threads = this.#known.get(pair) ?? new Map<string, ThreadRef>()
    if (!threads.has(externalId ?? '')) this.#size += 1
    threads.set(externalId ?? '', ref)
    this.#known.set(pair, threads)
    return ref
  }

  #forgetOldest(): void {
    const [oldest] = this.#known
    if (!oldest) return
    const [pair, threads] = oldest
    this.#known.delete(pair)
    this.#size -= threads.size
  }
}
