import assert from 'node:assert/strict'
import { people } from './people.ts'
import type { Promised } from './store.ts'

/** Who is signed in, and who failed to. */
export function tokensContract(promise: Promised): void {
  promise(
    'tokens of a person end with the commit that says so, and not without it',
    async ({ store, reopen }) => {
      const [tony, ken] = await people(store, 'tony', 'ken')
      const life = { kind: 'bearer', lifeMs: 8 * 3_600_000, idleMs: 3_600_000 } as const
      const { token } = await store.tokens.issue({ account: tony.id, ...life })
      const other = await store.tokens.issue({ account: ken.id, ...life })
      const end = { kind: 'endSessions', id: tony.id } as const
      const takenName = { kind: 'putAccount', account: { ...tony, upn: ken.upn } } as const
      await assert.rejects(store.ledger.commit([takenName, end], []))
      await store.ledger.commit([{ kind: 'putAccount', account: { ...tony, displayName: 'Antony' } }], [])
      assert.equal(
        store.tokens.check('bearer', token)?.account,
        tony.id,
        'what was refused ends nothing later',
      )
      await store.ledger.commit([end], [])
      assert.equal(store.tokens.check('bearer', token), undefined)
      const again = await reopen()
      assert.equal(again.tokens.check('bearer', token), undefined)
      assert.equal(again.tokens.check('bearer', other.token)?.account, ken.id)
    },
  )

  promise('tokens and failure counters survive a restart', async ({ store, clock, reopen }) => {
    const [tony] = await people(store, 'tony')
    const life = { lifeMs: 8 * 3_600_000, idleMs: 3_600_000 }
    const { token } = await store.tokens.issue({ account: tony.id, kind: 'bearer', ...life })
    for (let n = 0; n < 10; n += 1) store.lockouts.failed('Tony', '192.0.2.1')
    const again = await reopen()
    assert.equal(again.tokens.check('cookie', token), undefined)
    assert.equal(again.tokens.check('bearer', token)?.account, tony.id)
    assert.equal(again.lockouts.gate('tony', '192.0.2.1').kind, 'refused')
    assert.deepEqual(again.lockouts.gate('tony', '192.0.2.2'), { kind: 'open', delayMs: 0 })
    assert.equal(await again.lockouts.unlock('TONY'), true)
    assert.deepEqual(again.lockouts.gate('tony', '192.0.2.1'), { kind: 'open', delayMs: 0 })
    clock.pass(3_599_000)
    assert.notEqual(again.tokens.check('bearer', token), undefined)
    clock.pass(3_599_000)
    assert.notEqual(again.tokens.check('bearer', token, { peek: true }), undefined)
    clock.pass(1_000)
    assert.equal(again.tokens.check('bearer', token), undefined, 'a peek is no use')
    const second = await again.tokens.issue({ account: tony.id, kind: 'bearer', ...life })
    await again.tokens.revokeThose(tony.id, () => true)
    assert.equal(again.tokens.check('bearer', second.token), undefined)
  })
}
