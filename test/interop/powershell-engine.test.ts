import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Launched, launch, ROOT } from '../scenarios/launch.ts'

// The engine of PowerShell 7 (System.Management.Automation) in a small host; not `pwsh` (DECISIONS 31). WSMan goes through the host's own
// transport, SSH through the engine's and the ssh of the system, the WebSocket through the connector's own classes.
// NIGHTPOST_PWSH_HOST names the built pwsh-host.dll; `dotnet` is in the path.

const HOST = process.env.NIGHTPOST_PWSH_HOST
const reason =
  HOST === undefined
    ? 'SKIPPED: the PowerShell engine was not run, NIGHTPOST_PWSH_HOST is not set'
    : existsSync(HOST)
      ? undefined
      : `SKIPPED: the PowerShell engine was not run, there is no ${HOST}`

interface Ran {
  readonly code: number | null
  readonly out: readonly string[]
  readonly errors: string
}

async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input = '',
): Promise<Ran> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const text = { out: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.errors += chunk
  })
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out: text.out.trim().split(/\r?\n/), errors: text.errors }
}

/** Where the package keeps the engine of this system. */
function engineOf(host: string): string {
  const system = process.platform === 'win32' ? 'win' : 'unix'
  const [found] = globSync(`runtimes/${system}/lib/*/System.Management.Automation.dll`, {
    cwd: dirname(host),
  })
  return join(dirname(host), found ?? 'System.Management.Automation.dll')
}

/** Compiles the connector's classes against the engine of the host. @returns the assembly */
async function buildTransport(host: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nightpost-transport-'))
  const source = join(ROOT, 'powershell', 'SkypeOnlineConnector', 'WebSocketTransport.cs')
  writeFileSync(join(folder, 'WebSocketTransport.cs'), readFileSync(source))
  writeFileSync(
    join(folder, 'transport.csproj'),
    `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
<ItemGroup><Reference Include="System.Management.Automation"><HintPath>${engineOf(host)}</HintPath><Private>false</Private></Reference></ItemGroup></Project>`,
  )
  const built = await run('dotnet', [
    'build',
    folder,
    '-c',
    'Release',
    '-o',
    join(folder, 'out'),
    '-v',
    'quiet',
    '-nologo',
  ])
  assert.equal(built.code, 0, built.out.join('\n'))
  return join(folder, 'out', 'transport.dll')
}

if (reason !== undefined || HOST === undefined) test('the PowerShell engine', { skip: reason ?? false })
else describe('the PowerShell engine', () => engine(HOST))

function engine(host: string): void {
  let server: Launched
  let assembly: string
  let folder: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nightpost-engine-'))
    writeFileSync(join(folder, 'askpass.sh'), '#!/bin/sh\nprintf \'%s\\n\' "$NIGHTPOST_PASSWORD"\n', {
      mode: 0o700,
    })
    assembly = await buildTransport(host)
  })
  const start = (): Promise<Launched> => launch(['--ssh-port', '0'])
  after(() => server?.[Symbol.asyncDispose]())

  const script = (
    name: string,
    carrier: string,
    options: readonly string[] = [],
    input = '',
  ): Promise<Ran> => {
    const { https, ssh, admin } = server.ready
    const parameters = [
      ...['-Carrier', carrier, '-Uri', `https://localhost:${https}/OcsPowershell`],
      ...['-User', admin?.user ?? '', '-Port', String(ssh), '-Assembly', assembly],
    ]
    const file = join(import.meta.dirname, name)
    const env = {
      NIGHTPOST_PASSWORD: admin?.password ?? '',
      NIGHTPOST_KNOWN_HOSTS: join(folder, `known-hosts-${ssh}`),
      SSH_ASKPASS: join(folder, 'askpass.sh'),
      SSH_ASKPASS_REQUIRE: 'force',
    }
    return run('dotnet', [host, ...options, '-File', file, ...parameters], env, input)
  }

  for (const carrier of ['WSMan', 'SSH', 'WebSocket'])
    test(`imports the session over ${carrier}, runs the article's lines and the rest of an administrator's day`, {
      timeout: 120_000,
    }, async () => {
      await server?.[Symbol.asyncDispose]()
      server = await start()
      const { out, errors, code } = await script('powershell-engine.ps1', carrier, [
        '-Answer',
        'n',
        '-Answer',
        'y',
        '-Answer',
        'Prompted',
      ])
      const shown = out.filter(
        (line) =>
          !/^(Confirm|Are you sure|Performing the operation|\[Y\]|cmdlet |Supply values|Identity: )/.test(
            line,
          ),
      )
      assert.deepEqual(shown, EXPECTED, errors)
      assert.match(errors, /A parameter cannot be found that matches parameter name 'Nope'/)
      assert.match(errors, /The syntax is not supported by this runspace/)
      assert.equal(code, 0)
    })

  test('an interactive session shows what its lines put out, errors in one line, and can be left', {
    timeout: 120_000,
  }, async () => {
    const { ssh, admin } = server.ready
    const options = `@{StrictHostKeyChecking='accept-new';UserKnownHostsFile='${join(folder, 'known-hosts-enter')}';LogLevel='ERROR';PreferredAuthentications='password'}`
    const lines = [
      `Enter-PSSession -HostName 127.0.0.1 -Port ${ssh} -UserName ${admin?.user} -Subsystem powershell -Options ${options}`,
      'Get-CsClientPolicy -Identity Global',
      'Get-CsNothingSuch',
      '1 + 1',
      'exit',
      '"left" + "it"',
    ]
    const env = {
      NIGHTPOST_PASSWORD: admin?.password ?? '',
      SSH_ASKPASS: join(folder, 'askpass.sh'),
      SSH_ASKPASS_REQUIRE: 'force',
    }
    const { out, errors } = await run('dotnet', [host, '-Lines'], env, `${lines.join('\n')}\n`)
    const text = `${out.join('\n')}\n${errors}`
    assert.match(text, /EnableIMAutoArchiving\s*: True/)
    assert.match(text, /Get-CsNothingSuch' is not recognized/)
    assert.match(text, /syntax is not supported by this runspace/)
    assert.doesNotMatch(text, /AsyncResult|SerializedRemoteException/)
    assert.match(text, /leftit/)
  })
}

const EXPECTED = [
  'import: True',
  'account: Tony Smith',
  'new: Tag:OfflineIM',
  'boolean: True System.Boolean',
  'timespan: 00:05:00 System.TimeSpan',
  'unset: True',
  'type: Deserialized.Microsoft.Rtc.Management.WritableConfig.Policy.Client.ClientPolicy',
  'granted: OfflineIM',
  'cleared: []',
  'effective: Global',
  'caught: InvalidData Cannot find "ClientPolicy" "Tag:NoSuch" because it does not exist.',
  'WARNING: EnableSQMData is stored and shown, but Nightpost does not act on it.',
  'What if: Performing the operation "New-CsClientPolicy" on target "Tag:WhatIfOnly".',
  'whatif: 0',
  'statements: 2',
  'splat: Tony Smith',
  'filter: Tony Smith',
  'measured: True',
  'piped: 300',
  'secure: done',
  'no: 0',
  'yes: 1',
  'named: 1',
  'stopped: Stopped 1',
  'What if: Performing the operation "Set-CsClientPolicy" on target "Tag:Asked".',
  'big: done',
  'removed: Closed',
]
