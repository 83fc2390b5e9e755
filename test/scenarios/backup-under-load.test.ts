import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Recipient } from '../kill/recipient.ts'
import { Sender } from '../kill/sender.ts'
import { makeFolder, type Running, run, startServer } from '../kill/server.ts'
import { type Person, textOf } from '../kill/words.ts'
import { isAlive, temporaryFolder } from './launch.ts'

// SECURITY 66: `backup` is consistent while the server takes sends as fast as it can, and a restored backup is a server.

const PAIRS = 3
const WINDOW = 8
/** Answers before the backup begins, and in each of its neighbours. */
const WARM = 200

const people = (what: string): readonly Person[] =>
  Array.from({ length: PAIRS }, (_, n) => ({
    user: `${what}${n}@nightpost.localhost`,
    sip: `sip:${what}${n}@nightpost.localhost`,
    password: `under load ${what} ${n}`,
  }))

async function end({ pid, exited }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (isAlive(pid)) process.kill(pid, signal)
  await exited
}

test('a backup made at full speed has what was acknowledged before it exactly once, and nothing half', async () => {
  const folder = temporaryFolder('')
  const data = join(folder, 'data')
  const copy = join(folder, 'backup.np')
  const [writing, reading] = [people('sender'), people('recipient')]
  await makeFolder(data, [...writing, ...reading])
  const server = await startServer(data)
  let waiting = () => {}
  const senders = writing.map(
    (person, n) => new Sender(person, reading[n] ?? person, WINDOW, () => waiting()),
  )
  const acknowledged = () => senders.map((sender) => sender.acknowledged)
  const total = () => acknowledged().reduce((sum, n) => sum + n, 0)
  const answers = (more: number) => {
    const goal = total() + more
    return new Promise<void>((resolve) => {
      waiting = () => (total() >= goal ? resolve() : undefined)
    })
  }
  const working = Promise.all(senders.map((sender) => sender.work(server.base)))
  let before: readonly number[] = []
  let during = 0
  try {
    await answers(WARM)
    before = acknowledged()
    await run(['backup', copy, '--data', data])
    during = total() - before.reduce((sum, n) => sum + n, 0)
    await answers(WARM)
  } finally {
    for (const sender of senders) sender.finish()
    await working
    for (const sender of senders) await sender.close()
    await end(server)
  }
  assert.ok(during > 0, 'sends were answered while the backup was made')
  rmSync(data, { recursive: true })

  const again = join(folder, 'again')
  await run(['restore', copy, '--data', again])
  assert.deepEqual(integrity(join(again, 'nightpost.db')), ['ok', 0])
  const restored = await startServer(again)
  try {
    for (const [n, person] of reading.entries()) {
      const recipient = new Recipient(person, 'view')
      await recipient.signIn(restored.base)
      const from = writing[n] ?? person
      const texts = (await recipient.readAll(from)).map(({ text }) => text)
      await recipient.drop()
      assert.ok(
        texts.length >= (before[n] ?? 0),
        `${texts.length} of ${before[n]} acknowledged ones are there`,
      )
      // In order, none twice, none between missing: a whole beginning of what was written.
      assert.deepEqual(
        texts,
        texts.map((_, number) => textOf(from.user, number)),
      )
    }
    // It is a server like any other: it takes what comes next.
    const [person] = writing
    const to = reading[1]
    assert.ok(person && to)
    const sender = new Sender(person, to, 1, () => sender.finish())
    await sender.work(restored.base)
    assert.ok(sender.acknowledged > 0)
    await sender.close()
  } finally {
    await end(restored)
  }
})

/** The file as SQLite sees it, and rows of the log that have no thread: half of a write. */
function integrity(file: string): readonly [string, number] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const check = String(database.prepare('PRAGMA integrity_check').get()?.integrity_check)
    const orphans = database
      .prepare('select count(*) as n from message where thread not in (select id from thread)')
      .get()
    return [check, Number(orphans?.n)]
  } finally {
    database.close()
  }
}

test('a backup whose server is killed meanwhile leaves no file that passes for one, and nothing behind after the next start', async () => {
  const folder = temporaryFolder('')
  const data = join(folder, 'data')
  const copy = join(folder, 'backup.np')
  const [writing, reading] = [people('sender'), people('recipient')]
  await makeFolder(data, [...writing, ...reading])
  const server = await startServer(data)
  const backup = run(['backup', copy, '--data', data]).then(
    () => 'made' as const,
    () => 'failed' as const,
  )
  await end(server, 'SIGKILL')
  const outcome = await backup
  const again = join(folder, 'again')
  const restoring = run(['restore', copy, '--data', again])
  // Either it was made, by the server or after it by the command itself, and is whole; or there is none.
  if (outcome === 'made') await restoring
  else await assert.rejects(restoring, /is not (?:there|a whole backup)/)
  const next = await startServer(data)
  await end(next)
  await run(['backup', join(folder, 'second.np'), '--data', data])
})
