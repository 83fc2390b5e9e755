import type { Ports } from '../actions/ports/ports.ts'
import type { Engine } from '../admin/invoke.ts'
import { runCmdlet } from './commands.ts'
import { type DemoAccounts, makeDemo, passwordOf, readDemoAccounts } from './demo.ts'
import type { SignInLine } from './ready.ts'
import type { Configuration } from './schema.ts'
import { wrongUse } from './words/say.ts'

/** Who can sign in after a start, as the ready line shows it. */
export interface Organisation {
  readonly administrator: SignInLine | undefined
  readonly people: readonly SignInLine[]
  readonly demo: DemoAccounts | undefined
}

/**
 * The first administrator, made once with a password of 128 bits (SECURITY 1), and the demo where it is asked for.
 * @throws UsageError for `--demo` on data that is not a demo's.
 */
export async function populate(
  engine: Engine,
  options: { data: string; settings: Configuration; demo: boolean },
): Promise<Organisation> {
  const { facts, ledger } = engine.ports
  const [domain = ''] = options.settings.domain
  const state = ledger.serverValue('demo')
  if (options.demo && state === undefined && facts.accountCount > 0) {
    throw wrongUse('demoNotEmpty', { folder: options.data })
  }
  const demo = readDemoAccounts(options.data)
  if (options.demo && state !== 'ready') {
    await ledger.commit([{ kind: 'putServerValue', name: 'demo', value: 'begun' }], [])
    const admin = await makeAdministrator(engine, domain)
    const made = await makeDemo(engine, { data: options.data, domain, admin })
    await ledger.commit([{ kind: 'putServerValue', name: 'demo', value: 'ready' }], [])
    return { administrator: made.admin, people: made.users, demo: made }
  }
  if (options.demo && demo) return { administrator: demo.admin, people: demo.users, demo }
  const [first] = facts.roleMembers('CsAdministrator')
  const known = first === undefined ? undefined : facts.account(first)
  const unseen = known?.passwordMadeByUs && ledger.serverValue(SHOWN) === 'no'
  const administrator =
    known && !unseen
      ? { user: known.upn, sip: known.sip ?? `sip:${known.upn}` }
      : await makeAdministrator(engine, domain)
  return { administrator, people: [], demo }
}

/** Whether somebody could read the password: `no` from its making until a start is ready to print it. */
const SHOWN = 'administratorShown'

/** What the first administrator was given is about to be printed: no later start makes another one. */
export async function administratorShown({ ledger }: Pick<Ports, 'ledger'>): Promise<void> {
  if (ledger.serverValue(SHOWN) === 'no')
    await ledger.commit([{ kind: 'putServerValue', name: SHOWN, value: 'yes' }], [])
}

/** Interrupted before its password was printed (a taken port, a crash), the next start gives it a new one, and the role. */
async function makeAdministrator(
  engine: Engine,
  domain: string,
): Promise<Required<Omit<SignInLine, 'displayName'>>> {
  const user = `admin@${domain}`
  await engine.ports.ledger.commit([{ kind: 'putServerValue', name: SHOWN, value: 'no' }], [])
  const made =
    engine.ports.facts.byUpn(user) === undefined
      ? await runCmdlet(engine, 'New-NpAccount', {
          UserPrincipalName: user,
          DisplayName: 'Administrator',
          Enable: true,
        })
      : await runCmdlet(engine, 'Set-NpAccountPassword', { Identity: user })
  if (!engine.ports.facts.roleMembers('CsAdministrator').length) {
    await runCmdlet(engine, 'Add-NpAdminRoleMember', { Role: 'CsAdministrator', Identity: user })
  }
  return { user, sip: `sip:${user}`, password: passwordOf(made) }
}
