import assert from 'node:assert/strict'
import type { Store } from '../../src/store/open.ts'
import { draftOf, people, textOf } from './people.ts'
import type { Promised } from './store.ts'

/** Lists of conversations and pages of them. */
export function conversationsContract(promise: Promised): void {
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
}
