import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ports } from '../../src/actions/ports/ports.ts'
import type { Host } from '../../src/admin/cmdlet.ts'
import type { AccountId } from '../../src/domain/account.ts'
import { openAdministration } from './administration.ts'

const SIGN_IN = { kind: 'cookie', lifeMs: 3_600_000, idleMs: 3_600_000 } as const
const SECRET = "(ConvertTo-SecureString 'a very long passphrase 9' -AsPlainText -Force)"

const signIn = async ({ tokens }: Ports, account: AccountId) =>
  (await tokens.issue({ account, ...SIGN_IN })).token
const isSignedIn = ({ tokens }: Ports, token: string) => tokens.check('cookie', token) !== undefined
const rename = ({ ledger }: Ports, id: AccountId, displayName: string) =>
  ledger.commit([{ kind: 'patchAccount', id, patch: { fields: { displayName }, directory: {} } }], [])

/** Says yes to everything; before the second answer, when the first person's change waits for its commit, `between` happens. */
function yes(between: () => Promise<void>): Host['ask'] {
  let asked = 0
  return {
    choice: async () => {
      asked += 1
      if (asked === 2) await between()
      return 0
    },
    fields: async () => undefined,
  }
}

const CHANGES: readonly [name: string, text: string][] = [
  ['a new password', `Set-NpAccountPassword -Password ${SECRET} -Confirm`],
  ['an account out of service', 'Set-CsUser -Enabled $false -Confirm'],
  ['an account without messages', 'Disable-CsUser -Confirm'],
]
for (const [name, command] of CHANGES) {
  test(`${name} ends what was signed in up to its commit, whatever else of the account was written before (SECURITY 38)`, async () => {
    await using office = await openAdministration()
    const { ports } = office
    const tony = office.account('Tony Smith').id
    const early = await signIn(ports, tony)
    let late = ''
    let before = false
    const ran = await office.run(
      `'Tony Smith', 'Ken Myer' | ${command}`,
      undefined,
      yes(async () => {
        await rename(ports, tony, 'Antony Smith')
        late = await signIn(ports, tony)
        before = isSignedIn(ports, early)
      }),
    )
    assert.deepEqual(ran.errors, [])
    assert.notEqual(late, '', 'two people were asked about')
    assert.equal(before, true, 'while nothing has changed nobody is signed out')
    assert.equal(isSignedIn(ports, early), false)
    assert.equal(isSignedIn(ports, late), false)
    assert.equal(office.account('Antony Smith').id, tony)
  })
}
