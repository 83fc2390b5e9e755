import assert from 'node:assert/strict'
import { DAY_MS, draftOf, people, sendAll, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** Where rows are found as time goes by (DECISIONS 12, M8). */
export function viewsContract(promise: Promised): void {
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
}
