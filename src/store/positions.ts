import type { Position, Positions } from '../actions/ports/lanes.ts'
import type { Clock } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import type { EndpointId } from '../domain/endpoint.ts'
import type { Seq } from '../domain/message.ts'
import type { Behind, Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { Write } from './writes.ts'

/** Twice the time that messages wait by default. */
const FORGET_MS = 180 * 86_400_000
const START: Position = { cursor: 0 as Seq, settled: [] }

interface Waiting {
  readonly owner: AccountId
  readonly endpoint: EndpointId
  /** Undefined: forget it. */
  readonly position: Position | undefined
}

/** Which rows each endpoint has settled; written behind, the newest state of an endpoint once per transaction. */
export class StoredPositions implements Positions, Behind {
  readonly #engine: Engine
  readonly #committer: Committer
  readonly #clock: Clock
  readonly #waiting = new Map<string, Waiting>()
  /** Taken into a transaction that is not yet on the disk. */
  #writing = new Map<string, Waiting>()

  constructor(engine: Engine, committer: Committer, clock: Clock) {
    this.#engine = engine
    this.#committer = committer
    this.#clock = clock
    committer.folds(this)
  }

  /** At start: a device that was away for so long begins anew; most were a browser's session. */
  load(): Promise<void> {
    return this.#committer.add({ kind: 'forgetPositions', before: this.#clock.now() - FORGET_MS })
  }

  async read(owner: AccountId, endpoint: EndpointId): Promise<Position> {
    const key = keyOf(owner, endpoint)
    const waiting = this.#waiting.get(key) ?? this.#writing.get(key)
    if (waiting) return waiting.position ?? START
    const [row] = await this.#engine.query<{ cursor: Seq; settled: string }>(
      'select cursor, settled from position where owner = ?1 and endpoint = ?2',
      owner,
      endpoint,
    )
    if (!row) return START
    return { cursor: row.cursor, settled: row.settled === '' ? [] : row.settled.split(',').map(toSeq) }
  }

  write(owner: AccountId, endpoint: EndpointId, position: Position): void {
    this.#put({ owner, endpoint, position })
  }

  forget(owner: AccountId, endpoint: EndpointId): void {
    this.#put({ owner, endpoint, position: undefined })
  }

  flush(): Promise<void> {
    return this.#committer.settled()
  }

  take(): readonly Write[] {
    this.#writing = new Map(this.#waiting)
    this.#waiting.clear()
    const now = this.#clock.now()
    return [...this.#writing.values()].map(({ owner, endpoint, position }): Write => {
      if (!position) return { kind: 'forgetPosition', owner, endpoint }
      return {
        kind: 'position',
        owner,
        endpoint,
        cursor: position.cursor,
        settled: position.settled.join(','),
        at: now,
      }
    })
  }

  #put(waiting: Waiting): void {
    this.#waiting.set(keyOf(waiting.owner, waiting.endpoint), waiting)
    this.#committer.later()
  }
}

function keyOf(owner: AccountId, endpoint: EndpointId): string {
  return `${owner} ${endpoint}`
}

function toSeq(text: string): Seq {
  return Number(text) as Seq
}
