import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Json, listOf, UcwaClient } from '../test/client/ucwa-client.ts'
import { Pipe } from '../test/kill/pipe.ts'
import { type Running, startServer } from '../test/kill/server.ts'
import { fillFolder, PASSWORD, type Shape, userOf } from './organisation.ts'
import { cpuMs, option, percentile, residentKb, round } from './process.ts'
import type { Measurement } from './run.ts'

const LARGE: Shape = { people: 10_000, messages: 1_000_000, heavyPairs: 3, heavyRows: 100_000 }
const SMALL: Shape = { people: 100, messages: 1_000, heavyPairs: 1, heavyRows: 100 }
/** Persons 0 and 1 wrote each other a heavy thread (organisation.ts). */
const HEAVY = 0
const STARTS = 3
const SIGN_INS = 10
const SENDS = 300
const PAGES = 20
/** Sends on their way when the server is killed. */
const UNDER_LOAD = 50
const LOAD_MS = 3_000

interface Figures {
  readonly startMs: number
  readonly startCpuMs: number
  readonly passwordMs: number
  readonly cookieMs: number
  readonly absentP50Ms: number
  readonly absentP99Ms: number
  readonly presentP50Ms: number
  readonly presentP99Ms: number
  readonly logsMs: number
  readonly timelineMs: number
  readonly threadMs: number
  readonly rssMb: number
  readonly restartMs: number
  readonly restartCpuMs: number
  readonly databaseMb: number
  readonly bytesPerMessage: number
}

/**
 * 10,000 accounts and 1,000,000 messages in one data folder beside 100 and 1,000, measured over HTTP at the real server in the same run:
 * start to the ready line, sign-in, sending, first pages, memory, size; and the start after SIGKILL under load (SECURITY 65).
 * `--folder DIR` keeps the large folder there and takes it as it is the next time. `--dir` a real disk. Linux only.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const parent = mkdtempSync(join(option(args, '--dir') ?? tmpdir(), 'nightpost-bench-'))
  const kept = option(args, '--folder')
  try {
    const small = await figuresOf(join(parent, 'small'), SMALL)
    yield { bench: 'large', folder: 'small', people: SMALL.people, messages: SMALL.messages, ...small }
    const large = await figuresOf(kept ?? join(parent, 'large'), LARGE)
    yield { bench: 'large', folder: 'large', people: LARGE.people, messages: LARGE.messages, ...large }
    const ratios = Object.entries(large).map(([name, value]) => [
      name,
      round(value / small[name as keyof Figures]),
    ])
    yield {
      bench: 'large',
      folder: 'large over small',
      ...(Object.fromEntries(ratios) as Record<string, number>),
      load: round(loadavg()[0] ?? 0),
      cores: cpus().length,
    }
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

async function figuresOf(data: string, shape: Shape): Promise<Figures> {
  if (!existsSync(join(data, 'nightpost.db'))) {
    const started = performance.now()
    await fillFolder(data, shape)
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stderr.write(`filled ${shape.messages} messages in ${seconds} s\n`)
  }
  await firstStart(data)
  const size = sizeOf(join(data, 'nightpost.db'))
  const starts: Started[] = []
  for (let n = 1; n < STARTS; n += 1) {
    const started = await timedStart(data)
    starts.push(started)
    await end(started.server)
  }
  const last = await timedStart(data)
  starts.push(last)
  const { server } = last
  const signIns = await signInTimes(server)
  const sends = await sendTimes(server)
  const pages = await pageTimes(server)
  const rssMb = round(residentKb(server.pid) / 1024)
  const again = await restartUnderLoad(server, data)
  return {
    startMs: round(
      percentile(
        starts.map(({ ms }) => ms),
        0.5,
      ),
    ),
    startCpuMs: percentile(
      starts.map(({ cpu }) => cpu),
      0.5,
    ),
    ...signIns,
    ...sends,
    ...pages,
    rssMb,
    restartMs: round(again.ms),
    restartCpuMs: again.cpu,
    ...size,
  }
}

/** Makes certificate and administrator; that is no part of a start. */
async function firstStart(data: string): Promise<void> {
  await end(await startServer(data))
}

interface Started {
  readonly server: Running
  /** To the ready line; a busy machine stretches it. */
  readonly ms: number
  /** The server's own time until then. */
  readonly cpu: number
}

async function timedStart(data: string): Promise<Started> {
  const started = performance.now()
  const server = await startServer(data)
  return { server, ms: performance.now() - started, cpu: cpuMs(server.pid) }
}

async function end({ pid, exited }: Running): Promise<void> {
  process.kill(pid, 'SIGTERM')
  await exited
}

/** Bytes of the file for each row of the log, indexes, timeline and counts included. */
function sizeOf(file: string): { readonly databaseMb: number; readonly bytesPerMessage: number } {
  const { size } = statSync(file)
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = Number(database.prepare('select count(*) as n from message').get()?.n)
  database.close()
  return { databaseMb: round(size / 1024 / 1024), bytesPerMessage: Math.round(size / rows) }
}

async function timed(times: number, work: (n: number) => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = []
  for (let n = 0; n < times; n += 1) {
    const started = performance.now()
    await work(n)
    taken.push(performance.now() - started)
  }
  return taken
}

