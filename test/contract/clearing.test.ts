import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PageQuery } from '../../src/actions/ports/threads.ts'
import type { Seq, ThreadId } from '../../src/domain/message.ts'
import type { Instant } from '../../src/domain/time.ts'
import type { Engine } from '../../src/store/engine.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { TURN_LINES } from '../../src/store/spans.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { SWEEP_LINES } from '../../src/store/sweeper.ts'
import { addPerson, collect, draftOf, textOf } from './people.ts'

/** Lines that each sweeping transaction touched, counted in the file before it runs; and a disk that ends when it is told to. */
function watched(file: string) {
  const engine = openSqlite(file)
  const turns: number[] = []
  let left = Number.POSITIVE_INFINITY
  const watching: Engine = {
    walk: engine.walk,
    foldsAppends: engine.foldsAppends,
    query: (sql, ...parameters) => engine.query(sql, ...parameters),
    copyTo: (to, along) => engine.copyTo(to, along),
    close: () => engine.close(),
    async commit(writes) {
      for (const write of writes) {
        if (write.kind !== 'sweepSide') continue
        if (left === 0) throw new Error('the disk is gone')
        left -= 1
        const [lines] = await engine.query<{ n: number }>(
          `select count(*) as n from thread_side s join timeline t on t.pair = s.pair and t.place > ?3 and t.place <= ?4
           where s.owner = ?1 and s.thread = ?2`,
          write.owner,
          write.thread,
          write.from,
          write.upTo,
        )
        turns.push(lines?.n ?? 0)
      }
      return engine.commit(writes)
    },
  }
  return {
    engine: watching,
    turns,
    endAfter: (sweeps: number) => {
      left = sweeps
    },
  }
}

const ROWS = 3 * SWEEP_LINES + 17

async function withThread(
  body: (world: {
    dir: string
    store: Store
    watch: ReturnType<typeof watched>
    romeo: Awaited<ReturnType<typeof addPerson>>
    juliet: Awaited<ReturnType<typeof addPerson>>
    thread: ThreadId
  }) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-clearing-'))
  const watch = watched(join(dir, 'nightpost.db'))
  const store = await openStore({ dir, engine: watch.engine })
  try {
    const romeo = await addPerson(store, 'romeo')
    const juliet = await addPerson(store, 'juliet')
    const [first] = await Promise.all(
      Array.from({ length: ROWS }, (_, n) => {
        const because = n % 3 === 0 ? 'offline' : 'live'
        const [from, to] = n % 2 === 0 ? [romeo, juliet] : [juliet, romeo]
        return store.log.append(draftOf(store, from, to, `text ${n}`, { because }))
      }),
    )
    assert.ok(first)
    await body({ dir, store, watch, romeo, juliet, thread: first.thread.id })
  } finally {
    await store.close()
    rmSync(dir, { recursive: true })
  }
}

/** All that Juliet can see or count is as if there had never been anything but what she sent and still waits. */
async function seesNothing(
  store: Store,
  juliet: { id: Parameters<Store['threads']['counts']>[0] },
  thread: ThreadId,
) {
  const { threads, log } = store
  const side = await threads.side(juliet.id, thread)
  assert.deepEqual([side?.unread, side?.inboxCount, side?.historyCount], [0, 0, 0])
  const { items } = await threads.transcripts(juliet.id, thread, { limit: ROWS })
  assert.deepEqual(new Set(items.map(({ origin }) => origin)), new Set(['Sent']))
  assert.deepEqual(await collect(threads.items(juliet.id)), [])
  assert.equal((await log.inbox(juliet.id)).bytes, 0)
  assert.equal((await threads.statistics(juliet.id)).inboxItems, 0)
  assert.deepEqual((await log.feed(juliet.id, 0 as Seq, 32)).rows, [], 'nothing of it goes to a new device')
  return items.length
}

