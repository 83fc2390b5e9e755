import type { Clock } from '../actions/ports/ports.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { Folded, Folder } from './fold.ts'
import { PLACE } from './place.ts'
import { REPEAT_MS, type RepeatWindow } from './repeats.ts'

const PAGE = 1000
/** Rows whose keys are read back at most; more are older than the window has to know. */
const MAX_KEYS = 1_000_000

/** Folds rows that were on the disk when the last process ended, but not yet in timeline and counts (ARCHITECTURE, The hot path 5). */
export async function foldRest(engine: Engine, committer: Committer, folder: Folder): Promise<number> {
  if (engine.foldsAppends) return 0
  const [counter] = await engine.query<{ value: number }>("select value from counter where name = 'folded'")
  let after = counter?.value ?? 0
  let folded = 0
  for (;;) {
    const rows = await engine.query<Folded>(
      `select m.recipient, m.sender, m.seq, m.thread, m.at, m.drift, m.rview, m.sview, m.until, length(m.body) as size
       from message m where m.seq > ?1 order by m.seq limit ${PAGE}`,
      after,
    )
    for (const row of rows) folder.add(row, row.size)
    await committer.settled()
    folded += rows.length
    if (rows.length < PAGE) return folded
    after = rows.at(-1)?.seq ?? after
  }
}

/** The repeat window of the last process, from the keys in the newest rows (DECISIONS 24: also across `kill -9`). */
export async function rememberKeys(engine: Engine, repeats: RepeatWindow, clock: Clock): Promise<void> {
  const now = clock.now()
  const since = now - REPEAT_MS
  const found: { key: Uint8Array; recipient: number; seq: number; at: number }[] = []
  for await (const rows of newestRows(engine, since)) found.push(...rows)
  for (const { key, recipient, seq, at } of found.reverse()) {
    repeats.remember(Buffer.from(key).toString('latin1'), {
      recipient,
      seq,
      sinceMs: Math.round(clock.monotonicMs() - Math.max(0, now - at)),
      kept: undefined,
    })
  }
}

type KeyRow = {
  readonly key: Uint8Array
  readonly recipient: number
  readonly seq: number
  readonly at: number
}

/** Rows with a key that are not older than `since`, newest first. */
async function* newestRows(engine: Engine, since: number): AsyncIterable<readonly KeyRow[]> {
  const column = engine.walk
  let before = Number.MAX_SAFE_INTEGER
  let read = 0
  for (;;) {
    const rows = await engine.query<KeyRow & { key: Uint8Array | null }>(
      `select key, recipient, seq, at from message where ${column} < ?1 order by ${column} desc limit ${PAGE}`,
      before,
    )
    yield rows.filter((row) => row.key !== null && row.at > since)
    read += rows.length
    const last = rows.at(-1)
    if (!last || rows.length < PAGE || last.at <= since || read >= MAX_KEYS) return
    // Several rows may share a time: the page begins with that time again, unless it holds nothing else.
    before = column === 'seq' ? last.seq : last.at + Number((rows[0]?.at ?? 0) > last.at)
  }
}

/** The latest place that was given out, so that the order of a conversation goes on when the clock went back (SECURITY 64). */
export async function lastPlace(engine: Engine): Promise<number> {
  const rows = await engine.query<{ place: number }>(
    `select ${PLACE} as place from message m order by ${engine.walk} desc limit 100`,
  )
  return Math.max(0, ...rows.map(({ place }) => place))
}