/** A password to a session, and a cookie to what it says of the person and their application. */
async function signInTimes({ base }: Running): Promise<Pick<Figures, 'passwordMs' | 'cookieMs'>> {
  const cookies: { cookie: string; csrf: string }[] = []
  const password = await timed(SIGN_INS, async (n) => {
    const answer = await fetch(`${base}/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: base },
      body: JSON.stringify({ user: userOf(20 + n), password: PASSWORD }),
    })
    if (answer.status !== 200) throw new Error(`/session: ${answer.status} ${await answer.text()}`)
    const { csrf } = (await answer.json()) as { csrf: string }
    cookies.push({ cookie: (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '', csrf })
  })
  const cookie = await timed(SIGN_INS, async (n) => {
    const { cookie: Cookie = '', csrf = '' } = cookies[n] ?? {}
    const known = await fetch(`${base}/session`, { headers: { Cookie } })
    if (!((await known.json()) as { signedIn: boolean }).signedIn) throw new Error('the cookie is not known')
    const made = await fetch(`${base}/ucwa/oauth/v1/applications`, {
      method: 'POST',
      headers: { Cookie, 'X-Nightpost-CSRF': csrf, Origin: base, 'Content-Type': 'application/json' },
      body: JSON.stringify({ UserAgent: 'NightpostBench/1.0', EndpointId: `cookie-${n}`, Culture: 'en-US' }),
    })
    if (made.status !== 201) throw new Error(`applications: ${made.status} ${await made.text()}`)
    await made.text()
  })
  return { passwordMs: round(percentile(password, 0.5)), cookieMs: round(percentile(cookie, 0.5)) }
}

const online = ({ base }: Running, n: number) =>
  UcwaClient.online({ base, user: userOf(n), password: PASSWORD })

async function sendTimes(
  server: Running,
): Promise<Pick<Figures, 'absentP50Ms' | 'absentP99Ms' | 'presentP50Ms' | 'presentP99Ms'>> {
  const sender = await online(server, 40)
  const present = await online(server, 41)
  const absent = await timesTo(server, sender, `sip:${userOf(42)}`)
  const live = await timesTo(server, sender, `sip:${userOf(41)}`)
  await Promise.all([sender.close(), present.close()])
  return {
    absentP50Ms: round(percentile(absent, 0.5)),
    absentP99Ms: round(percentile(absent, 0.99)),
    presentP50Ms: round(percentile(live, 0.5)),
    presentP99Ms: round(percentile(live, 0.99)),
  }
}

/** One message after the other, each answered before the next. */
async function timesTo({ base }: Running, sender: UcwaClient, to: string): Promise<readonly number[]> {
  const { href } = await sender.conversation(to, 'first')
  const pipe = new Pipe(base, sender.token)
  const post = async (n: number) => {
    const status = await pipe.post(`${href}/messaging/messages`, `message ${n}`, `${to.slice(4)}/${n}`)
    if (status !== 201) throw new Error(`a message was answered ${status}`)
  }
  await timed(50, (n) => post(-1 - n))
  const times = await timed(SENDS, post)
  pipe.close()
  return times
}

/** The heaviest person's first pages. */
async function pageTimes(server: Running): Promise<Pick<Figures, 'logsMs' | 'timelineMs' | 'threadMs'>> {
  const heavy = await online(server, HEAVY)
  const logs = `${heavy.path}/communication/conversationLogs`
  const first = (await heavy.get(logs)).json
  const thread = longest(listOf(first._embedded?.conversationLog))
  const timesOf = async (path: string) => {
    const times = await timed(PAGES, async () => {
      const { status, text } = await heavy.get(path)
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
    })
    return round(percentile(times, 0.5))
  }
  const logsMs = await timesOf(logs)
  const timelineMs = await timesOf(`${heavy.path}/people/${userOf(HEAVY + 1)}/timeline`)
  const threadMs = await timesOf(thread._links?.conversationLogTranscripts?.href ?? '')
  await heavy.close()
  return { logsMs, timelineMs, threadMs }
}

function longest(logs: readonly Json[]): Json {
  const rows = (log: Json) => Number(log.historyCount) + Number(log.inboxCount)
  const [first] = [...logs].sort((a, b) => rows(b) - rows(a))
  if (!first) throw new Error('no log')
  return first
}

/** SIGKILL while sends are on their way, and the time to the next ready line. */
async function restartUnderLoad(server: Running, data: string): Promise<Started> {
  const writer = await online(server, 60)
  const { href } = await writer.conversation(`sip:${userOf(61)}`, 'first')
  const pipe = new Pipe(server.base, writer.token)
  let killed = false
  let sent = 0
  const lane = async () => {
    while (!killed) await pipe.post(`${href}/messaging/messages`, 'load', `load/${sent++}`)
  }
  const working = Promise.allSettled(Array.from({ length: UNDER_LOAD }, lane))
  await sleep(LOAD_MS)
  process.kill(server.pid, 'SIGKILL')
  killed = true
  await Promise.all([server.exited, working])
  await writer.close()
  pipe.close()
  const again = await timedStart(data)
  await end(again.server)
  return again
}
