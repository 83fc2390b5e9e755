import type { Change } from '../../actions/ports/ledger.ts'
import type { PsValue } from '../../base/ps-value.ts'
import type { Account } from '../../domain/account.ts'
import { differenceOf } from '../../domain/account-patch.ts'
import { parseAddress } from '../../domain/sip-uri.ts'
import type { Bound, Invocation } from '../cmdlet.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { keepsAnAdministrator, mayChange, usersNamed } from '../guard.ts'
import { distinguishedName } from '../identity.ts'
import { DOMAIN_CONTROLLER, idleParameter, PASS_THRU, USER_IDENTITY } from '../shared-parameters.ts'
import { freeAddress } from '../sip-address.ts'
import { userObject } from '../user-object.ts'

const idleFlag = (name: string) => idleParameter(name, { kind: 'boolean' })
const idleText = (name: string) => idleParameter(name, { kind: 'string' })

export const setCsUser = defineCmdlet({
  name: 'Set-CsUser',
  synopsis: {
    en: 'Changes the SIP address of a user, suspends or resumes the user.',
    ja: 'ユーザーの SIP アドレスの変更、利用の停止と再開を行います。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Low',
  parameters: {
    ...USER_IDENTITY,
    Enabled: {
      type: { kind: 'boolean' },
      aliases: ['CsEnabled'],
      help: {
        en: 'False suspends: no sign-in and no messages; policies, contacts and waiting messages stay.',
        ja: 'False で利用を停止します。ポリシー、連絡先、保存済みのメッセージは残ります。',
      },
    },
    SipAddress: {
      type: { kind: 'string' },
      help: { en: 'New address, sip:name@domain.', ja: '新しいアドレスです (sip:名前@ドメイン)。' },
    },
    ...PASS_THRU,
    ...DOMAIN_CONTROLLER,
    AcpInfo: idleParameter('AcpInfo', { kind: 'object' }),
    AudioVideoDisabled: idleFlag('AudioVideoDisabled'),
    EnterpriseVoiceEnabled: idleFlag('EnterpriseVoiceEnabled'),
    ExchangeArchivingPolicy: idleParameter('ExchangeArchivingPolicy', {
      kind: 'enum',
      typeName: 'Microsoft.Rtc.Management.ADConnect.Schema.ExchangeArchivingPolicyOptionsEnum',
      values: ['Uninitialized', 'UseLyncArchivingPolicy', 'NoArchiving', 'ArchivingToExchange'],
    }),
    HostedVoiceMail: idleFlag('HostedVoiceMail'),
    LineServerURI: idleText('LineServerURI'),
    LineURI: idleText('LineURI'),
    OnPremLineURI: idleText('OnPremLineURI'),
    PrivateLine: idleText('PrivateLine'),
    RemoteCallControlTelephonyEnabled: idleFlag('RemoteCallControlTelephonyEnabled'),
  },
  async *run(invocation, bound) {
    for (const account of usersNamed(invocation, String(bound.Identity), 'users', 'change')) {
      if (!mayChange(invocation, account)) continue
      const changed = await changedAccount(invocation, account, bound)
      if (changed === undefined || !(await invocation.shouldProcess(account.displayName))) continue
      const { facts } = invocation.ports
      if (changed.sip === account.sip && changed.enabled === account.enabled) {
        warnUnchanged(invocation, account)
      } else await commit(invocation, account, changed)
      if (bound.PassThru === true) yield userObject({ facts, account: changed }, 'user')
    }
  },
})

/** The account as it is to be; undefined after an error was written. */
async function changedAccount(
  invocation: Invocation,
  account: Account,
  bound: Bound,
): Promise<Account | undefined> {
  let changed: Account = { ...account, changed: invocation.ports.clock.now() }
  if (typeof bound.Enabled === 'boolean') {
    if (!bound.Enabled && !keepsAnAdministrator(invocation, account)) return undefined
    changed = { ...changed, enabled: bound.Enabled }
  }
  if (typeof bound.SipAddress === 'string') {
    const sip = freeAddress(invocation, account, parseAddress(bound.SipAddress), bound.SipAddress)
    if (sip === undefined) return undefined
    changed = { ...changed, sip }
  }
  return changed
}

async function commit(invocation: Invocation, before: Account, after: Account): Promise<void> {
  const { ledger } = invocation.ports
  const changes: Change[] = [{ kind: 'patchAccount', id: after.id, patch: differenceOf(before, after) }]
  const moved = before.sip !== after.sip
  // HA1 is made of the address and the password, and only the next sign-in brings the password (DECISIONS 26).
  if (moved) changes.push({ kind: 'putSecrets', id: after.id, secrets: { ha1: null } })
  const { allowed } = moved ? await ledger.sipSignIn(after.id) : { allowed: false }
  if (after.enabled === false && before.enabled !== false) changes.push({ kind: 'endSessions', id: after.id })
  await invocation.change(changes, {
    target: after.upn,
    before: { SipAddress: before.sip ?? null, Enabled: before.enabled ?? null },
    after: { SipAddress: after.sip ?? null, Enabled: after.enabled ?? null },
  })
  if (allowed) {
    invocation.warning(
      invocation.language === 'ja'
        ? `${after.displayName}: アドレスの変更により、Digest でのサインインは次にパスワードでサインインするまで使えません (DigestState: NeedsPassword)。`
        : `${after.displayName}: Digest sign-in waits for the next sign-in with the password, because the address changed (DigestState: NeedsPassword).`,
    )
  }
}

export function warnUnchanged(invocation: Invocation, account: Account): void {
  const dn: PsValue = distinguishedName(invocation.ports.facts, account)
  invocation.warning(
    invocation.language === 'ja'
      ? `オブジェクト "${dn}" は変更されませんでした。`
      : `Object with identity "${dn}" was not changed.`,
  )
}
