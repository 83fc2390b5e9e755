import type { InboxCount } from '../actions/ports/log.ts'
import type { Engine } from './engine.ts'
import { type AppendWrite, RECIPIENT_CODE } from './writes.ts'

/** People whose counts are in memory; the one asked for longest ago goes first. */
const MAX_KNOWN = 50_000

interface Counted {
  unread: number
  bytes: number
  unreadBytes: number
  /** Unread items: thread and batch of each. */
  readonly items: Set<string>
}

/** What lies in each inbox, so that a decision needs no SQL: loaded once, counted up by appends, dropped by anything else. */
export class InboxCounts {
  readonly #engine: Engine
  readonly #known = new Map<number, Counted>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  known(recipient: number): InboxCount | undefined {
    const counted = this.#known.get(recipient)
    return counted && shown(counted)
  }

  /** @param settled brings everything that is behind to the disk first */
  async load(recipient: number, settled: () => Promise<void>): Promise<InboxCount> {
    await settled()
    const known = this.#known.get(recipient)
    if (known) return shown(known)
    const rows = await this.#engine.query<{ thread: number; batch: number; n: number; size: number }>(
      `select m.thread, m.batch, count(*) as n, sum(length(m.body)) as size
       from thread_side s join timeline t on t.pair = s.pair and t.place >= s.read_place and t.place > s.cleared and t.up = s.up and t.thread = s.thread
         and t.seq > s.read_up_to
       join message m on m.recipient = s.owner and m.seq = t.seq and m.rview = ${RECIPIENT_CODE.inbox}
       where s.owner = ?1 and s.unread_inbox > 0 group by m.thread, m.batch`,
      recipient,
    )
    const [side] = await this.#engine.query<{ bytes: number }>(
      'select coalesce(sum(inbox_bytes), 0) as bytes from thread_side where owner = ?1',
      recipient,
    )
    const counted = {
      unread: sum(rows.map(({ n }) => n)),
      bytes: side?.bytes ?? 0,
      unreadBytes: sum(rows.map(({ size }) => size)),
      items: new Set(rows.map(({ thread, batch }) => `${thread}.${batch}`)),
    }
    this.#remember(recipient, counted)
    return shown(counted)
  }

  /** A row that was committed. */
  count(write: AppendWrite): void {
    if (write.rview !== RECIPIENT_CODE.inbox) return
    const counted = this.#known.get(write.recipient)
    if (!counted) return
    counted.unread += 1
    counted.bytes += write.body.length
    counted.unreadBytes += write.body.length
    counted.items.add(`${write.thread}.${write.batch}`)
  }

  /** Something else changed this inbox: it is counted again when it is asked for. */
  drop(recipient: number): void {
    this.#known.delete(recipient)
  }

  #remember(recipient: number, counted: Counted): void {
    if (this.#known.size >= MAX_KNOWN) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(recipient, counted)
  }
}

function shown({ unread, bytes, unreadBytes, items }: Counted): InboxCount {
  return { unreadMessages: unread, unreadItems: items.size, bytes, unreadBytes }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
