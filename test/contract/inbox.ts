import assert from 'node:assert/strict'
import type { Seq } from '../../src/domain/message.ts'
import { collect, people, sendAll, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** What lies in an inbox: room and items (DECISIONS 25, R26). */
export function inboxContract(promise: Promised): void {
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
}
