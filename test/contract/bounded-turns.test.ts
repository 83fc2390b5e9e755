import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Seq } from '../../src/domain/message.ts'
import type { Engine } from '../../src/store/engine.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { TURN_LINES } from '../../src/store/spans.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { addPerson, collect, DAY_MS, draftOf, SetClock, textOf } from './people.ts'

// SECURITY 25: no job and no list of a long conversation is one long turn of the event loop. Rows are counted, not milliseconds.

const ROWS = 2 * TURN_LINES + 300
const LIMIT = 500

/** The most rows that one query gave, and the most writes of one transaction. */
function counted(file: string) {
  const engine = openSqlite(file)
  const most = { rows: 0, writes: 0, queries: 0, commits: 0 }
  const counting: Engine = {
    walk: engine.walk,
    foldsAppends: engine.foldsAppends,
    async query<Row>(
      sql: string,
      ...parameters: Parameters<Engine['query']> extends [string, ...infer P] ? P : never
    ) {
      const rows = await engine.query<Row>(sql, ...parameters)
      most.queries += 1
      most.rows = Math.max(most.rows, rows.length)
      return rows
    },
    async commit(writes) {
      await engine.commit(writes)
      most.commits += 1
      most.writes = Math.max(most.writes, writes.length)
    },
    copyTo: (to, along) => engine.copyTo(to, along),
    close: () => engine.close(),
  }
  const reset = () => Object.assign(most, { rows: 0, writes: 0, queries: 0, commits: 0 })
  return { engine: counting, most, reset }
}

type World = {
  readonly store: Store
  readonly clock: SetClock
  readonly romeo: Awaited<ReturnType<typeof addPerson>>
  readonly juliet: Awaited<ReturnType<typeof addPerson>>
} & Pick<ReturnType<typeof counted>, 'most' | 'reset'>

/** Juliet's inbox has `ROWS` messages of Romeo, a day's worth each item. */
async function withLongInbox(body: (world: World) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-bounded-'))
  const clock = new SetClock()
  const { engine, most, reset } = counted(join(dir, 'nightpost.db'))
  const store = await openStore({ dir, engine, clock, inboxBytes: ROWS * 8 })
  try {
    const romeo = await addPerson(store, 'romeo')
    const juliet = await addPerson(store, 'juliet')
    for (let n = 0; n < ROWS; n += 100) {
      clock.pass(1000)
      const texts = Array.from({ length: Math.min(100, ROWS - n) }, (_, k) => `row ${n + k}`)
      await Promise.all(
        texts.map((text) => store.log.append(draftOf(store, romeo, juliet, text, { retentionDays: 2 }))),
      )
    }
    await store.settled()
    reset()
    await body({ store, clock, romeo, juliet, most, reset })
  } finally {
    await store.close()
    rmSync(dir, { recursive: true })
  }
}

test('expiry of a long conversation takes so many rows a turn, and comes to its end', () =>
  withLongInbox(async ({ store, clock, juliet, most }) => {
    clock.pass(3 * DAY_MS)
    let gone = 0
    for (;;) {
      const done = await store.log.expire(clock.now(), LIMIT)
      if (done === 0) break
      gone += done
    }
    assert.equal(gone, ROWS)
    assert.ok(most.rows <= TURN_LINES, `${most.rows} rows in one query`)
    // Two writes for a row that stays as Expired, and what goes with the rows of a turn.
    assert.ok(most.writes <= 2 * LIMIT + 10, `${most.writes} writes in one transaction`)
    assert.equal((await store.threads.statistics(juliet.id)).inboxMessages, 0)
    clock.pass(40 * DAY_MS)
    while ((await store.log.expire(clock.now(), LIMIT)) > 0);
    assert.deepEqual((await store.threads.sides(juliet.id, { limit: 10 })).length, 0)
  }))

test('one old row at the end of a long conversation is found, and the side is not looked at again before it is due', () =>
  withLongInbox(async ({ store, clock, romeo, juliet, most, reset }) => {
    await store.log.append(draftOf(store, romeo, juliet, 'brief', { retentionDays: 1 }))
    clock.pass(1.5 * DAY_MS)
    assert.equal(await store.log.expire(clock.now(), LIMIT), 1)
    assert.ok(most.rows <= TURN_LINES)
    assert.equal((await store.threads.statistics(juliet.id)).inboxMessages, ROWS)
    reset()
    assert.equal(await store.log.expire(clock.now(), LIMIT), 0)
    assert.ok(most.rows <= 1 && most.queries < 10, `${most.queries} queries for nothing`)
    clock.pass(DAY_MS)
    assert.ok((await store.log.expire(clock.now(), LIMIT)) > 0, 'it is due by now')
  }))

