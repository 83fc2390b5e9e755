import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Launched, launch, ROOT } from '../scenarios/launch.ts'

// Clients of PowerShell remoting that are not PowerShell, driven by the acceptance drivers, unmodified, against the server as it is
// started by hand: pypsrp over WSMan, psrpcore over the SSH program of the system. They need PYPSRP_SRC, PYSPNEGO_SRC, PSRPCORE_SRC
// (checkouts), Python 3.10 with requests and cryptography, ssh, and the drivers beside the clone.

const DRIVERS = join(ROOT, '..', 'shared', 'clients', 'psrp')
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'

/** How a driver reaches the server, and what it says when it may not. */
interface Carrier {
  readonly name: string
  readonly driver: string
  readonly sources: readonly string[]
  target(server: Launched): readonly string[]
  readonly wrongPassword: RegExp
  readonly notAdmin: RegExp
  /** The poll can be shortened. */
  readonly polls: boolean
}

const WSMAN: Carrier = {
  name: 'WSMan',
  driver: 'psrp_driver.py',
  sources: ['PYPSRP_SRC', 'PYSPNEGO_SRC'],
  target: ({ ready }) => ['--url', `https://localhost:${ready.https}/OcsPowershellLiveId`, '--insecure'],
  wrongPassword: /authentication failed/,
  notAdmin: /Code: 5,/,
  polls: true,
}
const SSH: Carrier = {
  name: 'SSH',
  driver: 'psrp_ssh_driver.py',
  sources: ['PSRPCORE_SRC'],
  target: ({ ready }) => [
    ...['--host', '127.0.0.1', '--port', String(ready.ssh)],
    ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'NumberOfPasswordPrompts=1'].flatMap(
      (option) => ['--option', option],
    ),
  ],
  wrongPassword: /ended|closed|Permission denied/i,
  notAdmin: /does not have permission/,
  polls: false,
}

function missing({ sources, driver }: Carrier): string | undefined {
  const unset = sources.find((name) => !process.env[name])
  if (unset) return `SKIPPED: ${driver} was not run, ${unset} is not set`
  return existsSync(join(DRIVERS, driver))
    ? undefined
    : `SKIPPED: ${driver} was not run, it is not in ${DRIVERS}`
}

interface SignIn {
  readonly user: string
  readonly password: string
}

/** One command as the driver reports it. */
interface Ran {
  readonly command: string
  readonly ok: boolean
  readonly state: string
  readonly output: readonly { props?: Record<string, unknown>; members?: Record<string, unknown> }[]
  readonly errors: readonly { fully_qualified_error_id: string; message: string; category: number }[]
  readonly terminating_error: { fully_qualified_error_id: string; message: string } | null
  readonly warnings: readonly string[]
  readonly host_calls: readonly { method: string; ci: number; parameters: readonly unknown[] }[]
}

interface Report {
  readonly code: number | null
  readonly ok: boolean
  readonly problems: readonly string[]
  readonly error?: string
  readonly commands: readonly Ran[]
  readonly command_metadata?: {
    warnings: readonly string[]
    commands: readonly { name: string; cmdlet_proxy: boolean }[]
  }
  readonly format_count?: { warnings: readonly string[] }
  readonly lines?: readonly { screen: string }[]
  readonly prompt?: string
}

for (const carrier of [WSMAN, SSH]) {
  const reason = missing(carrier)
  if (reason === undefined) describe(`the acceptance driver over ${carrier.name}`, () => acceptance(carrier))
  else test(`the acceptance driver over ${carrier.name}`, { skip: reason })
}

