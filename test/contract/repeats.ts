import assert from 'node:assert/strict'
import type { Seq } from '../../src/domain/message.ts'
import type { Store } from '../../src/store/open.ts'
import { DAY_MS, draftOf, people, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** Which messages are known already (DECISIONS 24). */
export function repeatsContract(promise: Promised): void {
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
}
