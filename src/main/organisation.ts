import type { Ports } from '../actions/ports.ts'
import type { Engine } from '../admin/invoke.ts'
import { runCmdlet } from './commands.ts'
import { UsageError } from './config.ts'
import { type DemoAccounts, makeDemo, passwordOf, readDemoAccounts } from './demo.ts'
import type { SignInLine } from './ready.ts'
import type { Configuration } from './schema.ts'

/** Who can sign in after a start, as the ready line shows it. */
export interface Organisation {
  readonly administrator: SignInLine | undefined
  readonly people: readonly SignInLine[]
  readonly demo: DemoAccounts | undefined
}

/**
 * Holds the first domain to what it was at the first start: it is the Digest realm (DECISIONS 26).
 * @throws UsageError for another one.
 */
export async function fixRealm({ ledger }: Pick<Ports, 'ledger'>, settings: Configuration): Promise<void> {
  const [domain = ''] = settings.domain
  const realm = ledger.serverValue('realm')
  if (realm !== undefined && realm !== domain) {
    throw new UsageError(
      `domain: the first domain was ${realm} at the first start and is the Digest realm; write ${realm} first, then ${domain}`,
    )
  }
  // The command line finds all of them here when no server runs and nobody names them again.
  const domains = JSON.stringify(settings.domain)
  const values = { ...(realm === undefined ? { realm: domain } : {}), domains }
  const changed = Object.entries(values).filter(([name, value]) => ledger.serverValue(name) !== value)
  if (changed.length > 0)
    await ledger.commit(
      changed.map(([name, value]) => ({ kind: 'putServerValue', name, value })),
      [],
    )
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
    throw new UsageError(
      `--demo needs an empty data folder, and ${options.data} has accounts; write another --data`,
    )
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
  const administrator = known
    ? { user: known.upn, sip: known.sip ?? `sip:${known.upn}` }
    : await makeAdministrator(engine, domain)
  return { administrator, people: [], demo }
}

/** Interrupted between account and role, the next start gives it a new password and the role. */
async function makeAdministrator(
  engine: Engine,
  domain: string,
): Promise<Required<Omit<SignInLine, 'displayName'>>> {
  const user = `admin@${domain}`
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