function acceptance(carrier: Carrier): void {
  let server: Launched
  before(async () => {
    server = await launch(['--ssh-port', '0'])
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
  })

  async function drive(mode: string, args: readonly string[], as: Partial<SignIn> = {}): Promise<Report> {
    const { admin } = server.ready
    const { user, password } = { user: admin?.user ?? '', password: admin?.password ?? '', ...as }
    const child = spawn(
      PYTHON,
      [join(DRIVERS, carrier.driver), mode, ...carrier.target(server), '--user', user, ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, PSRP_PASSWORD: password, PYTHONWARNINGS: 'ignore' },
      },
    )
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    const [code] = (await once(child, 'close')) as [number | null]
    const report = JSON.parse(text) as Omit<Report, 'code' | 'commands'> & Partial<Report>
    return { ...report, code, commands: report.commands ?? [] }
  }

  const run = (
    specs: readonly object[],
    args: readonly string[] = [],
    as?: Partial<SignIn>,
  ): Promise<Report> =>
    drive('run', [...specs.flatMap((spec) => ['--cmd', JSON.stringify(spec)]), ...args], as)

  /** The driver is content: every command ended as its spec says, nothing on the wire was out of order. */
  function passed(report: Report): Report {
    assert.deepEqual(report.problems, [])
    assert.equal(report.error, undefined)
    assert.equal(report.code, 0)
    return report
  }

  const PASSWORD = 'correct horse battery staple 7'

  test('1: open with right, wrong and non-admin credentials', async () => {
    passed(await drive('open', []))
    const wrong = await drive('open', [], { password: 'not this one' })
    assert.equal(wrong.code, 2)
    assert.match(wrong.error ?? '', carrier.wrongPassword)
    const user = `plain@${server.ready.domain}`
    passed(
      await run([
        {
          cmd: 'New-NpAccount',
          params: {
            UserPrincipalName: user,
            DisplayName: 'Plain',
            Password: { $secure: PASSWORD },
            Enable: { $switch: true },
          },
        },
      ]),
    )
    const plain = await drive('open', [], { user, password: PASSWORD })
    assert.equal(plain.code, 2)
    assert.match(plain.error ?? '', carrier.notAdmin)
  })

  test('2: import without a warning', async () => {
    const expected = ['New-CsClientPolicy', 'Set-CsClientPolicy', 'Grant-CsClientPolicy']
    const report = passed(
      await drive(
        'import',
        expected.flatMap((name) => ['--expect', name]),
      ),
    )
    assert.deepEqual(report.command_metadata?.warnings, [])
    assert.deepEqual(report.format_count?.warnings, [])
    assert.ok(report.command_metadata?.commands.every((command) => command.cmdlet_proxy))
    const names = report.command_metadata?.commands.map(({ name }) => name) ?? []
    for (const local of ['prompt', 'TabExpansion2', 'Where-Object', 'Get-Host', 'Get-Module'])
      assert.ok(!names.includes(local), `${local} is a name that the client has itself`)
  })

  for (const style of ['splat', 'token', 'api'])
    test(`3: the article's three commands, spelt as ${style}, and what they did`, async () => {
      const policy = `OfflineIM-${style}`
      const user = `tony.${style}@${server.ready.domain}`
      const report = passed(
        await run(
          [
            {
              cmd: 'New-NpAccount',
              params: { UserPrincipalName: user, DisplayName: `Tony ${style}`, Enable: { $switch: true } },
            },
            { cmd: 'New-CsClientPolicy', params: { Identity: policy } },
            { cmd: 'Set-CsClientPolicy', params: { Identity: policy, EnableIMAutoArchiving: false } },
            { cmd: 'Grant-CsClientPolicy', params: { Identity: `Tony ${style}`, PolicyName: policy } },
            { cmd: 'Get-CsClientPolicy', params: { Identity: policy } },
            { cmd: 'Get-CsOnlineUser', params: { Identity: user } },
          ],
          ['--style', style],
        ),
      )
      const [found, granted] = report.commands.slice(-2).map(({ output }) => output[0]?.props)
      assert.equal(found?.Identity, `Tag:${policy}`)
      assert.equal(found?.EnableIMAutoArchiving, false)
      assert.match(JSON.stringify(granted?.ClientPolicy), new RegExp(policy))
    })

  test('4: an unknown cmdlet, an unknown parameter, a missing policy, a wrong value and a script each fail as PowerShell would', async () => {
    const report = passed(
      await run([
        { cmd: 'Get-CsNoSuchThing', expect_state: 'Failed' },
        { cmd: 'Get-CsClientPolicy', params: { Nope: 3 }, expect_state: 'Failed' },
        {
          cmd: 'Set-CsClientPolicy',
          params: { Identity: 'NoSuch', EnableIMAutoArchiving: false },
          expect_error: true,
        },
        {
          cmd: 'Set-CsClientPolicy',
          params: { Identity: 'Global', EnableIMAutoArchiving: 'perhaps' },
          expect_state: 'Failed',
        },
        { cmd: '$x = 1; $x', script: true, expect_state: 'Failed' },
        { cmd: 'Get-CsClientPolicy', params: { Identity: 'Global' } },
      ]),
    )
    const ids = report.commands.map(
      ({ errors, terminating_error }) =>
        (terminating_error ?? errors[0])?.fully_qualified_error_id.split(',')[0],
    )
    assert.deepEqual(
      [ids[0], ids[1], ids[3], ids[4], ids[5]],
      [
        'CommandNotFoundException',
        'NamedParameterNotFound',
        'ParameterArgumentTransformationError',
        'ScriptsNotAllowed',
        undefined,
      ],
    )
  })

  test('5: a slow command is stopped, and the next one works', async () => {
    passed(
      await run([{ cmd: 'Test-NpSleep', params: { Seconds: 60 }, stop_after: 0.2 }, { cmd: 'Get-CsTenant' }]),
    )
  })

  test('6: a command that is slower than the poll', { skip: !carrier.polls }, async () => {
    passed(await run([{ cmd: 'Test-NpSleep', params: { Seconds: 5 } }], ['--operation-timeout', '2']))
  })

  test('7: a credential, input objects and a pipe to Measure-Object', async () => {
    const report = passed(
      await run([
        {
          cmd: 'Get-CsAdUser',
          params: {
            Identity: server.ready.admin?.user,
            Credential: { $credential: { user: 'u', password: PASSWORD } },
          },
        },
        { cmd: 'Get-CsClientPolicy', pipe: [{ cmd: 'Measure-Object' }] },
        {
          cmd: 'Get-CsUser',
          input: [`tony.splat@${server.ready.domain}`, `tony.token@${server.ready.domain}`],
        },
      ]),
    )
    const [credential, counted, users] = report.commands
    assert.equal(credential?.output.length, 1)
    assert.ok(Number(counted?.output[0]?.props?.Count) >= 4)
    assert.equal(users?.output.length, 2)
  })

  test('a warning comes as record and as the host call that the user sees', async () => {
    const report = passed(
      await run([{ cmd: 'Set-CsClientPolicy', params: { Identity: 'Global', EnableSQMData: true } }]),
    )
    const [set] = report.commands
    assert.ok((set?.warnings.length ?? 0) > 0)
    assert.deepEqual(
      set?.host_calls.map(({ method, ci, parameters }) => [method, ci, parameters[0]]),
      set?.warnings.map((text) => ['WriteWarningLine', -100, text]),
    )
  })

  test('8: a command that asks does what the answer says', async () => {
    const asked = { cmd: 'New-CsClientPolicy', params: { Identity: 'Asked', Confirm: { $switch: true } } }
    const look = { cmd: 'Get-CsClientPolicy', params: { Filter: 'tag:Asked' } }
    const no = passed(await run([asked, look], ['--answer', '2']))
    assert.deepEqual(
      no.commands.map(({ output }) => output.length),
      [0, 0],
    )
    const yes = passed(await run([asked, look], ['--answer', '0']))
    assert.deepEqual(
      yes.commands.map(({ output }) => output.length),
      [1, 1],
    )
    passed(await run([{ cmd: 'Remove-CsClientPolicy', params: { Identity: 'Asked', Confirm: false } }]))
  })

  test('9: an interactive session shows what its lines put out, and can be left', async () => {
    const report = passed(
      await drive('enter', [
        '--line',
        '{"cmd":"Get-CsClientPolicy","params":{"Identity":"Global"}}',
        '--line',
        '{"cmd":"Get-CsTenant"}',
      ]),
    )
    assert.equal(report.prompt, 'PS> ')
    assert.match(report.lines?.[0]?.screen ?? '', /EnableIMAutoArchiving\s*: True/)
  })

  test('11: ten clients at once', async () => {
    const reports = await Promise.all(
      Array.from({ length: 10 }, () => run([{ cmd: 'Get-CsTenant' }, { cmd: 'Get-CsClientPolicy' }])),
    )
    for (const report of reports) passed(report)
  })
}
