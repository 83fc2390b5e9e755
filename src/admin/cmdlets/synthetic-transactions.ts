import type { Player, Rehearsed } from '../../actions/rehearse.ts'
import { rehearseMessage, rehearsePresence, rehearseRegistration } from '../../actions/rehearse.ts'
import { findAccount, signIn } from '../../actions/sign-in.ts'
import type { PsCredential, PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import { isInService } from '../../domain/account.ts'
import type { Bound, Cmdlet, Invocation, Parameter } from '../cmdlet.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { FORCE, idleParameter } from '../shared-parameters.ts'

const TYPE = 'Microsoft.Rtc.SyntheticTransactions.TaskOutput'
const DEFAULT_TIMEOUT_SECONDS = 5
const MAX_TIMEOUT_SECONDS = 60

/** Why a test did not succeed: the line of the Error column, and code and reason of the Diagnosis column (admin-tasks J1 to J3). */
interface Failure {
  readonly error: string
  readonly code: number
  readonly reason: string
}

const NOT_FOUND: Failure = {
  error: '404, Not Found',
  code: 4005,
  reason: 'Destination URI either not enabled for SIP or does not exist.',
}
const WRONG: Failure = {
  error: '401, Unauthorized',
  code: 4004,
  reason: 'Credentials provided are not valid.',
}
const OTHER_PERSON: Failure = {
  error: '403, Forbidden',
  code: 4007,
  reason: 'The credential belongs to another account than the SIP address.',
}
const LOCKED: Failure = {
  error: '403, Forbidden',
  code: 4006,
  reason: 'Too many failed attempts; the account is locked for a while.',
}
const BUSY: Failure = {
  error: '503, Service Unavailable',
  code: 1022,
  reason: 'The server is busy; try again.',
}
const NOT_SEEN: Failure = {
  error: '480, Temporarily Unavailable',
  code: 4140,
  reason: 'The subscriber does not see the presence of the publisher (blocked, or Appear Offline).',
}

function authenticationParameters(): Readonly<Record<string, Parameter>> {
  return {
    RegistrarPort: { ...idleParameter('RegistrarPort', { kind: 'integer', bits: 32 }), aliases: ['rp'] },
    ...FORCE,
    OutVerboseVariable: { ...idleParameter('OutVerboseVariable', { kind: 'string' }), aliases: ['ovv'] },
    OutLoggerVariable: { ...idleParameter('OutLoggerVariable', { kind: 'string' }), aliases: ['olv'] },
    Authentication: {
      ...idleParameter('Authentication', {
        kind: 'enum',
        typeName: 'Microsoft.Rtc.SyntheticTransactions.AuthenticationMechanism',
        values: ['TrustedServer', 'Negotiate', 'ClientCertificate', 'LiveID'],
      }),
      aliases: ['Ath'],
    },
  }
}

const TARGET: Parameter = {
  type: { kind: 'string' },
  position: 0,
  mandatory: true,
  aliases: ['t'],
  help: { en: 'A registrar pool of the configuration.', ja: '構成にあるレジストラー プールです。' },
}

function address(aliases: readonly string[]): Parameter {
  return {
    type: { kind: 'string' },
    aliases,
    help: {
      en: 'SIP address of a test user; the one of the credential when left out.',
      ja: 'テスト ユーザーの SIP アドレスです。省略すると資格情報のユーザーになります。',
    },
  }
}

function credential(aliases: readonly string[]): Parameter {
  return {
    type: { kind: 'credential' },
    mandatory: true,
    aliases,
    sets: ['ClientPlatform'],
    help: {
      en: 'Signs in with this name and password; without it the server vouches for the test user.',
      ja: 'この名前とパスワードでサインインします。省略するとサーバーがテスト ユーザーを保証します。',
    },
  }
}

/** One test user as the arguments name them; undefined after the error was written. */
async function player(
  invocation: Invocation,
  role: string,
  given: PsValue | undefined,
  proof: PsValue | undefined,
): Promise<Player | Failure | undefined> {
  const { ports, caller } = invocation
  const secret = proof as PsCredential | undefined
  const named = typeof given === 'string' ? given : secret?.user
  if (named === undefined) {
    invocation.error({
      message: `No test user is assigned for [${role}]. Name one with -${role}SipAddress.`,
      category: 'ResourceUnavailable',
      fullyQualifiedErrorId: `NotFoundTestUsers,Microsoft.Rtc.Management.SyntheticTransactions.${invocation.cmdlet.name.replace('-', '')}Cmdlet`,
      exception: 'System.InvalidOperationException',
    })
    return undefined
  }
  const account = findAccount(ports, named)
  if (secret === undefined) {
    return account !== undefined && isInService(account) ? { id: account.id, sip: account.sip } : NOT_FOUND
  }
  if (account === undefined || !isInService(account)) return NOT_FOUND
  invocation.verbose(`Signing in as ${secret.user}.`)
  const signed = await signIn(ports, {
    user: secret.user,
    password: secret.password,
    address: caller.from,
    door: caller.door,
  })
  if (signed.kind === 'busy') return BUSY
  if (signed.kind === 'locked') return LOCKED
  if (signed.kind === 'wrong') return WRONG
  return signed.account.id === account.id ? { id: account.id, sip: account.sip } : OTHER_PERSON
}

function isFailure(one: Player | Failure): one is Failure {
  return 'code' in one
}

function unknownPool(invocation: Invocation, target: string): Failure | undefined {
  const pools = invocation.ports.facts.sites().flatMap(({ pools: some }) => some)
  // A deployment that names no pools has none to tell apart.
  if (pools.length === 0 || pools.some((pool) => pool.toLowerCase() === target.toLowerCase()))
    return undefined
  return {
    error: '504, Server time-out',
    code: 1008,
    reason: `Unable to resolve "${target}". The pools of the configuration are: ${pools.join(', ')}.`,
  }
}

/** Runs a test between the people that the arguments name, in this order, and gives the one object of the original. */
async function* tested(
  invocation: Invocation,
  bound: Bound,
  roles: readonly string[],
  act: (people: readonly Player[]) => Promise<Failure | undefined>,
): AsyncGenerator<PsValue, void, undefined> {
  const { clock } = invocation.ports
  const target = String(bound.TargetFqdn)
  const started = clock.monotonicMs()
  const people: Player[] = []
  let failure = unknownPool(invocation, target)
  for (const role of roles) {
    if (failure !== undefined) break
    const one = await player(invocation, role, bound[`${role}SipAddress`], bound[`${role}Credential`])
    if (one === undefined) return
    if (isFailure(one)) failure = one
    else people.push(one)
  }
  failure ??= await act(people)
  const ms = Math.round(clock.monotonicMs() - started)
  invocation.verbose(`${invocation.cmdlet.name} took ${ms} ms.`)
  yield psObject(TYPE, [
    ['TargetFqdn', target],
    ['Result', failure === undefined ? 'Success' : 'Failure'],
    ['Latency', { kind: 'timespan', ms }],
    ['Error', failure?.error ?? null],
    [
      'Diagnosis',
      failure === undefined ? null : `ErrorCode=${failure.code},Source=${target},Reason=${failure.reason}`,
    ],
  ])
}

const WORDS: Readonly<Partial<Record<Rehearsed, string>>> = {
  stored: 'The message was stored, no endpoint confirmed it (Do Not Disturb, Presenting, or Appear Offline).',
  limited: 'The sender writes too fast; try again in a minute.',
  blocked: 'The receiver has blocked the sender.',
}

async function message(invocation: Invocation, people: readonly Player[]): Promise<Failure | undefined> {
  const [sender, receiver] = people
  if (sender === undefined || receiver === undefined) return NOT_FOUND
  if (sender.id === receiver.id) {
    return { error: '400, Bad Request', code: 4001, reason: 'Sender and receiver are the same account.' }
  }
  invocation.verbose(`Sending a message from ${sender.sip} to ${receiver.sip}.`)
  const became = await rehearseMessage(invocation.ports, sender, receiver, 'Test message')
  if (became === 'delivered') return undefined
  const reason = WORDS[became] ?? `The message was refused: ${became}.`
  return { error: '480, Temporarily Unavailable', code: 4141, reason }
}

const testCsIm = defineCmdlet({
  name: 'Test-CsIM',
  synopsis: {
    en: 'Signs two test users in, sends a message from one to the other, and removes it again.',
    ja: '2 人のテスト ユーザーをサインインさせ、メッセージを送り、そのメッセージを削除します。',
  },
  description: {
    en: 'Real endpoints of the receiver that are signed in at that moment are shown the message too.',
    ja: '受信者がそのときサインインしている端末にも、メッセージが表示されます。',
  },
  roles: ['CsAdministrator'],
  defaultSet: 'ServerPlatform',
  outputTypes: [TYPE],
  parameters: {
    TargetFqdn: TARGET,
    SenderSipAddress: { ...address(['sa']), sets: ['ServerPlatform', 'ClientPlatform'] },
    SenderCredential: credential(['sc']),
    ReceiverSipAddress: { ...address(['ra']), sets: ['ServerPlatform', 'ClientPlatform'] },
    ReceiverCredential: credential(['rc']),
    ...authenticationParameters(),
  },
  run: (invocation, bound) =>
    tested(invocation, bound, ['Sender', 'Receiver'], (people) => message(invocation, people)),
})

const testCsPresence = defineCmdlet({
  name: 'Test-CsPresence',
  synopsis: {
    en: 'Signs two test users in and checks that one sees the presence of the other.',
    ja: '2 人のテスト ユーザーをサインインさせ、在席情報が相手に見えることを確認します。',
  },
  roles: ['CsAdministrator'],
  defaultSet: 'ServerPlatform',
  outputTypes: [TYPE],
  parameters: {
    TargetFqdn: TARGET,
    PublisherSipAddress: { ...address(['pa']), sets: ['ServerPlatform', 'ClientPlatform'] },
    PublisherCredential: credential(['pc']),
    SubscriberSipAddress: { ...address(['sa']), sets: ['ServerPlatform', 'ClientPlatform'] },
    SubscriberCredential: credential(['sc']),
    TimeoutInSeconds: {
      type: { kind: 'integer', bits: 32, unsigned: true, min: 1, max: MAX_TIMEOUT_SECONDS },
      help: { en: 'How long to wait for the presence, in seconds.', ja: '在席情報を待つ秒数です。' },
    },
    ...authenticationParameters(),
  },
  run: (invocation, bound) =>
    tested(invocation, bound, ['Publisher', 'Subscriber'], async ([publisher, subscriber]) => {
      if (publisher === undefined || subscriber === undefined) return NOT_FOUND
      const seconds =
        typeof bound.TimeoutInSeconds === 'number' ? bound.TimeoutInSeconds : DEFAULT_TIMEOUT_SECONDS
      const seen = await rehearsePresence(invocation.ports, publisher, subscriber, seconds * 1000)
      return seen ? undefined : NOT_SEEN
    }),
})

const testCsRegistration = defineCmdlet({
  name: 'Test-CsRegistration',
  synopsis: { en: 'Checks that a user can sign in.', ja: 'ユーザーがサインインできることを確認します。' },
  roles: ['CsAdministrator'],
  defaultSet: 'ServerPlatform',
  outputTypes: [TYPE],
  parameters: {
    TargetFqdn: TARGET,
    UserSipAddress: { ...address(['ua']), sets: ['ServerPlatform', 'ClientPlatform'] },
    UserCredential: credential(['uc']),
    ...authenticationParameters(),
  },
  run: (invocation, bound) =>
    tested(invocation, bound, ['User'], async ([user]) => {
      if (user === undefined) return NOT_FOUND
      await rehearseRegistration(invocation.ports, user, async () => undefined)
      return undefined
    }),
})

/** Checks that run as their users would (stories J1 to J3). */
export const syntheticTransactions: readonly Cmdlet[] = [testCsIm, testCsPresence, testCsRegistration]
