import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Launched, launch, ROOT } from '../scenarios/launch.ts'

// A complete PowerShell 7.3 or later, named by NIGHTPOST_PWSH, with the connector of this repository: the acceptance scripts, unmodified, and
// an administrator's window with two services, piped users, a lost connection (docs/clients/powershell.md).

const PWSH = process.env.NIGHTPOST_PWSH
const SCRIPTS = join(ROOT, '..', 'shared', 'clients', 'pwsh')
const MODULE = join(ROOT, 'powershell', 'SkypeOnlineConnector')
const skip =
  PWSH === undefined
    ? 'SKIPPED: PowerShell was not run, NIGHTPOST_PWSH is not set'
    : existsSync(PWSH)
      ? false
      : `SKIPPED: PowerShell was not run, there is no ${PWSH}`
const skipScripts =
  skip || existsSync(SCRIPTS) ? skip : `SKIPPED: the scripts were not run, there is no ${SCRIPTS}`

describe('PowerShell 7', { timeout: 400_000 }, () => {
  let server: Launched
  /** Where the compiled transport is kept: the first script compiles it, the others find it. */
  const cache = mkdtempSync(join(tmpdir(), 'nightpost-pwsh-'))
  before(async () => {
    if (!skip) server = await launch(['--demo', '--ssh-port', '0'])
  })
  after(async () => {
    await server?.end()
    rmSync(cache, { recursive: true, force: true })
  })

  function pwsh(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    return spawn(PWSH ?? '', ['-NoProfile', '-NoLogo', ...args], {
      env: {
        ...process.env,
        POWERSHELL_TELEMETRY_OPTOUT: '1',
        NO_COLOR: '1',
        XDG_CACHE_HOME: cache,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  async function run(script: string): Promise<{ code: number | null; text: string }> {
    const { https, ssh, admin } = server.ready
    const child = pwsh(['-File', join(SCRIPTS, script)], {
      NIGHTPOST_HOST: 'localhost',
      NIGHTPOST_HTTPS_PORT: String(https),
      NIGHTPOST_SSH_PORT: String(ssh),
      NIGHTPOST_ADMIN: admin?.user ?? '',
      NIGHTPOST_ADMIN_PASSWORD: admin?.password ?? '',
      NIGHTPOST_SKIP_CERTIFICATE: '1',
      NIGHTPOST_MODULE: MODULE,
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
    child.stdin?.end()
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, text }
  }

  test("runs the article's lines", { skip: skipScripts }, async () => {
    const { code, text } = await run('article.ps1')
    assert.match(text, /^ok: the lines of the article work$/m, text)
    assert.equal(code, 0, text)
  })

  test('finds nothing wrong with sessions of the connector and of SSH', { skip: skipScripts }, async () => {
    const { code, text } = await run('checks.ps1')
    assert.doesNotMatch(text, /^not ok/m, text)
    assert.match(text, /^\d{2,} passed, 0 failed$/m, text)
    assert.equal(code, 0)
  })

  test("serves an administrator's window: refusals, two services, piped users, a lost connection", {
    skip,
  }, async () => {
    const { https, admin, users } = server.ready
    const somebody = users?.[0]
    const child = pwsh(
      [
        ...['-File', join(import.meta.dirname, 'pwsh-session.ps1'), '-Module', MODULE],
        ...['-Uri', `https://localhost:${https}/OcsPowershell`, '-User', admin?.user ?? ''],
        ...['-NoRole', somebody?.user ?? ''],
      ],
      { NIGHTPOST_PASSWORD: admin?.password ?? '', NIGHTPOST_PASSWORD_2: somebody?.password ?? '' },
    )
    let errors = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk
    })
    const lines: string[] = []
    let rest = ''
    let restarting = Promise.resolve()
    const restart = async (): Promise<void> => {
      process.kill(server.ready.pid, 'SIGKILL')
      await server.end()
      server = await launch(['--demo', '--ssh-port', '0', '--https-port', String(https)], {
        data: server.data,
      })
      child.stdin?.write('\n')
    }
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n/)
      rest = parts.pop() ?? ''
      for (const line of parts) {
        if (line === 'restart') restarting = restart()
        else lines.push(line)
      }
    })
    const [code] = (await once(child, 'close')) as [number | null]
    await restarting
    assert.deepEqual(lines, expected(admin?.user ?? '', somebody?.user ?? ''), errors)
    assert.equal(code, 0)
  })
})

function expected(user: string, noRole: string): readonly string[] {
  return [
    `password: LogonFailure,New-CsOnlineSession AuthenticationError Logon failed for the user "${user}". Create a new credential object ($credential = Get-Credential) and try again.`,
    `role: NotAuthorized,New-CsOnlineSession PermissionDenied The user "${noRole}" does not have permission to manage this tenant. Permissions come from an administrator role (RBAC), which an administrator gives with Add-NpAdminRoleMember.`,
    'certificate: CertificateNotTrusted,New-CsOnlineSession SecurityError The certificate of "localhost" is not trusted (RemoteCertificateChainErrors; SHA-256 …), and nothing was sent to it. Where you know that it is the right one, add -SessionOption (New-PSSessionOption -SkipCACheck -SkipCNCheck).',
    'plain: PlainHttp,New-CsOnlineSession SecurityError The password is not sent to http://example.com/OcsPowershell without encryption. Use https.',
    'path: NoPowerShellHere,New-CsOnlineSession OpenError https://localhost/livez takes no PowerShell sessions: HTTP 200',
    'domain: NoDomain,New-CsOnlineSession InvalidArgument The user name "admin" has no domain. Write it as user@domain, or add -OverrideAdminDomain or -OverridePowerShellUri.',
    'discovered: Opened',
    'loopback: Opened, 1 warning',
    'prefix: 1 1 2',
    'one is left: True False',
    'nobody: 0',
    'granted: True',
    'taken: 0',
    'stopped: Stopped 1',
    'lost: Broken',
    'again: 1',
    'lost: Broken',
    'by itself: 1 1',
    `ja: LogonFailure,New-CsOnlineSession AuthenticationError ユーザー "${user}" のログオンに失敗しました。資格情報オブジェクトを作り直して ($credential = Get-Credential)、もう一度実行してください。`,
    'help: Nightpost サーバーとの PowerShell セッションを開きます。',
    'alias: True SkypeOnlineConnector',
  ]
}
