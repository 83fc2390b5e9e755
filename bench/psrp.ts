import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cliBag, cliInt, cliList, cliText, NIL } from '../src/codec/psrp/clixml.ts'
import type { Guid } from '../src/codec/psrp/guid.ts'
import { LineClient } from '../test/client/line-client.ts'
import { createPipeline, guid } from '../test/client/psrp-messages.ts'
import { openWebSocket } from '../test/client/web-socket-pipe.ts'
import type { Measurement } from './run.ts'

/**
 * PowerShell remoting, measured at the server's socket: a client that reads bytes and counts messages, over a WebSocket, against a server
 * of its own process. Arguments: `--n` users (10,000).
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const count = Number(args[args.indexOf('--n') + 1] || 10_000)
  const data = mkdtempSync(join(tmpdir(), 'nightpost-bench-'))
  const server = await startServer(data)
  try {
    yield await timeOpening(server)
    await importUsers(server, count)
    yield await timeCalls(server)
    await stream(server, count) // everything is compiled then
    for (let round = 1; round <= 3; round++) yield { round, ...(await stream(server, count)) }
    yield await slowReader(server)
  } finally {
    server.child.kill()
    await once(server.child, 'close')
    rmSync(data, { recursive: true, force: true })
  }
}

interface Server {
  readonly child: ChildProcess
  readonly data: string
  readonly http: number
  readonly user: string
  readonly password: string
}

async function startServer(data: string): Promise<Server> {
  const off = ['--https-port', '--sip-port', '--sips-port', '--ssh-port'].flatMap((name) => [name, 'off'])
  const cli = join(import.meta.dirname, '..', 'src', 'main', 'cli.ts')
  const child = spawn(
    process.execPath,
    [
      '--disable-proto=delete',
      cli,
      'start',
      '--data',
      data,
      '--http-port',
      '0',
      ...off,
      '--ready-json',
      '--log-level',
      'error',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env } },
  )
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  const ready = JSON.parse(text) as { http: number; admin: { user: string; password: string } }
  return { child, data, http: ready.http, ...ready.admin }
}

async function connect({ http, user, password }: Server): Promise<LineClient> {
  const opened = await openWebSocket({ url: `ws://127.0.0.1:${http}/OcsPowershell`, user, password })
  if (opened.kind !== 'open') throw new Error(`refused: ${opened.status}`)
  return new LineClient(opened.pipe)
}

async function importUsers(server: Server, count: number): Promise<void> {
  mkdirSync(join(server.data, 'import'), { recursive: true })
  const rows = Array.from(
    { length: count },
    (_, n) => `user${n}@nightpost.localhost,User ${n},sip:user${n}@nightpost.localhost,Sales,Engineer`,
  )
  const head = 'UserPrincipalName,DisplayName,SipAddress,Department,Title'
  writeFileSync(join(server.data, 'import', 'users.csv'), `${[head, ...rows].join('\n')}\n`)
  const client = await (await connect(server)).open()
  client.counting = true
  const ran = await client.run('Import-NpAccount', { Path: cliText('users.csv') })
  if (ran.state !== 4) throw new Error(`the import ended with ${ran.state}: ${ran.errorId}`)
  await client.close()
}

/** What `New-PSSession` and `Import-PSSession` ask for. */
async function timeOpening(server: Server): Promise<Measurement> {
  const started = performance.now()
  const client = await (await connect(server)).open()
  const opened = performance.now()
  const metadata = await client.begin(
    cliBag({
      Name: cliList([cliText('*')]),
      CommandType: cliInt(271),
      Namespace: cliList([]),
      FullyQualifiedModule: NIL,
      ArgumentList: NIL,
    }),
    guid(),
    'GET_COMMAND_METADATA',
  )
  const found = await client.finish(metadata)
  await client.run('Get-FormatData', { TypeName: cliText('*') })
  await client.run('Get-FormatData', { TypeName: cliText('*') })
  const imported = performance.now()
  await client.close()
  return {
    bench: 'psrp open to imported',
    openMs: round(opened - started),
    importedMs: round(imported - started),
    commands: found.messages.length - 2,
  }
}

async function timeCalls(server: Server): Promise<Measurement> {
  const client = await (await connect(server)).open()
  const times: number[] = []
  for (let n = 0; n < 100; n++) {
    const started = performance.now()
    await client.run('Get-CsTenant')
    times.push(performance.now() - started)
  }
  await client.close()
  times.sort((a, b) => a - b)
  return { bench: 'psrp one call', medianMs: round(times[50] ?? 0), p95Ms: round(times[95] ?? 0) }
}

async function stream(server: Server, count: number): Promise<Measurement> {
  const client = await (await connect(server)).open()
  client.counting = true
  const before = memory(server)
  let peak = before
  const started = performance.now()
  const pipeline = await client.begin(createPipeline('Get-CsOnlineUser', {}, true))
  await client.until(() => counted(client, pipeline) > 0)
  const first = performance.now()
  const look = setInterval(() => {
    peak = Math.max(peak, memory(server))
  }, 50)
  await client.finish(pipeline)
  const ended = performance.now()
  clearInterval(look)
  const objects = counted(client, pipeline)
  if (objects < count) throw new Error(`${objects} of ${count} users came`)
  await client.close()
  return {
    bench: 'psrp Get-CsOnlineUser',
    objects,
    firstMs: round(first - started),
    ms: round(ended - started),
    perSecond: Math.round((objects / (ended - started)) * 1000),
    rssBeforeMB: before,
    rssPeakMB: peak,
  }
}

/** A client that reads nothing for three seconds: what the server holds for it. */
async function slowReader(server: Server): Promise<Measurement> {
  const { user, password, http } = server
  const opened = await openWebSocket({ url: `ws://127.0.0.1:${http}/OcsPowershell`, user, password })
  if (opened.kind !== 'open') throw new Error('refused')
  const client = await new LineClient(opened.pipe).open()
  client.counting = true
  const before = memory(server)
  const pipeline = await client.begin(createPipeline('Get-CsOnlineUser', {}, true))
  opened.socket.pause()
  await sleep(3000)
  const held = memory(server)
  opened.socket.resume()
  await client.finish(pipeline)
  await client.close()
  return { bench: 'psrp slow reader', rssBeforeMB: before, rssHeldMB: held }
}

function counted(client: LineClient, pipeline: Guid): number {
  return client.counted.get(pipeline) ?? 0
}

/** Resident memory of the server in MB; 0 where the system does not tell. */
function memory({ child }: Server): number {
  const path = `/proc/${child.pid}/status`
  if (!existsSync(path)) return 0
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1024)
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
