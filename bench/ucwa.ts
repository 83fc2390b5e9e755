import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UcwaClient } from '../test/client/ucwa-client.ts'
import { Pipe } from '../test/kill/pipe.ts'
import { makeFolder, type Running, startServer } from '../test/kill/server.ts'
import type { Person } from '../test/kill/words.ts'
import type { Measurement } from './run.ts'

const SENDERS = 16
/** Unanswered requests of one sender, so that a turn of the server finds some 45 messages. */
const WINDOW = 6
const TEXT = 'The quick brown fox jumps over the lazy dog, and then it waits for an answer that never comes.'
/** Linux counts the time of a process in hundredths of a second. */
const TICK_US = 10_000

/**
 * µs of the server's CPU for one UCWA `sendMessage` to somebody who is absent: the whole door, HTTP and JSON included.
 * Arguments: `--n` messages, `--dir` a folder on a real disk. Linux only: the server's CPU time is read from /proc.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const count = Number(option(args, '--n') ?? 20_000)
  const folder = mkdtempSync(join(option(args, '--dir') ?? tmpdir(), 'nightpost-bench-'))
  const data = join(folder, 'data')
  const senders = people('sender')
  const recipients = people('recipient')
  await makeFolder(data, [...senders, ...recipients])
  const server = await startServer(data)
  try {
    const writers = await Promise.all(
      senders.map((person, n) => openWriter(server, person, recipients[n] ?? person)),
    )
    await sendAll(writers, count / 4)
    const start = cpuOf(server.pid)
    const startMs = performance.now()
    await sendAll(writers, count)
    const us = (cpuOf(server.pid) - start) * TICK_US
    const seconds = (performance.now() - startMs) / 1000
    yield {
      bench: 'hot',
      path: 'ucwa',
      stage: 'whole door, store',
      usPerMessage: Math.round((us / count) * 10) / 10,
      messages: count,
      messagesPerSecond: Math.round(count / seconds),
    }
    await Promise.all(writers.map((writer) => writer.close()))
  } finally {
    process.kill(server.pid, 'SIGTERM')
    await server.exited
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Writer {
  post(n: number): Promise<number>
  close(): Promise<void>
}

async function openWriter({ base }: Running, person: Person, recipient: Person): Promise<Writer> {
  const client = await UcwaClient.online({ base, user: person.user, password: person.password })
  const { href } = await client.conversation(recipient.sip)
  const pipe = new Pipe(base, client.token)
  return {
    post: (n) => pipe.post(`${href}/messaging/messages`, `${n} ${TEXT}`, `${person.user}/${n}`),
    close: async () => {
      pipe.close()
      await client.close()
    },
  }
}

let sent = 0

async function sendAll(writers: readonly Writer[], count: number): Promise<void> {
  let left = count
  const lane = async (writer: Writer): Promise<void> => {
    while (left > 0) {
      left -= 1
      sent += 1
      const status = await writer.post(sent)
      if (status !== 201) throw new Error(`a message was answered ${status}`)
    }
  }
  await Promise.all(writers.flatMap((writer) => Array.from({ length: WINDOW }, () => lane(writer))))
}

/** User and system time of a process in ticks (proc(5), fields 14 and 15). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

function people(what: string): readonly Person[] {
  return Array.from({ length: SENDERS }, (_, n) => ({
    user: `${what}${n}@nightpost.localhost`,
    sip: `sip:${what}${n}@nightpost.localhost`,
    password: `bench-${what}-${n}-password`,
  }))
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}