test('what comes while expiry walks is not forgotten by it', () =>
  withLongInbox(async ({ store, clock, romeo, juliet }) => {
    clock.pass(3 * DAY_MS)
    const walking = store.log.expire(clock.now(), 50)
    await store.log.append(draftOf(store, romeo, juliet, 'late', { retentionDays: 1 }))
    await walking
    while ((await store.log.expire(clock.now(), LIMIT)) > 0);
    assert.equal((await store.threads.statistics(juliet.id)).inboxMessages, 1)
    clock.pass(2 * DAY_MS)
    assert.equal(await store.log.expire(clock.now(), LIMIT), 1)
  }))

test('listing, counting and removing items of a long inbox read so many rows a turn', () =>
  withLongInbox(async ({ store, juliet, most }) => {
    const items = await collect(store.threads.items(juliet.id))
    assert.equal(
      items.reduce((sum, item) => sum + item.rows.length, 0),
      ROWS,
    )
    assert.equal((await store.threads.statistics(juliet.id)).inboxItems, items.length)
    assert.ok(await store.threads.removeItem(juliet.id, items.at(-1)?.id ?? ''))
    assert.equal((await store.threads.statistics(juliet.id)).inboxItems, items.length - 1)
    assert.ok(most.rows <= TURN_LINES, `${most.rows} rows in one query`)
  }))

test('room is made from read rows in turns, oldest first, behind a long history', () =>
  withLongInbox(async ({ store, clock, romeo, juliet, most, reset }) => {
    const rows = await store.log.after(juliet.id, 0 as Seq, ROWS)
    const read = rows.at(-10)
    assert.ok(read)
    await store.threads.markRead(juliet.id, read.thread, read.seq, clock.now(), true)
    reset()
    await store.log.makeRoom(juliet.id, ROWS * 8)
    assert.equal((await store.threads.statistics(juliet.id)).inboxMessages, 9, 'unread ones stay')
    assert.ok(most.rows <= TURN_LINES, `${most.rows} rows in one query`)
    // Each row that goes leaves a line of the trace.
    assert.ok(most.writes <= 2 * TURN_LINES + 10)
    await store.log.append(draftOf(store, romeo, juliet, 'fits'))
  }))

test('a new device passes over years of what was read in a few steps, and gets what was not', () =>
  withLongInbox(async ({ store, clock, romeo, juliet, most, reset }) => {
    const rows = await store.log.after(juliet.id, 0 as Seq, ROWS)
    const read = rows.at(-3)
    assert.ok(read)
    await store.threads.markRead(juliet.id, read.thread, read.seq, clock.now(), true)
    await store.log.append(draftOf(store, romeo, juliet, 'news'))
    reset()
    const unread: string[] = []
    let calls = 0
    for (let from = 0 as Seq; ; ) {
      const feed = await store.log.feed(juliet.id, from, 32)
      calls += 1
      unread.push(...feed.rows.filter((row) => row.unread).map(({ row }) => textOf(row)))
      from = feed.upTo
      if (feed.end) break
    }
    assert.deepEqual(unread, [`row ${ROWS - 2}`, `row ${ROWS - 1}`, 'news'])
    assert.ok(calls <= 5, `${calls} looks at the log`)
    assert.ok(most.rows <= 32)
  }))

test('reading anywhere in a long unread conversation counts right, and gets to the middle in steps', () =>
  withLongInbox(async ({ store, clock, juliet, most }) => {
    const rows = await store.log.after(juliet.id, 0 as Seq, ROWS)
    const thread = rows[0]?.thread
    assert.ok(thread)
    const read = async (n: number) => {
      const seq = rows[n]?.seq
      assert.ok(seq)
      const { changed } = await store.threads.markRead(juliet.id, thread, seq, clock.now(), true)
      const side = await store.threads.side(juliet.id, thread)
      return [changed, side?.unread, (await store.log.inbox(juliet.id)).unreadMessages]
    }
    const left = (n: number) => ROWS - n - 1
    assert.deepEqual(
      await read(10),
      [11, left(10), left(10)],
      'near the beginning: what lies below is counted',
    )
    const middle = TURN_LINES + 100
    const before = most.commits
    assert.deepEqual(await read(middle), [middle - 10, left(middle), left(middle)])
    assert.ok(most.commits >= before + 2, 'the middle is reached in steps')
    assert.deepEqual(await read(middle), [0, left(middle), left(middle)])
    assert.deepEqual(
      await read(ROWS - 3),
      [left(middle) - 2, 2, 2],
      'near the end: what lies above is counted',
    )
    const from = rows[middle]?.seq
    assert.ok(from)
    assert.equal((await store.threads.markUnread(juliet.id, thread, from)).changed, left(middle) - 1)
    assert.deepEqual(await read(ROWS - 1), [left(middle) + 1, 0, 0])
  }))
