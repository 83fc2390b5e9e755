import type { Draft } from '../../src/actions/ports/log.ts'
import type { Clock } from '../../src/actions/ports/ports.ts'
import type { Account } from '../../src/domain/account.ts'
import type { Delivery } from '../../src/domain/delivery.ts'
import type { RepeatKey } from '../../src/domain/message.ts'
import type { SipUri } from '../../src/domain/sip-uri.ts'
import { after, type Instant, instant } from '../../src/domain/time.ts'
import type { Store } from '../../src/store/open.ts'
import { plainMessage } from '../plain-message.ts'

export const NOON = instant(Date.UTC(2026, 5, 1, 12))
export const DAY_MS = 86_400_000

/** A wall clock that moves when a test says so. */
export class SetClock implements Clock {
  #now = NOON
  #monotonicMs = 1000

  now(): Instant {
    return this.#now
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  pass(ms: number): void {
    this.#now = after(this.#now, ms)
    this.#monotonicMs += Math.max(0, ms)
  }

  /** Somebody sets the wall clock; no time passes. */
  set(ms: number): void {
    this.#now = after(this.#now, ms)
  }
}

/** Makes an account of this name and commits it. */
export async function addPerson(store: Store, name: string): Promise<Account & { sip: SipUri }> {
  const account = {
    id: store.ledger.newAccountId(),
    guid: store.random.guid(),
    upn: `${name}@example.com`,
    sip: `sip:${name}@example.com` as SipUri,
    enabled: true,
    displayName: name,
    directory: { department: 'Sales' },
    language: undefined,
    registrarPool: undefined,
    site: 'Main',
    passwordMadeByUs: false,
    created: store.clock.now(),
    changed: store.clock.now(),
  }
  await store.ledger.commit([{ kind: 'putAccount', account }], [])
  return account
}

export interface DraftOptions {
  readonly because?: Extract<Delivery, { kind: 'keep' }>['because']
  readonly thread?: string
  readonly key?: RepeatKey
  readonly retentionDays?: number
  readonly batchSeconds?: number
  readonly senderKeeps?: boolean
  readonly recipientKeeps?: boolean
}

/** A draft as `sendMessage` would make it; stored for somebody absent unless said otherwise. */
export function draftOf(
  store: Store,
  from: Account,
  to: Account & { sip: SipUri },
  text: string,
  options: DraftOptions = {},
): Draft {
  const { because = 'offline', thread, key, retentionDays = 90, batchSeconds = 120 } = options
  const at = store.clock.now()
  const until = after(at, retentionDays * DAY_MS)
  return {
    message: plainMessage(from.id, to.sip, text, { thread, key }),
    recipient: to.id,
    delivery:
      because === 'doNotDisturb' || because === 'presenting'
        ? { kind: 'keep', alert: false, because, closed: undefined, until }
        : { kind: 'keep', alert: true, because, until },
    at,
    senderKeeps: options.senderKeeps ?? true,
    recipientKeeps: options.recipientKeeps ?? true,
    batchSeconds,
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export function textOf(row: { readonly body: Uint8Array }): string {
  return Buffer.from(row.body).toString()
}

type Rows = readonly [SentRow, SentRow, SentRow, SentRow]
type SentRow = Awaited<ReturnType<Store['log']['append']>>['row']
export type Person = Awaited<ReturnType<typeof addPerson>>

/** Appends one after the other; as many rows as texts. */
export async function sendAll(
  store: Store,
  from: Person,
  to: Person,
  texts: readonly string[],
  options: Parameters<typeof draftOf>[4] = {},
): Promise<Rows> {
  const rows: SentRow[] = []
  for (const text of texts) rows.push((await store.log.append(draftOf(store, from, to, text, options))).row)
  return rows as unknown as Rows
}

/** So many people of these names. */
export async function people(
  store: Store,
  ...names: readonly string[]
): Promise<readonly [Person, Person, Person]> {
  const made: Person[] = []
  for (const name of names) made.push(await addPerson(store, name))
  return made as unknown as readonly [Person, Person, Person]
}

/** State, delivered and read time of what `owner` sent, oldest first. */
export async function shownMarks(store: Store, owner: Person['id'], peer: Person['id']) {
  const { items } = await store.threads.timeline(owner, peer, { limit: 50 })
  return items.map(({ state, deliveredAt, readAt }) => [state, deliveredAt, readAt])
}
