import type { Instant } from '../domain/time.ts'
import type { Engine } from './engine.ts'
import { LEAN_COLUMNS, type LeanRow } from './lean-row.ts'
import { placeOf } from './place.ts'
import { turnEnd } from './spans.ts'
import type { Write } from './writes.ts'

interface Side {
  readonly owner: number
  readonly thread: number
  readonly pair: number
  readonly up: number
  readonly read_up_to: number
  readonly cleared: number
}

/** A row whose time is over, with what its recipient has read and cleared. */
export type ExpiredRow = LeanRow & Pick<Side, 'read_up_to' | 'cleared'>

export interface ExpiryTurn {
  readonly rows: readonly ExpiredRow[]
  /** Of a side that was walked to its end: when it has to be looked at again. */
  readonly raise: Write | undefined
}

interface Walk {
  readonly owner: number
  readonly thread: number
  after: number
  /** The earliest time of a row that stays. */
  least: number
  touched: boolean
}

/**
 * Finds rows whose time is over, side by side, so many lines a turn (SECURITY 25): a long thread with one old row is not one long query.
 * Where it stopped is memory: a restart begins the side again.
 */
export class ExpiryWalk {
  readonly #engine: Engine
  #walk: Walk | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** @returns undefined when nothing is due; else at most `limit` rows, perhaps none, of the side that is due first. */
  async turn(now: Instant, limit: number): Promise<ExpiryTurn | undefined> {
    const side = await this.#side(now)
    if (!side) return undefined
    const walk = this.#walkOf(side)
    const end = await turnEnd(this.#engine, side.pair, walk.after)
    const lines = await this.#engine.query<LeanRow>(
      `select ${LEAN_COLUMNS} from timeline t join message m on m.recipient = ?4 and m.seq = t.seq
       where t.pair = ?1 and t.place > ?2 and t.place <= ?3 and t.thread = ?5 and t.up = ?6 order by t.place`,
      side.pair,
      walk.after,
      end ?? Number.MAX_SAFE_INTEGER,
      side.owner,
      side.thread,
      side.up,
    )
    const { read_up_to, cleared } = side
    const rows: ExpiredRow[] = []
    for (const line of lines) {
      if (line.until > now) walk.least = Math.min(walk.least, line.until)
      else if (rows.length === limit) return { rows, raise: undefined }
      else rows.push({ ...line, read_up_to, cleared })
      walk.after = placeOf(line)
    }
    if (end === undefined) return { rows, raise: this.#end(walk) }
    walk.after = end
    return { rows, raise: undefined }
  }

  /** A row of the side under way stays until then after all. */
  stays(until: Instant): void {
    if (this.#walk) this.#walk.least = Math.min(this.#walk.least, until)
  }

  /** Somebody else changed rows of this thread: what the walk knows of their times may be too late. */
  touch(thread: number): void {
    if (this.#walk?.thread === thread) this.#walk.touched = true
  }

  async #side(now: Instant): Promise<Side | undefined> {
    const columns = 'owner, thread, pair, up, read_up_to, cleared'
    if (this.#walk) {
      const { owner, thread } = this.#walk
      const [same] = await this.#engine.query<Side>(
        `select ${columns} from thread_side where owner = ?1 and thread = ?2`,
        owner,
        thread,
      )
      if (same) return same
    }
    const [due] = await this.#engine.query<Side>(
      `select ${columns} from thread_side where min_until <= ?1 order by min_until limit 1`,
      now,
    )
    return due
  }

  #walkOf({ owner, thread }: Side): Walk {
    const same = this.#walk?.owner === owner && this.#walk.thread === thread ? this.#walk : undefined
    this.#walk = same ?? { owner, thread, after: 0, least: Number.MAX_SAFE_INTEGER, touched: false }
    return this.#walk
  }

  /** The raise is written with the last rows; `stays` may still lower what it says. */
  #end(walk: Walk): Write | undefined {
    this.#walk = undefined
    if (walk.touched) return undefined
    const { owner, thread, least, after } = walk
    return { kind: 'raiseUntil', owner, thread, until: least, after }
  }
}
