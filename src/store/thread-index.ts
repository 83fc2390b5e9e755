import type { AccountId } from '../domain/account.ts'
import type { Importance, ThreadId } from '../domain/message.ts'
import { pairOf } from '../domain/thread.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { OpenThreadWrite } from './writes.ts'

const IMPORTANCE: readonly Importance[] = ['Normal', 'Urgent', 'Emergency']
/** Threads kept in memory; the least recently opened goes first. */
const MAX_KNOWN = 100_000

/** A thread without the names of its people. */
export interface ThreadRef {
  readonly id: ThreadId
  readonly externalId: string
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
  readonly #known = new Map<string, ThreadRef>()
  readonly #opening = new Map<string, Promise<ThreadRef>>()

  constructor(engine: Engine, committer: Committer) {
    this.#engine = engine
    this.#committer = committer
  }

  /** Memory only. @returns undefined when `open` has to look. */
  known(a: AccountId, b: AccountId, externalId: string): ThreadRef | undefined {
    return this.#known.get(keyOf(a, b, externalId))
  }

  async find(a: AccountId, b: AccountId, externalId: string): Promise<ThreadRef | undefined> {
    const known = this.known(a, b, externalId)
    if (known) return known
    const [low, high] = pairOf(a, b)
    const [row] = await this.#engine.query<ThreadRow>(
      'select id, external_id, subject, importance from thread where low = ?1 and high = ?2 and external_id = ?3',
      low,
      high,
      externalId,
    )
    return row && this.#remember(keyOf(a, b, externalId), readThread(row))
  }

  /** Opens the thread if it is new, before its first row: one commit more for the first message of a conversation. */
  open(
    a: AccountId,
    b: AccountId,
    externalId: string,
    subject: string | undefined,
    importance: Importance,
  ): Promise<ThreadRef> {
    const key = keyOf(a, b, externalId)
    const opening = this.#opening.get(key)
    if (opening) return opening
    const promise = this.#open(a, b, externalId, subject, importance).finally(() => this.#opening.delete(key))
    this.#opening.set(key, promise)
    return promise
  }

  async #open(
    a: AccountId,
    b: AccountId,
    externalId: string,
    subject: string | undefined,
    importance: Importance,
  ): Promise<ThreadRef> {
    const found = await this.find(a, b, externalId)
    if (found) return found
    const [low, high] = pairOf(a, b)
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
    return this.#remember(keyOf(a, b, externalId), ref)
  }

  #remember(key: string, ref: ThreadRef): ThreadRef {
    if (this.#known.size >= MAX_KNOWN) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(key, ref)
    return ref
  }
}

function keyOf(a: AccountId, b: AccountId, externalId: string): string {
  const [low, high] = pairOf(a, b)
  return `${low} ${high} ${externalId}`
}
