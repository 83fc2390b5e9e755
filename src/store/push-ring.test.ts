import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId } from '../domain/account.ts'
import type { Seq } from '../domain/message.ts'
import { PushRing } from './push-ring.ts'

const phone = { protocol: 'ucwa', inboxView: false } as const
const web = { protocol: 'ucwa', inboxView: true } as const
const me = 7 as AccountId

test('the newest steps are remembered, the oldest give way', () => {
  const ring = new PushRing(3)
  for (let seq = 1; seq <= 4; seq += 1) ring.add({ recipient: me, seq }, 'pushed', phone, seq * 10)
  assert.deepEqual(ring.of(me, 1 as Seq), [])
  assert.deepEqual(ring.of(me, 4 as Seq), [{ at: 40, what: 'pushed', protocol: 'ucwa', inboxView: false }])
  assert.deepEqual(ring.of(8 as AccountId, 4 as Seq), [])
})

test('what is told as a whole is a step of each of its rows', () => {
  const ring = new PushRing(10)
  ring.addRange({ recipient: me, after: 2 as Seq, upTo: 4 as Seq }, 'announced', web, 1)
  ring.add({ recipient: me, seq: 3 }, 'confirmed', phone, 2)
  assert.deepEqual(
    [2, 3, 4, 5].map((seq) => ring.of(me, seq as Seq).map(({ what }) => what)),
    [[], ['announced', 'confirmed'], ['announced'], []],
  )
  assert.deepEqual(
    ring.of(me, 3 as Seq).map(({ inboxView }) => inboxView),
    [true, false],
  )
})
