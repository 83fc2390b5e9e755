import assert from 'node:assert/strict'
import { instant } from '../../src/domain/time.ts'
import { people, sendAll, shownMarks } from './people.ts'
import type { Promised } from './store.ts'

/** What was read and delivered, and what the sender is shown of it. */
export function marksContract(promise: Promised): void {
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
    assert.deepEqual(await shownMarks(store, romeo.id, juliet.id), [
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
      (await shownMarks(store, romeo.id, juliet.id))[1],
      ['Read', 100, 300],
      'the mark does not go back',
    )
  })

  promise('a mark that is withheld carries the time of its release', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const [row] = await sendAll(store, romeo, juliet, ['1'])
    await store.threads.markRead(juliet.id, row.thread, row.seq, instant(100), false)
    assert.deepEqual(await shownMarks(store, romeo.id, juliet.id), [['Queued', undefined, undefined]])
    const released = await store.threads.releaseMarks(juliet.id, instant(900))
    assert.deepEqual(released, [{ thread: row.thread, sender: romeo.id }])
    assert.deepEqual(await shownMarks(store, romeo.id, juliet.id), [['Read', 900, 900]])
    assert.deepEqual(await store.threads.releaseMarks(juliet.id, instant(999)), [])
  })

  promise('without a receipt Delivered is the last mark (R50)', async ({ store }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const [row] = await sendAll(store, romeo, juliet, ['1'])
    await store.threads.markRead(juliet.id, row.thread, row.seq, instant(100), true, false)
    assert.deepEqual(await shownMarks(store, romeo.id, juliet.id), [['Delivered', 100, undefined]])
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
    assert.deepEqual(await shownMarks(store, nurse.id, juliet.id), [['Delivered', 50, undefined]])
  })
}
