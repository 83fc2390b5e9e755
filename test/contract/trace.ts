import assert from 'node:assert/strict'
import type { Refusal } from '../../src/actions/ports/trace.ts'
import type { GroupId } from '../../src/domain/contact.ts'
import type { SipUri } from '../../src/domain/sip-uri.ts'
import { collect, DAY_MS, people, sendAll } from './people.ts'
import type { Promised } from './store.ts'

const NOBODY = 'sip:nobody@example.com' as SipUri

/** What administrators are told beyond the row (R51), and who may see whose presence (M12). */
export function traceContract(promise: Promised): void {
  promise(
    'refusals are found by who wrote to whom, equal ones as one with a count',
    async ({ store, reopen }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const refusal = (more: Partial<Refusal> = {}): Refusal => ({
        sender: romeo.id,
        recipient: juliet.id,
        address: juliet.sip,
        because: 'senderPolicy',
        userAgent: 'OC/15.0',
        ...more,
      })
      for (let i = 0; i < 3; i += 1) store.trace.refused(refusal())
      store.trace.refused(refusal({ because: 'senderClient' }))
      store.trace.refused(refusal({ because: 'unknownRecipient', recipient: undefined, address: NOBODY }))
      const again = await reopen()
      const found = async (more: object) =>
        (
          await again.trace.refusals({
            sender: romeo.id,
            recipient: juliet.id,
            address: '',
            since: 0,
            ...more,
          })
        ).map(({ because, count, userAgent }) => [because, count, userAgent])
      assert.deepEqual(await found({}), [
        ['senderPolicy', 3, undefined],
        ['senderClient', 1, 'OC/15.0'],
      ])
      assert.deepEqual(await found({ recipient: undefined, address: NOBODY }), [
        ['unknownRecipient', 1, undefined],
      ])
      assert.deepEqual(await found({ sender: juliet.id, recipient: romeo.id }), [])
      assert.deepEqual(await found({ since: again.clock.now() + 1 }), [])
    },
  )

  promise('refusals go after thirty days', async ({ store, clock }) => {
    const [romeo, juliet] = await people(store, 'romeo', 'juliet')
    const refuse = () =>
      store.trace.refused({
        sender: romeo.id,
        recipient: juliet.id,
        address: juliet.sip,
        because: 'blocked',
        userAgent: undefined,
      })
    const count = async () =>
      (await store.trace.refusals({ sender: romeo.id, recipient: juliet.id, address: '', since: 0 })).length
    refuse()
    assert.equal(await count(), 1)
    clock.pass(20 * DAY_MS)
    refuse()
    clock.pass(11 * DAY_MS)
    assert.equal(await count(), 2)
    await store.log.expire(clock.now(), 100)
    assert.equal(await count(), 1, 'the younger one, without a new refusal')
  })

  promise(
    'the path of a row has its marks, withheld and released, and its moves',
    async ({ store, clock }) => {
      const [romeo, juliet] = await people(store, 'romeo', 'juliet')
      const [first, second] = await sendAll(store, romeo, juliet, ['one', 'two'])
      assert.ok(first && second)
      const { thread } = first
      const at = clock.now()
      await store.threads.markDelivered(juliet.id, thread, first.seq, at, false)
      const withheld = await store.trace.path(juliet.id, first.seq)
      assert.deepEqual(withheld?.delivered, { at: undefined, withheld: at })
      clock.pass(1000)
      await store.threads.releaseMarks(juliet.id, clock.now())
      await store.threads.markRead(juliet.id, thread, first.seq, clock.now(), true, false)
      store.trace.moved({
        recipient: juliet.id,
        sender: romeo.id,
        thread,
        seq: second.seq,
        upTo: true,
        because: 'owner',
      })
      const path = await store.trace.path(juliet.id, first.seq)
      assert.deepEqual(path?.delivered, { at: clock.now(), withheld: at })
      assert.deepEqual(path?.read, { at: undefined, withheld: undefined }, 'read, and not shown')
      assert.deepEqual(
        path?.moves.map(({ because }) => because),
        ['owner'],
      )
      assert.equal((await store.trace.path(juliet.id, second.seq))?.read, undefined)
      assert.deepEqual(
        await collect(store.trace.rows({ sender: romeo.id, recipient: juliet.id, since: 0 })),
        [first.seq, second.seq],
      )
      assert.deepEqual(
        await collect(store.trace.rows({ sender: romeo.id, recipient: juliet.id, since: clock.now() })),
        [],
      )
    },
  )

  promise(
    'in privacy mode presence is for contacts, as lists change and over a restart',
    async ({ store, reopen }) => {
      const [juliet, romeo, paris] = await people(store, 'juliet', 'romeo', 'paris')
      const add = { kind: 'addContact', owner: juliet.id, contact: romeo.id, group: 0 as GroupId } as const
      await store.ledger.commit([add], [])
      const kept = (of: typeof store) =>
        [romeo, paris].map(({ id }) => of.facts.keepsPresenceFrom(juliet.id, id))
      assert.deepEqual(kept(store), [false, false])
      const mode = (EnablePrivacyMode: boolean) =>
        ({
          kind: 'putPolicy',
          policy: { noun: 'CsPrivacyConfiguration', identity: 'Global', values: { EnablePrivacyMode } },
        }) as const
      await store.ledger.commit([mode(true)], [])
      assert.deepEqual(kept(store), [false, true])
      const again = await reopen()
      assert.deepEqual(kept(again), [false, true])
      await again.ledger.commit([{ ...add, contact: paris.id }], [])
      await again.ledger.commit(
        [{ kind: 'removeContact', owner: juliet.id, contact: romeo.id, group: undefined }],
        [],
      )
      assert.deepEqual(kept(again), [true, false])
      await again.ledger.commit([mode(false)], [])
      assert.deepEqual(kept(again), [false, false])
    },
  )

  promise('patches that come at once are all kept', async ({ store }) => {
    const [romeo] = await people(store, 'romeo')
    const { id } = romeo
    await Promise.all([
      store.ledger.commit(
        [{ kind: 'patchAccount', id, patch: { fields: { enabled: false }, directory: {} } }],
        [],
      ),
      store.ledger.commit(
        [{ kind: 'patchAccount', id, patch: { fields: {}, directory: { title: 'Montague' } } }],
        [],
      ),
      store.ledger.commit([{ kind: 'patchSettings', id, settings: { readReceipts: false } }], []),
      store.ledger.commit([{ kind: 'patchSettings', id, settings: { language: 'ja' } }], []),
    ])
    const account = store.facts.account(id)
    assert.deepEqual(
      [account?.enabled, account?.directory],
      [false, { department: 'Sales', title: 'Montague' }],
    )
    const { readReceipts, language } = store.facts.settings(id)
    assert.deepEqual([readReceipts, language], [false, 'ja'])
  })
}
