import type { Change } from '../../actions/ports/ledger.ts'
import { secretsFor } from '../../actions/set-password.ts'
import { psText } from '../../base/ps-text.ts'
import type { Account } from '../../domain/account.ts'
import { differenceOf } from '../../domain/account-patch.ts'
import { accountObject, auditView } from '../accounts/account-object.ts'
import { withValues } from '../accounts/account-values.ts'
import { newPassword } from '../accounts/new-password.ts'
import { ACCOUNT_IDENTITY, ACCOUNT_PARAMETERS, ALLOW_WEAK } from '../accounts/parameters.ts'
import { type Bound, defineCmdlet, type Invocation, managementError } from '../cmdlet.ts'
import { mayChange, usersNamed } from '../guard.ts'
import { PASS_THRU } from '../shared-parameters.ts'

export const setNpAccount = defineCmdlet({
  name: 'Set-NpAccount',
  synopsis: { en: 'Changes an account.', ja: 'アカウントを変更します。' },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  parameters: {
    Identity: ACCOUNT_IDENTITY,
    UserPrincipalName: {
      type: { kind: 'string', maxLength: 320 },
      help: { en: 'A new user principal name.', ja: '新しい UPN です。' },
    },
    DisplayName: {
      type: { kind: 'string', maxLength: 256 },
      help: { en: 'The name that people see.', ja: '表示される名前です。' },
    },
    // By name only: a user object that comes through the pipeline names the account and is not laid over it.
    ...withoutPipeline(ACCOUNT_PARAMETERS),
    ...ALLOW_WEAK,
    SshPublicKey: {
      type: { kind: 'list', of: { kind: 'string', maxLength: 4096 } },
      nullable: true,
      help: {
        en: 'The public keys for signing in over SSH, as lines of an authorized_keys file; they replace the ones before, $Null removes them.',
        ja: 'SSH サインイン用の公開キー (authorized_keys ファイルの行の形式)。以前のキーは置き換えられ、$Null を指定すると削除されます。',
      },
    },
    SipSignIn: {
      type: { kind: 'boolean' },
      help: {
        en: 'Whether SIP clients may sign in; $False deletes the NT hash and the Digest secrets at once.',
        ja: 'SIP クライアントのサインインを許可するかどうか。$False にすると NT ハッシュとダイジェスト情報をただちに削除します。',
      },
    },
    ...PASS_THRU,
  },
  async *run(invocation, bound) {
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      if (!mayChange(invocation, account)) continue
      const after = await change(invocation, account, bound)
      if (after && bound.PassThru === true) yield await accountObject(invocation.ports, after)
    }
  },
})

function withoutPipeline<T extends Record<string, object>>(parameters: T): T {
  const entries = Object.entries(parameters).map(
    ([name, { pipeline: _pipeline, ...rest }]: [string, { pipeline?: unknown }]) => [name, rest],
  )
  return Object.fromEntries(entries) as T
}

async function change(invocation: Invocation, account: Account, bound: Bound): Promise<Account | undefined> {
  const { ports } = invocation
  const laid = withValues(ports.facts, account, bound, { enable: false, now: ports.clock.now() })
  if (!laid.ok) {
    invocation.error(managementError(laid.error.message, laid.error.id, 'InvalidArgument', account.upn))
    return undefined
  }
  const password =
    bound.Password === undefined
      ? undefined
      : newPassword(ports, laid.value, bound.Password, bound.AllowWeakPassword === true)
  if (password && !password.ok) {
    invocation.error(managementError(password.error, 'PasswordRefused', 'InvalidArgument', account.upn))
    return undefined
  }
  if (!(await invocation.shouldProcess(account.upn))) return undefined
  const now = ports.clock.now()
  const after: Account = password ? { ...laid.value, passwordMadeByUs: false, changed: now } : laid.value
  const changes: Change[] =
    after === account ? [] : [{ kind: 'patchAccount', id: after.id, patch: differenceOf(account, after) }]
  const renamed = after.upn !== account.upn || after.sip !== account.sip
  if (password?.ok)
    changes.push({
      kind: 'putSecrets',
      id: account.id,
      secrets: await secretsFor(ports, after, password.value.text),
    })
  else if (renamed && account.sip !== undefined) {
    // SECURITY 32: HA1 holds the name; the NT hash does not.
    changes.push({ kind: 'putSecrets', id: account.id, secrets: { ha1: null } })
    invocation.warning(addressWarning(invocation.language, after))
  }
  if (typeof bound.SipSignIn === 'boolean')
    changes.push({ kind: 'putSipSignIn', id: account.id, allowed: bound.SipSignIn })
  if (changes.length === 0) {
    invocation.warning(`Object with identity "${account.upn}" was not changed.`)
    return account
  }
  const note = {
    ...(password ? { Password: '********' } : {}),
    ...(typeof bound.SipSignIn === 'boolean' ? { SipSignIn: bound.SipSignIn } : {}),
  }
  if (password) changes.push({ kind: 'endSessions', id: account.id })
  await invocation.change(changes, {
    target: account.upn,
    before: auditView(account),
    after: { ...auditView(after), ...note },
  })
  return after
}

function addressWarning(language: 'en' | 'ja', { upn }: Account): string {
  return language === 'ja'
    ? `アドレスが変わったため、"${upn}" のダイジェスト サインインは、次回パスワードでサインインするまで使用できません (DigestState: NeedsPassword)。`
    : `The address of "${upn}" changed: Digest sign-in waits for the next sign-in with the password (DigestState: NeedsPassword).`
}
