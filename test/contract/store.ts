import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EndpointId } from '../../src/domain/endpoint.ts'
import type { Seq } from '../../src/domain/message.ts'
import { after, instant } from '../../src/domain/time.ts'
import type { Engine } from '../../src/store/engine.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/open.ts'
import { addPerson, collect, DAY_MS, draftOf, SetClock, textOf } from './people.ts'

/** The longest a timer of Node can wait. */
const FOR_EVER_MS = 2 ** 31 - 1

/** One database of one engine: may be opened again after it was closed. */
export interface Database {
  open(dir: string): Promise<Engine>
  drop(): Promise<void>
}

interface World {
  readonly clock: SetClock
  readonly store: Store
  /** The database as it is now, below everything. */
  query<Row>(sql: string): Promise<readonly Row[]>
  /** Ends the process's hold without writing what is behind, as `kill -9` does, and opens again. */
  crash(): Promise<Store>
  /** Closes properly and opens again. */
  reopen(): Promise<Store>
}

/** What log, positions, repeat window, threads and ledger promise, on any engine (DECISIONS 10). */
export function storeContract(engineName: string, makeDatabase: () => Promise<Database>): void {
  function promise(
    name: string,
    body: (world: World) => Promise<void>,
    options: Partial<StoreOptions> = {},
  ): void {
    test(`${engineName}: ${name}`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'nightpost-contract-'))
      const database = await makeDatabase()
      const clock = new SetClock()
      // Behind for ever: only what counts on it brings it to the disk, so a crash loses all of it.
      let engine = await database.open(dir)
      let store = await openStore({ dir, engine, clock, behindMs: FOR_EVER_MS, ...options })
      const again = async () => {
        engine = await database.open(dir)
        store = await openStore({ dir, engine, clock, behindMs: FOR_EVER_MS, ...options })
        return store
      }
      try {
        await body({
          clock,
          store,
          query: (sql) => engine.query(sql),
          crash: async () => {
            await engine.close()
            return again()
          },
          reopen: async () => {
            await store.close()
            return again()
          },
        })
      } finally {
        await store.close()
        await database.drop()
        rmSync(dir, { recursive: true })
      }
    })
  }

  promise('rows of one recipient get ascending numbers and resolve in their order', async ({ store }) => {
    const [romeo, juliet, nurse] = await people(store, 'romeo', 'juliet', 'nurse')
    const resolved: number[] = []
    await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(async (text, index) => {
        // Every second one opens a thread, which takes a commit of its own.
        const options = index % 2 === 0 ? { thread: `new-${index}` } : {}
        const { row } = await store.log.append(
          draftOf(store, index < 3 ? romeo : nurse, juliet, text, options),
        )
        resolved.push(row.seq)
      }),
    )
    assert.deepEqual(
      resolved,
      [...resolved].sort((a, b) => a - b),
    )
    const rows = await store.log.after(juliet.id, 0 as Seq, 100)
    assert.deepEqual(
      rows.map((row) => row.seq),
      resolved,
    )
    assert.equal(await store.log.last(juliet.id), resolved.at(-1))
  })

  promise('messages of one sender in one thread keep the order of their appends', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const texts = Array.from({ length: 50 }, (_, n) => String(n))
    await Promise.all(texts.map((text) => store.log.append(draftOf(store, romeo, juliet, text))))
    assert.deepEqual((await store.log.after(juliet.id, 0 as Seq, 100)).map(textOf), texts)
  })

  promise('a row is there after a crash, and in timeline and counts', async ({ store, crash }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const { row, thread } = await store.log.append(
      draftOf(store, romeo, juliet, 'wait for me', { thread: 'T' }),
    )
    const after = await crash()
    const [found] = await after.log.after(juliet.id, 0 as Seq, 10)
    assert.deepEqual(found && { ...found, body: textOf(found) }, { ...row, body: 'wait for me' })
    assert.deepEqual(await after.threads.counts(juliet.id), {
      logs: 1,
      missed: 1,
      unreadMissed: 1,
      expired: 0,
    })
    const page = await after.threads.timeline(romeo.id, juliet.id, { limit: 10 })
    assert.deepEqual(
      page.items.map(({ direction, origin, state }) => ({ direction, origin, state })),
      [{ direction: 'Outgoing', origin: 'Sent', state: 'Queued' }],
    )
    assert.equal((await after.threads.side(juliet.id, thread.id))?.peerName, 'romeo')
  })

  promise(
    'an offline row never enters history, not by accepting, delivery or reading (R4)',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const { row } = await store.log.append(draftOf(store, romeo, juliet, 'hello'))
      await store.threads.markDelivered(juliet.id, row.thread, row.seq, clock.now(), true)
      await store.threads.markRead(juliet.id, row.thread, row.seq, clock.now(), true)
      clock.pass(DAY_MS)
      await store.log.settleViews(clock.now(), 100)
      for (const person of [romeo, juliet]) {
        const { historyThreads, historyMessages } = await store.threads.statistics(person.id)
        assert.deepEqual({ historyThreads, historyMessages }, { historyThreads: 0, historyMessages: 0 })
      }
      assert.equal((await store.threads.statistics(juliet.id)).inboxMessages, 1)
    },
  )

  promise(
    'a position is read back at once, and after a crash once it was flushed',
    async ({ store, crash }) => {
      const [juliet] = await people(store, 'juliet')
      const endpoint = 'web' as EndpointId
      const position = { cursor: 5 as Seq, settled: [7 as Seq, 9 as Seq] }
      store.positions.write(juliet.id, endpoint, position)
      assert.deepEqual(await store.positions.read(juliet.id, endpoint), position)
      await store.positions.flush()
      const again = await crash()
      assert.deepEqual(await again.positions.read(juliet.id, endpoint), position)
      again.positions.forget(juliet.id, endpoint)
      assert.deepEqual(await again.positions.read(juliet.id, endpoint), { cursor: 0, settled: [] })
      await again.positions.flush()
      assert.deepEqual(await again.positions.read(juliet.id, endpoint), { cursor: 0, settled: [] })
    },
  )

  for (const [kind, key] of [
    ['a request', { kind: 'request', hex: 'ab'.repeat(16) }],
    ['an Idempotency-Key', { kind: 'idempotency', key: 'f81d4fae-7dec' }],
  ] as const) {
    promise(
      `a repeat of ${kind} is the first row: in one turn, later, after a crash`,
      async ({ store, crash }) => {
        const [romeo, juliet] = await people(store, 'romeo', 'juliet')
        const send = (to: Store) =>
          to.log.append(draftOf(to, romeo, juliet, 'once', { key, because: 'live' }))
        const [first, second] = await Promise.all([send(store), send(store)])
        assert.deepEqual([first.repeated, second.repeated, second.row.seq], [false, true, first.row.seq])
        assert.equal((await store.log.known(romeo.id, key))?.row.seq, first.row.seq)
        const again = await crash()
        assert.equal((await again.log.known(romeo.id, key))?.row.seq, first.row.seq)
        const third = await send(again)
        assert.deepEqual([third.repeated, third.row.seq, textOf(third.row)], [true, first.row.seq, 'once'])
        assert.equal((await again.log.after(juliet.id, 0 as Seq, 10)).length, 1)
      },
    )
  }

  promise(
    'a repeat is known for 10 minutes, with an Idempotency-Key for a day',
    async ({ store, clock, crash }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const request = { kind: 'request', hex: '12'.repeat(16) } as const
      const idempotency = { kind: 'idempotency', key: 'k' } as const
      for (const key of [request, idempotency])
        await store.log.append(draftOf(store, romeo, juliet, 'x', { key }))
      clock.pass(11 * 60_000)
      const again = await crash()
      assert.equal(await again.log.known(romeo.id, request), undefined)
      assert.notEqual(await again.log.known(romeo.id, idempotency), undefined)
      assert.equal(await again.log.known(juliet.id, idempotency), undefined, 'the key is the sender’s own')
      clock.pass(DAY_MS)
      await again.log.expire(clock.now(), 100)
      assert.equal(await again.log.known(romeo.id, idempotency), undefined)
    },
  )

  promise(
    'a wall clock that is set makes no repeat a second message (SECURITY 64)',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const key = { kind: 'request', hex: '56'.repeat(16) } as const
      const { row } = await store.log.append(draftOf(store, romeo, juliet, 'once', { key }))
      for (const stepMs of [DAY_MS, -2 * DAY_MS, DAY_MS + 3_600_000]) {
        clock.set(stepMs)
        await store.log.append(
          draftOf(store, romeo, juliet, 'another', {
            key: { kind: 'request', hex: `${stepMs}`.padEnd(32, '0').replace('-', 'f') },
          }),
        )
        const again = await store.log.append(draftOf(store, romeo, juliet, 'once', { key }))
        assert.deepEqual([again.repeated, again.row.seq], [true, row.seq])
      }
      const texts = (await store.threads.timeline(romeo.id, juliet.id, { limit: 10 })).items.map((item) =>
        textOf(item.row),
      )
      assert.deepEqual(texts, ['once', 'another', 'another', 'another'])
    },
  )

  promise(
    'a live row that nobody keeps goes when it was read, and its repeat is still known',
    async (world) => {
      const { store, clock, crash } = world
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const key = { kind: 'request', hex: '34'.repeat(16) } as const
      const options = { because: 'live', senderKeeps: false, recipientKeeps: false, key } as const
      const { row } = await store.log.append(draftOf(store, romeo, juliet, 'secret', options))
      await store.threads.markRead(juliet.id, row.thread, row.seq, clock.now(), true)
      clock.pass(121_000)
      assert.equal(await store.log.settleViews(clock.now(), 100), 1)
      assert.equal(await store.log.row(juliet.id, row.seq), undefined)
      assert.deepEqual(await store.log.after(juliet.id, 0 as Seq, 10), [])
      const again = await crash()
      const repeat = await again.log.append(draftOf(again, romeo, juliet, 'secret', options))
      assert.deepEqual([repeat.repeated, repeat.row.seq], [true, row.seq])
      clock.pass(DAY_MS)
      await again.log.expire(clock.now(), 100)
      assert.equal((await again.log.known(romeo.id, key))?.row.body.length ?? 0, 0)
    },
  )

  promise('reading is one mark, and the first mark at or above a row is the row’s', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const rows = await sendAll(store, romeo, juliet, ['1', '2', '3'])
    const thread = rows[0].thread
    await store.threads.markDelivered(juliet.id, thread, rows[1].seq, instant(100), true)
    assert.deepEqual(await store.threads.markRead(juliet.id, thread, rows[0].seq, instant(200), true), {
      changed: 1,
    })
    await store.threads.markRead(juliet.id, thread, rows[1].seq, instant(300), true)
    assert.deepEqual(await store.threads.markRead(juliet.id, thread, rows[0].seq, instant(400), true), {
      changed: 0,
    })
    assert.deepEqual(await marks(store, romeo.id, juliet.id), [
      ['Read', 100, 200],
      ['Read', 100, 300],
      ['Queued', undefined, undefined],
    ])
    const side = await store.threads.side(juliet.id, thread)
    assert.deepEqual(
      [side?.unread, side?.inboxCount, (await store.log.inbox(juliet.id)).unreadMessages],
      [1, 3, 1],
    )
    assert.equal(side?.oldestUnread, rows[2].at)
    assert.deepEqual(await store.threads.markUnread(juliet.id, thread, rows[1].seq), { changed: 1 })
    assert.equal((await store.log.inbox(juliet.id)).unreadMessages, 2)
    assert.equal((await store.threads.side(juliet.id, thread))?.oldestUnread, rows[1].at)
    assert.deepEqual(
      (await marks(store, romeo.id, juliet.id))[1],
      ['Read', 100, 300],
      'the mark does not go back',
    )
  })

  promise('a mark that is withheld carries the time of its release', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const [row] = await sendAll(store, romeo, juliet, ['1'])
    await store.threads.markRead(juliet.id, row.thread, row.seq, instant(100), false)
    assert.deepEqual(await marks(store, romeo.id, juliet.id), [['Queued', undefined, undefined]])
    const released = await store.threads.releaseMarks(juliet.id, instant(900))
    assert.deepEqual(released, [{ thread: row.thread, sender: romeo.id }])
    assert.deepEqual(await marks(store, romeo.id, juliet.id), [['Read', 900, 900]])
    assert.deepEqual(await store.threads.releaseMarks(juliet.id, instant(999)), [])
  })

  promise('without a receipt Delivered is the last mark (R50)', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const [row] = await sendAll(store, romeo, juliet, ['1'])
    await store.threads.markRead(juliet.id, row.thread, row.seq, instant(100), true, false)
    assert.deepEqual(await marks(store, romeo.id, juliet.id), [['Delivered', 100, undefined]])
  })

  promise('an inbox view is told of everything at once', async ({ store }) => {
    const [romeo, juliet, nurse] = await people(store, 'romeo', 'juliet', 'nurse')
    const [a] = await sendAll(store, romeo, juliet, ['1'])
    const [b] = await sendAll(store, nurse, juliet, ['2'])
    const moved = await store.threads.markAllDelivered(juliet.id, b.seq, instant(50), true)
    assert.deepEqual(moved, [
      { thread: a.thread, sender: romeo.id },
      { thread: b.thread, sender: nurse.id },
    ])
    assert.deepEqual(await store.threads.markAllDelivered(juliet.id, b.seq, instant(60), true), [])
    assert.deepEqual(await marks(store, nurse.id, juliet.id), [['Delivered', 50, undefined]])
  })

  promise(
    'a live row not confirmed in time is an inbox item here and Sent while away there',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const { row } = await store.log.append(draftOf(store, romeo, juliet, 'there?', { because: 'live' }))
      assert.equal((await store.threads.side(juliet.id, row.thread))?.historyCount, 1)
      await store.log.missed(juliet.id, row.seq)
      const there = await store.threads.side(romeo.id, row.thread)
      const here = await store.threads.side(juliet.id, row.thread)
      assert.deepEqual([here?.inboxCount, here?.historyCount, there?.historyCount], [1, 0, 0])
      assert.equal(there?.last?.origin, 'Sent')
      // A later confirmation gives the mark and moves nothing back.
      await store.threads.markDelivered(juliet.id, row.thread, row.seq, clock.now(), true)
      assert.equal((await store.threads.side(juliet.id, row.thread))?.inboxCount, 1)
    },
  )

  promise(
    'a confirmed live row that is not read in 2 minutes becomes an item where reading is reported',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const live = await sendAll(store, romeo, juliet, ['read', 'unread'], { because: 'live' })
      const [first, second] = live
      await store.threads.markDelivered(juliet.id, second.thread, second.seq, clock.now(), true)
      await store.threads.markRead(juliet.id, first.thread, first.seq, clock.now(), true)
      clock.pass(119_000)
      assert.equal(await store.log.settleViews(clock.now(), 100), 0)
      clock.pass(1_000)
      assert.equal(await store.log.settleViews(clock.now(), 100), 1)
      const side = await store.threads.side(juliet.id, first.thread)
      assert.deepEqual([side?.historyCount, side?.inboxCount, side?.unread], [1, 1, 1])
      assert.equal(
        (await store.threads.side(romeo.id, first.thread))?.historyCount,
        2,
        'confirmed: history there',
      )
      assert.equal(await store.log.settleViews(clock.now(), 100), 0)
    },
    { reportsReading: () => true },
  )

  promise(
    'a Sent while away line goes 30 days after delivery, the copy of the recipient stays',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const [first] = await sendAll(store, romeo, juliet, ['delivered', 'waiting'])
      await store.threads.markDelivered(juliet.id, first.thread, first.seq, clock.now(), true)
      const lines = async () =>
        (await store.threads.timeline(romeo.id, juliet.id, { limit: 9 })).items.map((item) =>
          textOf(item.row),
        )
      clock.pass(30 * DAY_MS - 1)
      await store.log.expire(clock.now(), 100)
      assert.deepEqual(await lines(), ['delivered', 'waiting'])
      clock.pass(1)
      await store.log.expire(clock.now(), 100)
      assert.deepEqual(await lines(), ['waiting'])
      assert.equal((await store.threads.statistics(juliet.id)).inboxMessages, 2)
      assert.deepEqual(await store.threads.totals(), { unread: 2, read: 0, oldestUnread: first.at })
    },
  )

  promise('deleting a conversation leaves the other side and the sent lines alone', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const [row] = await sendAll(store, romeo, juliet, ['waiting'])
    await sendAll(store, romeo, juliet, ['live'], { because: 'live' })
    await sendAll(store, juliet, romeo, ['answer'], { because: 'live' })
    await store.threads.clear(juliet.id, row.thread)
    assert.deepEqual(await store.threads.sides(juliet.id, { limit: 10 }), [])
    assert.deepEqual(await store.log.inbox(juliet.id), {
      unreadMessages: 0,
      unreadItems: 0,
      bytes: 0,
      unreadBytes: 0,
    })
    const page = await store.threads.transcripts(romeo.id, row.thread, { limit: 10 })
    assert.deepEqual(
      page.items.map((item) => [textOf(item.row), item.origin]),
      [
        ['waiting', 'Sent'],
        ['live', 'History'],
        ['answer', 'History'],
      ],
    )
    assert.deepEqual(await store.log.after(juliet.id, 0 as Seq, 10), [], 'what was deleted is not offered')
  })

  promise(
    'what neither side sees any more is emptied at once and gone soon',
    async ({ store, clock, query }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const [row] = await sendAll(store, romeo, juliet, ['of two'], { because: 'live', thread: 'T' })
      await sendAll(store, juliet, romeo, ['answer'], { because: 'live', thread: 'T' })
      const bodies = async () =>
        (await query<{ body: Uint8Array }>('select body from message order by at, recipient')).map(textOf)
      await store.threads.clear(juliet.id, row.thread)
      assert.deepEqual((await bodies()).sort(), ['answer', 'of two'])
      await store.threads.clear(romeo.id, row.thread)
      assert.deepEqual(await bodies(), ['', ''])
      clock.pass(11 * 60_000)
      await store.log.expire(clock.now(), 100)
      assert.deepEqual(await bodies(), [])
      assert.deepEqual(await query('select seq from timeline'), [])
    },
  )

  promise(
    'what expires unread is Expired for the sender, and gone 30 days later',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const [, read] = await sendAll(store, romeo, juliet, ['unread'], {
        retentionDays: 2,
        thread: 'U',
      }).then(async (rows) => [
        ...rows,
        ...(await sendAll(store, romeo, juliet, ['read'], { retentionDays: 1, thread: 'R' })),
      ])
      await store.threads.markRead(
        juliet.id,
        read?.thread ?? (0 as never),
        read?.seq ?? (0 as never),
        clock.now(),
        true,
      )
      assert.equal(await store.log.expire(after(clock.now(), DAY_MS - 1), 10), 0)
      clock.pass(2 * DAY_MS)
      assert.equal(await store.log.expire(clock.now(), 10), 2)
      assert.equal(await store.log.expire(clock.now(), 10), 0)
      const { items } = await store.threads.timeline(romeo.id, juliet.id, { limit: 10 })
      assert.deepEqual(
        items.map((item) => [textOf(item.row), item.state]),
        [['unread', 'Expired']],
      )
      assert.equal((await store.threads.counts(romeo.id)).expired, 1)
      assert.deepEqual(await store.threads.counts(juliet.id), {
        logs: 0,
        missed: 0,
        unreadMissed: 0,
        expired: 1,
      })
      assert.deepEqual(
        (await collect(store.threads.items(juliet.id))).map((item) => item.state),
        ['Expired'],
      )
      clock.pass(30 * DAY_MS)
      assert.equal(await store.log.expire(clock.now(), 10), 1)
      assert.deepEqual((await store.threads.timeline(romeo.id, juliet.id, { limit: 10 })).items, [])
    },
  )

  promise(
    'both sides are told once how many expired, also across a crash',
    async ({ store, clock, crash }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const expireOne = async (through: typeof store, thread: string) => {
        await sendAll(through, romeo, juliet, ['unread'], { retentionDays: 1, thread })
        clock.pass(DAY_MS)
        assert.equal(await through.log.expire(clock.now(), 10), 1)
      }
      await expireOne(store, 'A')
      assert.equal((await store.threads.counts(juliet.id)).expired, 1, 'looking is not telling')
      assert.equal(await store.threads.tellExpired(juliet.id, clock.now()), 1)
      assert.equal(await store.threads.tellExpired(juliet.id, clock.now()), 0)
      assert.equal((await store.threads.counts(juliet.id)).expired, 0)
      assert.equal((await store.threads.counts(romeo.id)).expired, 1, 'the other side has not been told')
      const later = await crash()
      await expireOne(later, 'B')
      assert.equal(await later.threads.tellExpired(juliet.id, clock.now()), 1)
      assert.equal(await later.threads.tellExpired(romeo.id, clock.now()), 2)
    },
  )

  promise(
    'a live message that expires unread is counted for its recipient, and its text is gone',
    async ({ store, clock, query }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const [row] = await sendAll(store, romeo, juliet, ['missed'], { because: 'live', retentionDays: 1 })
      await store.threads.markDelivered(juliet.id, row.thread, row.seq, clock.now(), true)
      clock.pass(120_000)
      assert.equal(await store.log.settleViews(clock.now(), 100), 1)
      clock.pass(DAY_MS)
      assert.equal(await store.log.expire(clock.now(), 10), 1)
      assert.equal((await store.threads.counts(juliet.id)).expired, 1)
      assert.equal((await store.threads.counts(romeo.id)).expired, 0)
      assert.deepEqual((await store.threads.timeline(romeo.id, juliet.id, { limit: 10 })).items, [])
      const [kept] = await query<{ size: number }>('select length(body) as size from message')
      assert.equal(kept?.size, 0)
      clock.pass(30 * DAY_MS)
      assert.equal(await store.log.expire(clock.now(), 10), 1)
      assert.deepEqual(await query('select seq from message'), [])
    },
    { reportsReading: () => true },
  )

  promise('what the recipient clears stays Expired for the sender', async ({ store, clock }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const [row] = await sendAll(store, romeo, juliet, ['unread'], { retentionDays: 1 })
    clock.pass(DAY_MS)
    await store.log.expire(clock.now(), 10)
    await store.threads.clear(juliet.id, row.thread)
    const { items } = await store.threads.timeline(romeo.id, juliet.id, { limit: 10 })
    assert.deepEqual(
      items.map(({ state }) => state),
      ['Expired'],
    )
  })

  promise(
    'room is made from read rows, oldest first, and never from unread ones',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const rows = await sendAll(store, romeo, juliet, ['aaaa', 'bbbb', 'cccc', 'dddd'])
      await store.threads.markRead(juliet.id, rows[0].thread, rows[1].seq, clock.now(), true)
      await store.log.makeRoom(juliet.id, 4)
      const left = async () => (await store.log.after(juliet.id, 0 as Seq, 10)).map(textOf)
      assert.deepEqual(await left(), ['bbbb', 'cccc', 'dddd'])
      await store.log.makeRoom(juliet.id, 1000)
      assert.deepEqual(await left(), ['cccc', 'dddd'])
      assert.deepEqual(await store.log.inbox(juliet.id), {
        unreadMessages: 2,
        unreadItems: 1,
        bytes: 8,
        unreadBytes: 8,
      })
      assert.equal((await store.threads.timeline(romeo.id, juliet.id, { limit: 10 })).items.length, 4)
    },
    { inboxBytes: 16 },
  )

  promise(
    'messages of two minutes are one item, a later one opens the next (R26)',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      await sendAll(store, romeo, juliet, ['1'])
      clock.pass(60_000)
      await sendAll(store, romeo, juliet, ['2', '3'])
      clock.pass(70_000)
      const [fourth] = await sendAll(store, romeo, juliet, ['4'])
      await store.threads.markDelivered(juliet.id, fourth.thread, fourth.seq, clock.now(), true)
      store.log.closeBatches(juliet.id)
      await sendAll(store, romeo, juliet, ['5'])
      await sendAll(store, romeo, juliet, ['6'], { thread: 'another' })
      const items = await collect(store.threads.items(undefined))
      assert.deepEqual(
        items.map(({ rows, state, senderName }) => [
          rows.map(({ row }) => textOf(row)).join(''),
          state,
          senderName,
        ]),
        [
          ['123', 'Delivered', 'romeo'],
          ['4', 'Delivered', 'romeo'],
          ['5', 'Unread', 'romeo'],
          ['6', 'Unread', 'romeo'],
        ],
      )
      assert.equal((await store.log.inbox(juliet.id)).unreadItems, 4)
      assert.equal(await store.threads.removeItem(juliet.id, items[0]?.id ?? ''), true)
      assert.equal(await store.threads.removeItem(juliet.id, items[0]?.id ?? ''), false)
      assert.equal(await store.threads.removeItem(romeo.id, items[1]?.id ?? ''), false, 'not the owner')
      assert.equal((await store.threads.statistics(juliet.id)).inboxItems, 3)
    },
  )

  promise('pages of a pair’s timeline are one order, whichever border asks', async ({ store, clock }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const texts: string[] = []
    for (let n = 0; n < 23; n += 1) {
      const [from, to] = n % 3 === 0 ? [juliet, romeo] : [romeo, juliet]
      // The clock stands still for some, and goes back an hour once (SECURITY 64).
      clock.pass(n === 11 ? -3_600_000 : n % 2)
      await store.log.append(
        draftOf(store, from, to, String(n), { thread: n % 4 === 0 ? 'A' : 'B', because: 'live' }),
      )
      texts.push(String(n))
    }
    const page = (query: Parameters<Store['threads']['timeline']>[2]) =>
      store.threads.timeline(juliet.id, romeo.id, query)
    const whole = await page({ limit: 200 })
    const sent = (items: readonly { direction: string; row: { body: Uint8Array } }[], direction: string) =>
      items.filter((item) => item.direction === direction).map((item) => textOf(item.row))
    for (const direction of ['Incoming', 'Outgoing']) {
      const run = sent(whole.items, direction)
      assert.deepEqual(
        run,
        [...run].sort((a, b) => Number(a) - Number(b)),
        'inside a run nothing swaps',
      )
    }
    assert.deepEqual(new Set(whole.items.map((item) => textOf(item.row))), new Set(texts))
    const all = whole.items.map((item) => item.id)
    const back: string[] = []
    for (let before = undefined as (typeof all)[number] | undefined; ; ) {
      const { items, earlier } = await page({ limit: 4, ...(before && { before }) })
      back.unshift(...items.map((item) => item.id))
      before = items[0]?.id
      if (!earlier) break
    }
    assert.deepEqual(back, all)
    const forth: string[] = all.slice(0, 1)
    for (;;) {
      const { items, later, earlier } = await page({ limit: 5, after: forth.at(-1) as (typeof all)[number] })
      assert.equal(earlier, true)
      forth.push(...items.map((item) => item.id))
      if (!later) break
    }
    assert.deepEqual(forth, all)
    const middle = await page({ limit: 6, at: all[10] as (typeof all)[number] })
    assert.deepEqual(
      middle.items.map((item) => item.id),
      all.slice(7, 13),
    )
    const thread = whole.items.find((item) => textOf(item.row) === '4')?.thread
    const own = await store.threads.transcripts(juliet.id, thread ?? (0 as never), { limit: 200 })
    assert.deepEqual(
      own.items.map((item) => item.id),
      whole.items.filter((item) => item.thread === thread).map((item) => item.id),
    )
  })

  promise('conversations are listed newest first, and page by time', async ({ store, clock }) => {
    const [romeo, juliet, nurse] = await people(store, 'romeo', 'juliet', 'nurse')
    for (const [from, text] of [
      [romeo, 'first'],
      [nurse, 'second'],
      [romeo, 'third'],
    ] as const) {
      await store.log.append(draftOf(store, from, juliet, text, { thread: text }))
      clock.pass(1000)
    }
    const names = (sides: readonly { externalId: string }[]) => sides.map((side) => side.externalId)
    const all = await store.threads.sides(juliet.id, { limit: 10 })
    assert.deepEqual(names(all), ['third', 'second', 'first'])
    const before = all[1]?.lastAt
    assert.deepEqual(names(await store.threads.sides(juliet.id, { limit: 10, ...(before && { before }) })), [
      'first',
    ])
  })

  promise(
    'configuration and its audit records commit together, and the chain fits',
    async ({ store, crash }) => {
      const [tony] = await people(store, 'tony')
      const entry = (cmdlet: string) => ({
        time: store.clock.now(),
        who: 'console:root',
        role: 'CsAdministrator',
        from: 'local',
        door: 'console',
        invocation: 'i',
        cmdlet,
        parameters: { Identity: 'tony' },
        targetObject: 'tony@example.com',
        before: null,
        after: { EnableIMAutoArchiving: false },
        result: 'Success',
      })
      const policy = {
        noun: 'CsClientPolicy',
        identity: 'Tag:OfflineIM',
        values: { EnableIMAutoArchiving: false },
      }
      await store.ledger.commit(
        [
          { kind: 'putPolicy', policy },
          { kind: 'grant', noun: 'CsClientPolicy', id: tony.id, policy: 'Tag:OfflineIM' },
          { kind: 'addRole', role: 'CsHelpDesk', id: tony.id },
        ],
        [entry('New-CsClientPolicy'), entry('Grant-CsClientPolicy')],
      )
      await store.ledger.commit([], [entry('Get-CsUser')])
      for (const reach of [async () => store, crash]) {
        const now = await reach()
        assert.equal(now.facts.rules(tony.id).sending, 'senderPolicy')
        assert.equal(now.facts.effectivePolicy('CsClientPolicy', tony.id).source, 'User')
        assert.equal(now.facts.policy('CsClientPolicy', 'tag:offlineim')?.identity, 'Tag:OfflineIM')
        assert.deepEqual(now.facts.roles(tony.id), ['CsHelpDesk'])
        assert.equal(now.facts.byUpn('TONY@example.com')?.id, tony.id)
        const records = await collect(now.audit.find({ cmdlet: 'grant-csclientpolicy' }))
        assert.deepEqual(
          records.map(({ number, after: values }) => [number, values]),
          [[2, { EnableIMAutoArchiving: false }]],
        )
        assert.equal((await collect(now.audit.find({}))).length, 3)
        assert.equal(await now.audit.verify(), undefined)
      }
    },
  )

  promise(
    'a number of an account is never used again, and a taken name is refused',
    async ({ store, reopen }) => {
      const [tony, ken] = await people(store, 'tony', 'ken')
      await assert.rejects(
        store.ledger.commit([{ kind: 'putAccount', account: { ...ken, upn: tony.upn.toUpperCase() } }], []),
      )
      const twins = [store.ledger.newAccountId(), store.ledger.newAccountId()].map((id) =>
        store.ledger.commit(
          [{ kind: 'putAccount', account: { ...ken, id, upn: 'twin@example.com', sip: undefined } }],
          [],
        ),
      )
      assert.deepEqual(
        (await Promise.allSettled(twins)).map(({ status }) => status),
        ['fulfilled', 'rejected'],
      )
      await store.ledger.commit([{ kind: 'removeAccount', id: ken.id }], [])
      const again = await reopen()
      assert.equal(again.facts.account(ken.id), undefined)
      const next = await addPerson(again, 'ken')
      assert.ok(next.id > ken.id)
    },
  )

  promise(
    'password-equivalents come back, and go when SIP sign-in is turned off',
    async ({ store, reopen }) => {
      const [tony] = await people(store, 'tony')
      const ha1 = { user: '0'.repeat(32), address: '1'.repeat(32) }
      const secrets = { passwordHash: '$argon2id$x', ntHash: 'f'.repeat(32), ha1 }
      await store.ledger.commit([{ kind: 'putSecrets', id: tony.id, secrets }], [])
      const again = await reopen()
      assert.deepEqual(await again.ledger.secrets(tony.id), secrets)
      assert.deepEqual(await again.ledger.sipSignIn(tony.id), { allowed: true, digest: 'Ready' })
      assert.equal(await again.ledger.rotateKey(), 1)
      assert.deepEqual(await again.ledger.secrets(tony.id), secrets)
      await again.ledger.commit([{ kind: 'putSipSignIn', id: tony.id, allowed: false }], [])
      assert.deepEqual(await again.ledger.secrets(tony.id), {
        passwordHash: '$argon2id$x',
        ntHash: null,
        ha1: null,
      })
      assert.deepEqual(await again.ledger.sipSignIn(tony.id), { allowed: false, digest: 'Off' })
    },
  )

  promise(
    'contacts, groups, levels, settings and presence are kept with the account',
    async ({ store, reopen }) => {
      const [tony, ken, pilar] = await people(store, 'tony', 'ken', 'pilar')
      const group = store.ledger.newGroupId()
      const other = { owner: tony.id, contact: ken.id }
      const note = { text: 'on the road', type: 'Personal' } as const
      await store.ledger.commit(
        [
          { kind: 'putGroup', owner: tony.id, id: group, name: 'Team' },
          { kind: 'addContact', ...other, group },
          { kind: 'addContact', owner: tony.id, contact: pilar.id, group: 0 as typeof group },
          { kind: 'putAccessLevel', owner: tony.id, other: ken.id, level: 'Workgroup' },
          {
            kind: 'putSettings',
            id: tony.id,
            settings: { ...store.facts.settings(tony.id), readReceipts: false },
          },
          { kind: 'putPresence', id: tony.id, choice: undefined, note, location: undefined },
        ],
        [],
      )
      const again = await reopen()
      const list = await again.contacts.list(tony.id)
      assert.deepEqual(list.contacts, [
        { account: ken.id, groups: [group] },
        { account: pilar.id, groups: [0] },
      ])
      assert.deepEqual(
        list.groups.map(({ name, isDefault }) => [name, isDefault]),
        [
          ['Other Contacts', true],
          ['Team', false],
        ],
      )
      assert.deepEqual(await again.contacts.owners(ken.id), [tony.id])
      assert.equal(again.facts.accessLevel(tony.id, ken.id), 'Workgroup')
      assert.equal(again.facts.settings(tony.id).readReceipts, false)
      assert.deepEqual(await again.ledger.presences(), [
        { id: tony.id, choice: undefined, note, location: undefined },
      ])
      await again.ledger.commit([{ kind: 'removeGroup', owner: tony.id, id: group }], [])
      assert.deepEqual((await again.contacts.list(tony.id)).contacts[0], { account: ken.id, groups: [0] })
      await again.ledger.commit([{ kind: 'removeContact', ...other, group: undefined }], [])
      assert.deepEqual(await again.contacts.owners(ken.id), [])
    },
  )

  promise('tokens and failure counters survive a restart', async ({ store, clock, reopen }) => {
    const [tony] = await people(store, 'tony')
    const life = { lifeMs: 8 * 3_600_000, idleMs: 3_600_000 }
    const { token } = await store.tokens.issue({ account: tony.id, kind: 'bearer', ...life })
    for (let n = 0; n < 10; n += 1) store.lockouts.failed('Tony', '192.0.2.1')
    const again = await reopen()
    assert.equal(again.tokens.check('cookie', token), undefined)
    assert.equal(again.tokens.check('bearer', token)?.account, tony.id)
    assert.equal(again.lockouts.gate('tony', '192.0.2.1').kind, 'refused')
    assert.deepEqual(again.lockouts.gate('tony', '192.0.2.2'), { kind: 'open', delayMs: 0 })
    assert.equal(await again.lockouts.unlock('TONY'), true)
    assert.deepEqual(again.lockouts.gate('tony', '192.0.2.1'), { kind: 'open', delayMs: 0 })
    clock.pass(3_599_000)
    assert.notEqual(again.tokens.check('bearer', token), undefined)
    clock.pass(3_599_000)
    assert.notEqual(again.tokens.check('bearer', token, { peek: true }), undefined)
    clock.pass(1_000)
    assert.equal(again.tokens.check('bearer', token), undefined, 'a peek is no use')
    const second = await again.tokens.issue({ account: tony.id, kind: 'bearer', ...life })
    await again.tokens.revokeAll(tony.id)
    assert.equal(again.tokens.check('bearer', second.token), undefined)
  })
}

type Rows = readonly [SentRow, SentRow, SentRow, SentRow]
type SentRow = Awaited<ReturnType<Store['log']['append']>>['row']
type Person = Awaited<ReturnType<typeof addPerson>>

/** Appends one after the other; as many rows as texts. */
async function sendAll(
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

async function people(store: Store, ...names: readonly string[]): Promise<readonly [Person, Person, Person]> {
  const made: Person[] = []
  for (const name of names) made.push(await addPerson(store, name))
  return made as unknown as readonly [Person, Person, Person]
}

/** State, delivered and read time of what `owner` sent, oldest first. */
async function marks(store: Store, owner: Person['id'], peer: Person['id']) {
  const { items } = await store.threads.timeline(owner, peer, { limit: 50 })
  return items.map(({ state, deliveredAt, readAt }) => [state, deliveredAt, readAt])
}
