import type { Change } from '../../actions/ports/ledger.ts'
import type { Account } from '../../domain/account.ts'
import { differenceOf } from '../../domain/account-patch.ts'
import { POLICIES } from '../../domain/policies/index.ts'
import type { Invocation } from '../cmdlet.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { keepsAnAdministrator, mayChange, usersNamed } from '../guard.ts'
import { DOMAIN_CONTROLLER, PASS_THRU, USER_IDENTITY } from '../shared-parameters.ts'
import { userObject } from '../user-object.ts'

export const disableCsUser = defineCmdlet({
  name: 'Disable-CsUser',
  synopsis: {
    en: 'Removes an account from the service: address, policies, and its place in the contact lists of others.',
    ja: 'アカウントをサービスから外します。アドレス、ポリシー、ほかのユーザーの連絡先から削除されます。',
  },
  description: {
    en: 'The directory account stays, and messages that wait are kept for it until they expire.',
    ja: 'ディレクトリのアカウントは残ります。保存済みのメッセージも期限まで保存されます。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Low',
  parameters: {
    ...USER_IDENTITY,
    ...DOMAIN_CONTROLLER,
    ...PASS_THRU,
  },
  async *run(invocation, { Identity, PassThru }) {
    for (const account of usersNamed(invocation, String(Identity), 'users', 'change')) {
      if (!mayChange(invocation, account) || !keepsAnAdministrator(invocation, account)) continue
      if (!(await invocation.shouldProcess(account.displayName))) continue
      const removed = await remove(invocation, account)
      if (PassThru === true)
        yield userObject({ facts: invocation.ports.facts, account: removed }, 'directory')
    }
  },
})

async function remove(invocation: Invocation, account: Account): Promise<Account> {
  const { facts, contacts, clock } = invocation.ports
  const removed: Account = {
    ...account,
    sip: undefined,
    enabled: undefined,
    registrarPool: undefined,
    changed: clock.now(),
  }
  const changes: Change[] = [
    { kind: 'patchAccount', id: account.id, patch: differenceOf(account, removed) },
    // The address may go to somebody else; its HA1 must not (SECURITY 32).
    { kind: 'putSecrets', id: account.id, secrets: { ha1: null } },
    { kind: 'endSessions', id: account.id },
  ]
  const grants: Record<string, string> = {}
  for (const { noun } of POLICIES) {
    const granted = facts.grant(noun, account.id)
    if (granted === undefined) continue
    grants[noun] = granted
    changes.push({ kind: 'grant', noun, id: account.id, policy: null })
  }
  for (const owner of await contacts.owners(account.id))
    changes.push({ kind: 'removeContact', owner, contact: account.id, group: undefined })
  await invocation.change(changes, {
    target: account.upn,
    before: { SipAddress: account.sip ?? null, Enabled: account.enabled ?? null, ...grants },
    after: { SipAddress: null, Enabled: null },
  })
  return removed
}
