import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { openStore, type Store } from '../../src/store/open.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { addPerson, collect, DAY_MS, draftOf, SetClock } from './people.ts'

type Person = Awaited<ReturnType<typeof addPerson>>

/** What may happen to a conversation of two people, in any order; numbers choose among what is there. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      up: fc.boolean(),
      because: fc.constantFrom(
        'live' as const,
        'offline' as const,
        'appearsOffline' as const,
        'doNotDisturb' as const,
      ),
      keeps: fc.boolean(),
      thread: fc.constantFrom('A', 'B'),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  ...(['read', 'unread', 'deliver', 'missed', 'clear', 'removeItem'] as const).map((verb) =>
    fc.record({ do: fc.constant(verb), up: fc.boolean(), which: fc.nat() }),
  ),
  fc.record({
    do: fc.constantFrom('settleViews' as const, 'expire' as const, 'makeRoom' as const, 'crash' as const),
    ms: fc.constantFrom(1000, 121_000, DAY_MS, 40 * DAY_MS),
  }),
)

/**
 * Counts are kept by differences and by counting again, in two transactions; whatever happened, they are those of the rows that the
 * person sees.
 */
test('counts of every side are those of its rows, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const dir = mkdtempSync(join(tmpdir(), 'nightpost-counts-'))
      const clock = new SetClock()
      const open = (engine = openSqlite(join(dir, 'nightpost.db'))) =>
        openStore({
          dir,
          engine,
          clock,
          inboxBytes: 60,
          behindMs: 2 ** 31 - 1,
          reportsReading: () => true,
        }).then((store) => ({ store, engine }))
      let { store, engine } = await open()
      const low = await addPerson(store, 'low')
      const high = await addPerson(store, 'high')
      try {
        for (const one of steps) {
          if (one.do === 'crash') {
            await engine.close()
            ;({ store, engine } = await open())
          } else await run(store, clock, low, high, one)
        }
        for (const [owner, peer] of [
          [low, high],
          [high, low],
        ] as const) {
          await check(store, owner, peer)
        }
      } finally {
        await store.close()
        rmSync(dir, { recursive: true })
      }
    }),
    { numRuns: 60 },
  )
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function run(store: Store, clock: SetClock, low: Person, high: Person, one: Step): Promise<void> {
  switch (one.do) {
    case 'append': {
      const [from, to] = one.up ? [low, high] : [high, low]
      const { because, thread, keeps } = one
      const options = { because, thread, senderKeeps: keeps, recipientKeeps: keeps, retentionDays: 2 }
      const texts = Array.from({ length: one.count }, () => 'eight...')
      await Promise.all(texts.map((text) => store.log.append(draftOf(store, from, to, text, options))))
      return
    }
    case 'settleViews':
      clock.pass(one.ms)
      await store.log.settleViews(clock.now(), 3)
      return
    case 'expire':
      clock.pass(one.ms)
      await store.log.expire(clock.now(), 2)
      return
    case 'makeRoom':
      for (const person of [low, high]) await store.log.makeRoom(person.id, 10)
      return
    case 'crash':
      return
    default:
      await touch(store, clock, one.up ? high : low, one.do, one.which)
  }
}

async function touch(
  store: Store,
  clock: SetClock,
  owner: Person,
  verb: 'read' | 'unread' | 'deliver' | 'missed' | 'clear' | 'removeItem',
  which: number,
): Promise<void> {
  if (verb === 'removeItem') {
    const items = await collect(store.threads.items(owner.id))
    const item = items[which % Math.max(1, items.length)]
    if (item) await store.threads.removeItem(owner.id, item.id)
    return
  }
  const rows = await store.log.after(owner.id, 0 as Parameters<Store['log']['after']>[1], 1000)
  const row = rows[which % Math.max(1, rows.length)]
  if (!row) return
  const { threads, log } = store
  if (verb === 'read') await threads.markRead(owner.id, row.thread, row.seq, clock.now(), true)
  else if (verb === 'unread') await threads.markUnread(owner.id, row.thread, row.seq)
  else if (verb === 'deliver') await threads.markDelivered(owner.id, row.thread, row.seq, clock.now(), true)
  else if (verb === 'missed') await log.missed(owner.id, row.seq)
  else await threads.clear(owner.id, row.thread)
}

async function check(store: Store, owner: Person, peer: Person): Promise<void> {
  const { threads, log } = store
  const { items } = await threads.timeline(owner.id, peer.id, { limit: 1000 })
  const of = (thread: number | undefined) => {
    const mine = items.filter((item) => thread === undefined || item.thread === thread)
    const incoming = mine.filter((item) => item.direction === 'Incoming')
    return {
      unread: incoming.filter((item) => item.unread).length,
      inboxCount: incoming.filter((item) => item.origin === 'Inbox').length,
      historyCount: mine.filter((item) => item.origin === 'History').length,
      sentWaitingCount: mine.filter((item) => item.origin === 'Sent' && item.state === 'Queued').length,
    }
  }
  const sides = await threads.sides(owner.id, { limit: 100 })
  for (const { thread, unread, inboxCount, historyCount, sentWaitingCount, last } of sides) {
    assert.deepEqual({ unread, inboxCount, historyCount, sentWaitingCount }, of(thread))
    assert.equal(last?.id, items.findLast((item) => item.thread === thread)?.id)
  }
  assert.deepEqual(
    new Set(sides.map((side) => side.thread)),
    new Set(items.map((item) => item.thread)),
    'a conversation is listed while something of it is seen',
  )
  const all = of(undefined)
  const inbox = items.filter((item) => item.origin === 'Inbox' && item.direction === 'Incoming')
  const unreadInbox = inbox.filter((item) => item.unread)
  const size = (rows: typeof items) => rows.reduce((sum, item) => sum + item.row.body.length, 0)
  const key = (item: (typeof items)[number]) => `${item.thread} ${item.row.batch}`
  assert.deepEqual(await log.inbox(owner.id), {
    unreadMessages: unreadInbox.length,
    unreadItems: new Set(unreadInbox.map(key)).size,
    bytes: size(inbox),
    unreadBytes: size(unreadInbox),
  })
  const statistics = await threads.statistics(owner.id)
  assert.deepEqual(statistics, {
    inboxItems: new Set(inbox.map(key)).size,
    unreadItems: new Set(unreadInbox.map(key)).size,
    inboxMessages: all.inboxCount,
    historyThreads: new Set(items.filter((item) => item.origin === 'History').map((item) => item.thread))
      .size,
    historyMessages: all.historyCount,
    sentWaiting: all.sentWaitingCount,
    bytes: size(inbox),
    oldestUnread: unreadInbox[0]?.row.at,
  })
  const counts = await threads.counts(owner.id)
  assert.deepEqual(
    [counts.logs, counts.missed, counts.unreadMissed],
    [
      sides.length,
      sides.filter((side) => side.inboxCount > 0).length,
      new Set(unreadInbox.map((item) => item.thread)).size,
    ],
  )
}
