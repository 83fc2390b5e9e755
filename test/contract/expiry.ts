import assert from 'node:assert/strict'
import { after } from '../../src/domain/time.ts'
import { collect, DAY_MS, people, sendAll, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** What waits too long (DECISIONS 20). */
export function expiryContract(promise: Promised): void {
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
}
