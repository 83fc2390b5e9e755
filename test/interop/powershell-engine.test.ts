import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { launch } from '../scenarios/launch.ts'

// The engine of PowerShell 7 (System.Management.Automation) in a small host with a WSMan transport of its own; not `pwsh` (DECISIONS 31).
// NIGHTPOST_PWSH_HOST names the built pwsh-host.dll; `dotnet` is in the path.

const HOST = process.env.NIGHTPOST_PWSH_HOST
const reason =
  HOST === undefined
    ? 'SKIPPED: the PowerShell engine was not run, NIGHTPOST_PWSH_HOST is not set'
    : existsSync(HOST)
      ? undefined
      : `SKIPPED: the PowerShell engine was not run, there is no ${HOST}`

test("the PowerShell engine imports the session, runs the article's lines and the rest of an administrator's day", {
  skip: reason ?? false,
}, async () => {
  await using server = await launch()
  const { https, admin } = server.ready
  const script = join(import.meta.dirname, 'powershell-engine.ps1')
  const uri = `https://localhost:${https}/OcsPowershell`
  const child = spawn('dotnet', [HOST ?? '', '-File', script, '-Uri', uri, '-User', admin?.user ?? ''], {
    env: { ...process.env, NIGHTPOST_PASSWORD: admin?.password ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { out: '', errors: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text.errors += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  assert.deepEqual(text.out.trim().split(/\r?\n/), [
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
    'removed: Closed',
  ])
  assert.match(text.errors, /A parameter cannot be found that matches parameter name 'Nope'/)
  assert.match(text.errors, /The syntax is not supported by this runspace/)
  assert.equal(code, 0)
})
