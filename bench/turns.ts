import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { instant } from '../src/domain/time.ts'
import { openStore } from '../src/store/open.ts'
import { listOf, UcwaClient } from '../test/client/ucwa-client.ts'
import { type Running, run, startServer } from '../test/kill/server.ts'
import { fillFolder, PASSWORD, type Shape, userOf } from './organisation.ts'
import { option, round } from './process.ts'
import type { Measurement } from './run.ts'

const SHAPE: Shape = { people: 10_000, messages: 150_000, heavyPairs: 1, heavyRows: 100_000 }
/** Persons 0 and 1 wrote each other the heavy conversation (organisation.ts). */
const HEAVY = 0
const IDLE_MS = 3_000
/** A clearing of 100,000 rows goes on behind its answer. */
const SWEEP_MS = 5_000
const COMMIT = 500

/**
 * The longest turn of the event loop (`nightpost_event_loop_lag_seconds`, SECURITY 25 and 60) while somebody does what is large: in one real
 * server with 10,000 people and a conversation of 100,000 rows. The first line is the control: the same server with nothing to do, on the
 * same machine. `--audit N` records of audit (100,000), `--folder DIR` an organisation that is there already (bench large). No figure of a
 * busy machine says anything but by this control.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const parent = mkdtempSync(join(option(args, '--dir') ?? tmpdir(), 'nightpost-bench-'))
  const data = option(args, '--folder') ?? join(parent, 'data')
  try {
    if (!existsSync(join(data, 'nightpost.db'))) await fillFolder(data, SHAPE)
    await fillAudit(data, Number(option(args, '--audit') ?? 100_000))
    yield* storeTurns(data)
    const server = await startServer(data)
    try {
      for (const [what, work] of Object.entries(works(server, data, parent))) {
        await longestTurn(server)
        const started = performance.now()
        await work()
        const tookMs = Math.round(performance.now() - started)
        yield {
          bench: 'turns',
          what,
          longestTurnMs: await longestTurn(server),
          tookMs,
          load: round(loadavg()[0] ?? 0),
        }
      }
    } finally {
      process.kill(server.pid, 'SIGTERM')
      await server.exited
    }
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

/** The store alone, in this process: µs of the thread's own time between two turns of the loop, which a busy machine does not stretch. */
async function* storeTurns(data: string): AsyncIterable<Measurement> {
  await using store = await openStore({ dir: data, minFreeBytes: 0 })
  const { threads, log, audit, clock } = store
  const drain = async (items: AsyncIterable<unknown>) => {
    for await (const _ of items);
  }
  const heavy = store.facts.byUpn(userOf(HEAVY))?.id
  if (heavy === undefined) throw new Error('nobody')
  const works: Record<string, () => Promise<unknown>> = {
    'items of everybody': () => drain(threads.items(undefined)),
    'statistics of a person with 100,000 rows': () => threads.statistics(heavy),
    'conversations of that person': () => threads.sides(heavy, { limit: 50 }),
    'totals for the gauges': () => threads.totals(),
    'audit that finds nothing': () => drain(audit.find({ cmdlet: 'Get-Nothing' })),
    'audit chain verified': () => audit.verify(),
    expiry: () => log.expire(clock.now(), 500),
    'clearing 100,000 rows of the other side, to the last': async () => {
      const other = store.facts.byUpn(userOf(HEAVY + 1))?.id ?? heavy
      const sides = [...(await threads.sides(other, { limit: 50 }))]
      const [longest] = sides.sort((a, b) => b.historyCount - a.historyCount)
      if (longest) await threads.clear(other, longest.thread)
      await store.swept()
    },
  }
  for (const [what, work] of Object.entries(works)) {
    const longest = await longestOwnTurn(work)
    yield { bench: 'turns', what: `store: ${what}`, longestTurnCpuMs: round(longest) }
  }
}

async function longestOwnTurn(work: () => Promise<unknown>): Promise<number> {
  const own = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let [longest, last, running] = [0, own(), true]
  const look = () => {
    const now = own()
    longest = Math.max(longest, now - last)
    last = now
    if (running) setImmediate(look)
  }
  look()
  await work()
  await new Promise((resolve) => setImmediate(resolve))
  running = false
  return longest
}

function works(server: Running, data: string, folder: string): Record<string, () => Promise<unknown>> {
  const shell = (line: string) => () => run(['shell', '--data', data, '--json', '-c', line])
  const heavy = () => UcwaClient.signIn({ base: server.base, user: userOf(HEAVY), password: PASSWORD })
  return {
    'nothing (control)': () => sleep(IDLE_MS),
    'sign in of a person with 100,000 rows, inbox view': async () => {
      const client = await heavy()
      await client.makeAvailable()
      await client.haveInboxView()
      await client.get(`${client.path}/communication/conversationLogs`)
      await client.get(`${client.path}/people/${userOf(HEAVY + 1)}/timeline`)
      await client.signOut()
    },
    'Get-CsUser, everybody': shell('Get-CsUser'),
    'Get-NpMailboxStatistics of that person': shell(`Get-NpMailboxStatistics ${userOf(HEAVY)}`),
    'Get-NpOfflineMessage, everybody': shell('Get-NpOfflineMessage'),
    'Get-NpAuditRecord that finds nothing': shell('Get-NpAuditRecord -Cmdlet Get-Nothing'),
    'doctor (the audit chain is verified)': () => run(['doctor', '--data', data]).catch(() => undefined),
    backup: () => run(['backup', join(folder, 'backup.np'), '--data', data]),
    'clearing a conversation of 100,000 rows': async () => {
      const client = await heavy()
      const { json } = await client.get(`${client.path}/communication/conversationLogs`)
      const logs = listOf(json._embedded?.conversationLog)
      const [longest] = [...logs].sort((a, b) => Number(b.historyCount) - Number(a.historyCount))
      const { status, text } = await client.request('DELETE', longest?._links?.self?.href ?? '')
      if (status !== 204) throw new Error(`DELETE was answered ${status} ${text}`)
      await sleep(SWEEP_MS)
      await client.signOut()
    },
  }
}

/** In ms, since it was asked last; 20 ms and less are nothing (`src/main/jobs.ts`). */
async function longestTurn({ base }: Running): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text()
  return round(Number(/^nightpost_event_loop_lag_seconds ([\d.e+-]+)$/m.exec(text)?.[1]) * 1000)
}

async function fillAudit(data: string, count: number): Promise<void> {
  await using store = await openStore({ dir: data, minFreeBytes: 0 })
  for (let n = 0; n < count; n += COMMIT) {
    const time = instant(store.clock.now())
    const entries = Array.from({ length: Math.min(COMMIT, count - n) }, (_, k) => ({
      time,
      who: 'admin@nightpost.localhost',
      role: 'CsAdministrator',
      from: '127.0.0.1',
      door: 'bench',
      invocation: String(n),
      cmdlet: 'Set-CsUser',
      parameters: { Identity: userOf(n + k) },
      targetObject: userOf(n + k),
      before: { Enabled: false },
      after: { Enabled: true },
      result: 'Success',
    }))
    await store.ledger.commit([], entries)
  }
}
