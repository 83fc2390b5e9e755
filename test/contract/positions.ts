import assert from 'node:assert/strict'
import type { EndpointId } from '../../src/domain/endpoint.ts'
import type { Seq } from '../../src/domain/message.ts'
import { people } from './people.ts'
import type { Promised } from './store.ts'

/** Where each endpoint stands. */
export function positionsContract(promise: Promised): void {
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
}
