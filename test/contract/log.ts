import assert from 'node:assert/strict'
import type { Seq } from '../../src/domain/message.ts'
import { DAY_MS, draftOf, people, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** What the log keeps, and in which order. */
export function logContract(promise: Promised): void {
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
}
