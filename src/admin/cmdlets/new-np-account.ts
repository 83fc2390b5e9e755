import { secretsFor } from '../../actions/set-password.ts'
import { psText } from '../../base/ps-text.ts'
import { accountObject, auditView } from '../accounts/account-object.ts'
import { namesOf, newAccount, withValues } from '../accounts/account-values.ts'
import { newPassword } from '../accounts/new-password.ts'
import { ACCOUNT_PARAMETERS, ALLOW_WEAK } from '../accounts/parameters.ts'
import { defineCmdlet, type Invocation, managementError } from '../cmdlet.ts'

/** Names that earlier records of the same pipeline have taken; they are compiled only when the batch is on the disk. */
const takenBy = new WeakMap<Invocation, Set<string>>()

export const newNpAccount = defineCmdlet({
  name: 'New-NpAccount',
  synopsis: { en: 'Makes an account.', ja: 'アカウントを作成します。' },
  description: {
    en: 'Where no password is given one is made and returned once, in the property Password.',
    ja: 'パスワードを指定しない場合は自動的に生成し、Password プロパティで一度だけ返します。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  parameters: {
    UserPrincipalName: {
      type: { kind: 'string', maxLength: 320 },
      position: 0,
      mandatory: true,
      pipeline: ['ByPropertyName'],
      help: {
        en: 'name@domain; what the person signs in with.',
        ja: 'サインインに使う「名前@ドメイン」です。',
      },
    },
    DisplayName: {
      type: { kind: 'string', maxLength: 256 },
      position: 1,
      mandatory: true,
      pipeline: ['ByPropertyName'],
      help: { en: 'The name that people see.', ja: '表示される名前です。' },
    },
    ...ACCOUNT_PARAMETERS,
    ...ALLOW_WEAK,
    Enable: {
      type: { kind: 'switch' },
      help: {
        en: 'Enables the account for the service, as Enable-CsUser does.',
        ja: 'Enable-CsUser と同様に、サービスを有効にします。',
      },
    },
  },
  outputTypes: ['Nightpost.Account'],
  examples: [
    {
      line: 'New-NpAccount -UserPrincipalName ken@example.com -DisplayName "Ken Myer" -Department Sales -Enable',
      help: { en: 'An account that may sign in at once.', ja: 'すぐにサインインできるアカウント。' },
    },
  ],
  async *run(invocation, bound) {
    const { ports } = invocation
    const now = ports.clock.now()
    const taken = takenBy.get(invocation) ?? new Set()
    takenBy.set(invocation, taken)
    const upn = psText(bound.UserPrincipalName ?? '').trim()
    const displayName = psText(bound.DisplayName ?? '').trim()
    const empty = newAccount(
      ports.facts,
      { id: ports.ledger.newAccountId(), guid: ports.random.guid(), now },
      upn,
      displayName,
    )
    const made = withValues(ports.facts, empty, bound, { enable: bound.Enable === true, now, taken })
    if (!made.ok) {
      const category = made.error.id === 'ResourceExists' ? 'ResourceExists' : 'InvalidArgument'
      invocation.error(managementError(made.error.message, made.error.id, category, upn))
      return
    }
    const password = newPassword(ports, made.value, bound.Password, bound.AllowWeakPassword === true)
    if (!password.ok) {
      invocation.error(managementError(password.error, 'PasswordRefused', 'InvalidArgument', upn))
      return
    }
    if (!(await invocation.shouldProcess(upn))) return
    const account = { ...made.value, passwordMadeByUs: password.value.madeByUs }
    const secrets = await secretsFor(ports, account, password.value.text)
    for (const name of namesOf(account)) taken.add(name)
    await invocation.change(
      [
        { kind: 'putAccount', account },
        { kind: 'putSecrets', id: account.id, secrets },
      ],
      { target: account.upn, before: null, after: auditView(account) },
    )
    const shown = await accountObject(
      ports,
      account,
      password.value.madeByUs ? password.value.text : undefined,
    )
    const state = secrets.ha1 ? 'Ready' : 'NeedsPassword'
    yield { ...shown, properties: new Map([...shown.properties, ['DigestState', state]]) }
  },
})