test('a long thread is cleared at once for its owner, and its rows follow in bounded turns (SECURITY 25)', () =>
  withThread(async ({ store, watch, romeo, juliet, thread }) => {
    const before = (await store.threads.transcripts(romeo.id, thread, { limit: ROWS })).items.map(({ row }) =>
      textOf(row),
    )
    await store.threads.clear(juliet.id, thread)
    assert.equal(watch.turns.length, 1, 'the rest is still to come')
    const waiting = await seesNothing(store, juliet, thread)
    // What comes now is seen, while the old rows are still going.
    await store.log.append(draftOf(store, romeo, juliet, 'news'))
    assert.equal((await store.threads.side(juliet.id, thread))?.unread, 1)
    await store.swept()
    assert.ok(watch.turns.length >= 4)
    assert.ok(Math.max(...watch.turns) <= SWEEP_LINES, String(watch.turns))
    assert.equal(
      watch.turns.reduce((sum, n) => sum + n, 0),
      ROWS,
    )
    const after = (await store.threads.transcripts(juliet.id, thread, { limit: ROWS })).items
    assert.equal(after.length, waiting + 1)
    assert.equal(after.at(-1)?.origin, 'Inbox')
    const his = (await store.threads.transcripts(romeo.id, thread, { limit: 2 * ROWS })).items.map(
      ({ row }) => textOf(row),
    )
    assert.deepEqual(his, [...before, 'news'], 'the other side keeps all of it')
  }))

test('what a kill leaves of a clearing is hidden at the next start, and done', () =>
  withThread(async ({ dir, store, watch, juliet, thread }) => {
    watch.endAfter(2)
    await store.threads.clear(juliet.id, thread)
    await store.swept()
    assert.ok(store.down(), 'the disk went away in between')
    const again = watched(join(dir, 'nightpost.db'))
    await using next = await openStore({ dir, engine: again.engine })
    await seesNothing(next, juliet, thread)
    await next.swept()
    assert.ok(again.turns.length >= 2)
    assert.ok(Math.max(...again.turns) <= SWEEP_LINES)
    await seesNothing(next, juliet, thread)
    const [left] = await again.engine.query<{ n: number }>(
      'select count(*) as n from message where recipient = ?1 and rview < 3',
      juliet.id,
    )
    assert.equal(left?.n, 0)
  }))

test('cleared by both, the texts are gone from the file', () =>
  withThread(async ({ store, watch, romeo, juliet, thread }) => {
    await store.threads.clear(juliet.id, thread)
    await store.threads.clear(romeo.id, thread)
    await store.swept()
    const [row] = await watch.engine.query<{ n: number }>(
      'select count(*) as n from message where length(body) > 0 and sview <> 0',
    )
    assert.equal(row?.n, 0)
  }))

test('a page of what is left looks past what was cleared, in bounded turns, whichever end it begins at', () =>
  withThread(async ({ store, romeo, juliet, thread }) => {
    const long = Array.from({ length: 2 * TURN_LINES }, (_, n) =>
      draftOf(store, romeo, juliet, `more ${n}`, { because: 'live' }),
    )
    await store.log.append(draftOf(store, juliet, romeo, 'mine, waiting'))
    await Promise.all(long.map((draft) => store.log.append(draft)))
    await store.threads.clear(juliet.id, thread)
    await store.swept()
    await store.log.append(draftOf(store, romeo, juliet, 'news'))
    const texts = async (query: PageQuery) => {
      const page = await store.threads.timeline(juliet.id, romeo.id, query)
      return { texts: page.items.map(({ row }) => textOf(row)), earlier: page.earlier, later: page.later }
    }
    const newest = await texts({ limit: 2 })
    assert.deepEqual(newest, { texts: ['mine, waiting', 'news'], earlier: true, later: false })
    const oldest = await texts({ after: 0 as Instant, limit: 1 })
    assert.deepEqual([oldest.texts, oldest.later], [['text 3'], true])
    const all = await store.threads.timeline(juliet.id, romeo.id, { limit: 10_000 })
    const id = all.items.at(-2)?.id
    assert.ok(id)
    assert.deepEqual((await texts({ after: id, limit: 5 })).texts, ['news'])
    assert.deepEqual((await texts({ at: id, limit: 2 })).texts.includes('mine, waiting'), true)
  }))
