import assert from 'node:assert/strict'
import type { Seq } from '../../src/domain/message.ts'
import { DAY_MS, people, sendAll, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** What a side removes. */
export function deletionContract(promise: Promised): void {
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
}
