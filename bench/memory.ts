import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../test/kill/server.ts'
import { fillFolder, PASSWORD, userOf } from './organisation.ts'
import { cpuMs, Inspector, option, residentKb, round } from './process.ts'
import type { Measurement } from './run.ts'

const BARE = join(import.meta.dirname, 'bare-server.ts')
const INSPECT = '--inspect=127.0.0.1:0'
/** Sign-ins at once: as many as hash side by side. */
const AT_ONCE = 4
/** Code that first sign-ins compile, and the arenas of the hashing threads, are no part of what an application costs. */
const WARM_UP = 100
/** Buffers of requests that are over are given back meanwhile. */
const REST_MS = 5_000

/**
 * What a signed-in UCWA application costs while nothing happens: `--n` people (2,000), each with a password token, an application with an
 * inbox view that is available, and an open event stream, in one real server. The ruler is Node's own HTTP server in the same run, which
 * holds as many event streams. `--idle` seconds (20) of idle CPU. Linux only.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const count = Number(option(args, '--n') ?? 2_000)
  const idleSeconds = Number(option(args, '--idle') ?? 20)
  const bare = await bareServer()
  const ruler = await measure(bare, count, idleSeconds, (open) => open(bare.base, '/', {}))
  bare.end()
  yield { bench: 'memory', server: 'bare Node HTTP', streams: count, ...ruler }

  const folder = mkdtempSync(join(tmpdir(), 'nightpost-bench-'))
  const data = join(folder, 'data')
  await fillFolder(data, { people: count + WARM_UP, messages: 0, heavyPairs: 0, heavyRows: 0 })
  const { base, pid, exited, inspector } = await startServer(data, [INSPECT])
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    const server = { base, pid, inspector: inspector ?? '' }
    let next = 0
    const one = async (open: Open) => {
      const signedIn = await signIn(agent, base, next++)
      return open(base, signedIn.path, signedIn.headers)
    }
    const warm: IncomingMessage[] = []
    while (warm.length < WARM_UP) warm.push(await one(openStream))
    const ours = await measure(server, count, idleSeconds, one)
    agent.destroy()
    yield {
      bench: 'memory',
      server: 'nightpost',
      applications: count,
      ...ours,
      overBareRssKb: round(ours.rssKbEach - ruler.rssKbEach),
      overBareHeapKb: round(ours.heapKbEach - ruler.heapKbEach),
      timesBareRss: round(ours.rssKbEach / ruler.rssKbEach),
    }
    for (const stream of warm) stream.destroy()
  } finally {
    process.kill(pid, 'SIGTERM')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Target {
  readonly base: string
  readonly pid: number
  readonly inspector: string
}

type Open = typeof openStream

/** Opens the streams and says what each adds to the process, and what all cost per second while they are idle. */
async function measure(
  { pid, inspector }: Target,
  count: number,
  idleSeconds: number,
  one: (open: Open) => Promise<IncomingMessage>,
) {
  const heap = await Inspector.open(inspector)
  const heapBefore = await heap.collectedHeapKb()
  const rssBefore = residentKb(pid)
  const idleBefore = await idleCpu(pid, idleSeconds)
  const streams: IncomingMessage[] = []
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      streams.push(await one(openStream))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  await sleep(REST_MS)
  const heapAfter = await heap.collectedHeapKb()
  await sleep(REST_MS)
  const rssAfter = residentKb(pid)
  const idle = await idleCpu(pid, idleSeconds)
  const open = streams.filter((stream) => !stream.destroyed).length
  if (open < count) throw new Error(`${count - open} of ${count} streams were closed`)
  heap.close()
  for (const stream of streams) stream.destroy()
  return {
    rssKbEach: round((rssAfter - rssBefore) / count),
    heapKbEach: round((heapAfter - heapBefore) / count),
    rssMb: round(rssAfter / 1024),
    rssBeforeMb: round(rssBefore / 1024),
    idleCpuPercent: idle,
    idleCpuBeforePercent: idleBefore,
  }
}

/** Share of one core in percent, over some seconds. */
async function idleCpu(pid: number, seconds: number): Promise<number> {
  const before = cpuMs(pid)
  await sleep(seconds * 1000)
  return Math.round(((cpuMs(pid) - before) / (seconds * 10)) * 100) / 100
}

async function bareServer(): Promise<Target & { end(): void }> {
  const child: ChildProcess = spawn(process.execPath, [INSPECT, BARE], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lineOf = async (stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> => {
    for await (const line of createInterface({ input: stream })) {
      const found = pattern.exec(line)?.[1]
      if (found !== undefined) return found
    }
    throw new Error('the bare server ended before it was ready')
  }
  if (!child.stdout || !child.stderr || child.pid === undefined) throw new Error('no bare server')
  const [port, inspector] = await Promise.all([
    lineOf(child.stdout, /^(\d+)$/),
    lineOf(child.stderr, /Debugger listening on (ws:\S+)/),
  ])
  return { base: `http://127.0.0.1:${port}`, pid: child.pid, inspector, end: () => void child.kill() }
}

/** A connection of its own that carries a stream until it is destroyed. */
function openStream(
  base: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, base), {
      agent: false,
      headers: { Accept: 'text/event-stream', ...headers },
    })
    asked.on('response', (response) => {
      if (response.statusCode !== 200)
        return reject(new Error(`a stream was answered ${response.statusCode}`))
      response.once('data', () => resolve(response))
      response.on('error', () => {})
      response.resume()
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** What our web client does: token, application, available, inbox view. @returns where its event stream is */
async function signIn(agent: Agent, base: string, n: number) {
  const form = new URLSearchParams({ grant_type: 'password', username: userOf(n), password: PASSWORD })
  const granted = await ask(agent, base, 'POST', '/WebTicket/oauthtoken', form.toString(), {
    'Content-Type': 'application/x-www-form-urlencoded',
  })
  const headers = { Authorization: `Bearer ${granted.access_token}` }
  const json = { ...headers, 'Content-Type': 'application/json' }
  const identity = { UserAgent: 'NightpostBench/1.0', EndpointId: `bench-${n}`, Culture: 'en-US' }
  const made = await ask(agent, base, 'POST', '/ucwa/oauth/v1/applications', JSON.stringify(identity), json)
  const self = made._links.self.href
  await ask(agent, base, 'POST', `${self}/me/makeMeAvailable`, '{"supportedModalities":["Messaging"]}', json)
  const communication = await ask(agent, base, 'GET', `${self}/communication`, undefined, headers)
  await ask(
    agent,
    base,
    'PUT',
    `${self}/communication`,
    JSON.stringify({ ...communication, conversationHistory: 'Enabled' }),
    { ...json, 'If-Match': `"${communication.etag}"` },
  )
  const stream = made._embedded.communication ? `${self}/eventStream?ack=1` : ''
  return { path: `${stream}&packages=full&medium=0&low=0`, headers }
}

/** As loose as a bench reads it. */
interface Answer {
  readonly access_token: string
  readonly etag: string
  readonly _links: { readonly self: { readonly href: string } }
  readonly _embedded: Readonly<Record<string, unknown>>
}

function ask(
  agent: Agent,
  base: string,
  method: string,
  path: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
    const asked = request(new URL(path, base), { agent, method, headers: { ...headers, ...length } })
    asked.on('error', reject)
    asked.on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      if ((response.statusCode ?? 500) >= 300)
        reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`))
      else resolve((text === '' ? {} : JSON.parse(text)) as Answer)
    })
    asked.end(body)
  })
}
