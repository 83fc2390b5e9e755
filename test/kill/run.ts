import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { makeFolder, run, startServer } from './server.ts'
import {
  COMMIT,
  CYCLE,
  type Moment,
  type News,
  type Order,
  type Person,
  type Report,
  randomOf,
} from './words.ts'

/**
 * `npm run test:kill -- --times N --seed S`: kills the real server with SIGKILL while at least 50 sends are unanswered, half of the times
 * at a moment drawn over a whole cycle, half within 1 ms of a commit; starts it again on the same folder; and lets the recipients' own
 * clients read in the end what is there. Prints one JSON line; exit 1 if anything was lost, doubled or out of order.
 */
const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    dir: { type: 'string', default: tmpdir() },
    keep: { type: 'boolean', default: false },
  },
})
const times = Number(values.times)
const seed = Number(values.seed)
const UNANSWERED = 50
const SENDERS = 12
const RECIPIENTS = 6
const WINDOW = 16
const LONGEST_MS = 400
/** A kill waits for up to so many answers, so that some hit a server that has just begun and some one at work. */
const ANSWERS = 400

const folder = mkdtempSync(join(values.dir, 'nightpost-kill-'))
const data = join(folder, 'data')
const random = randomOf(seed)

const people = (what: string, count: number): readonly Person[] =>
  Array.from({ length: count }, (_, n) => ({
    user: `${what}${n}@nightpost.localhost`,
    sip: `sip:${what}${n}@nightpost.localhost`,
    password: `kill-${what}-${n}-${seed}-password`,
  }))

process.stderr.write(`kill: seed ${seed}, ${times} kills, folder ${folder}\n`)
const senders = people('sender', SENDERS)
const recipients = people('recipient', RECIPIENTS)
await makeFolder(data, [...senders, ...recipients])

const crowd = fork(join(import.meta.dirname, 'people.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const order = (what: Order) => crowd.send(what)
let living = 0
// Whatever ends this process ends what it started.
process.on('exit', () => {
  crowd.kill('SIGKILL')
  if (living !== 0) process.kill(living, 'SIGKILL')
})
const failures: string[] = []
crowd.on('message', (news: News) => {
  if (news.kind === 'failed') {
    failures.push(news.error)
    process.stderr.write(`${news.error}\n`)
  }
})

async function news<K extends News['kind']>(kind: K): Promise<Extract<News, { kind: K }>> {
  for (;;) {
    const [told] = (await once(crowd, 'message')) as [News]
    if (told.kind === kind) return told as Extract<News, { kind: K }>
    if (told.kind === 'failed') throw new Error(told.error)
  }
}

order({ kind: 'people', senders, recipients, seed, window: WINDOW })
const kills = new Map<Moment, number>()
let fewest = Number.POSITIVE_INFINITY
let slowestStartMs = 0
for (let n = 0; n < times; n += 1) {
  const started = performance.now()
  const server = await startServer(data)
  living = server.pid
  if (n > 0) slowestStartMs = Math.max(slowestStartMs, performance.now() - started)
  const sending = news('sending')
  order({ kind: 'up', base: server.base, pid: server.pid, data })
  await sending
  const moments: readonly Moment[] = n % 2 === 0 ? CYCLE : COMMIT
  const moment = moments[Math.floor(random() * moments.length)] ?? 'send'
  const killed = news('killed')
  const copy = join(folder, `backup-${n}.db`)
  // Whether it is done before the kill is chance; where it finds nobody it opens the folder itself, so the next start waits for it.
  const backup = moment === 'backup' ? run(['backup', copy, '--data', data]).catch(() => {}) : undefined
  order({
    kind: 'kill',
    moment,
    delayMs: random() * LONGEST_MS,
    answers: Math.floor(random() * ANSWERS),
    unanswered: UNANSWERED,
  })
  const { unanswered, acknowledged } = await killed
  await server.exited
  living = 0
  await backup
  rmSync(copy, { force: true })
  fewest = Math.min(fewest, unanswered)
  kills.set(moment, (kills.get(moment) ?? 0) + 1)
  process.stderr.write(
    `kill ${n + 1}: ${moment}, ${unanswered} unanswered, ${acknowledged} acknowledged so far\n`,
  )
}

const server = await startServer(data)
living = server.pid
const sending = news('sending')
order({ kind: 'up', base: server.base, pid: server.pid, data })
await sending
const reported = news('report')
order({ kind: 'finish' })
const { report } = await reported
process.kill(server.pid, 'SIGTERM')
await server.exited
living = 0
const sound = integrity(join(data, 'nightpost.db'))
process.stdout.write(
  `${JSON.stringify({
    test: 'kill',
    seed,
    kills: times,
    moments: Object.fromEntries(kills),
    fewestUnanswered: fewest,
    slowestStartMs: Math.round(slowestStartMs),
    ...report,
    integrity: sound,
  })}\n`,
)
const bad = isBad(report) || sound !== 'ok' || failures.length > 0
if (!bad && !values.keep) rmSync(folder, { recursive: true })
else process.stderr.write(`kill: the folder is kept: ${folder}\n`)
process.exit(bad ? 1 : 0)

function isBad({ acknowledged, lost, doubled, outOfOrder, seenOutOfOrder }: Report): boolean {
  return acknowledged === 0 || lost + doubled + outOfOrder + seenOutOfOrder > 0
}

/** The file as SQLite sees it, after everybody has read (SECURITY 65). */
function integrity(file: string): string {
  if (!existsSync(file)) return 'missing'
  const database = new DatabaseSync(file, { readOnly: true })
  const result = String(database.prepare('PRAGMA integrity_check').get()?.integrity_check)
  database.close()
  return result
}
