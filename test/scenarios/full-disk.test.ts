import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Json, textOfMessage, UcwaClient } from '../client/ucwa-client.ts'
import { makeFolder, type Running, startServer } from '../kill/server.ts'
import type { Person } from '../kill/words.ts'

const ROMEO = person('romeo')
const JULIET = person('juliet')

const folder = mkdtempSync(join(tmpdir(), 'nightpost-full-'))
const data = join(folder, 'data')
spawnSync('mkdir', [data])
// More than the 200 MiB that must be free at the start, so that the disk is full before the server looks again.
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=230m,mode=700', 'tmpfs', data]).status === 0

if (!mounted) {
  process.stderr.write(
    'full disk over UCWA SKIPPED: a small file system cannot be mounted here (needs root)\n',
  )
  rmSync(folder, { recursive: true })
  test('a full disk over UCWA', { skip: 'no file system can be mounted' })
} else {
  test('a full disk answers 503 and acknowledges nothing; what was acknowledged before is there after', async () => {
    let server: Running | undefined
    const clients: UcwaClient[] = []
    const signIn = async (base: string, who: Person) => {
      const client = await UcwaClient.online({ base, user: who.user, password: who.password })
      clients.push(client)
      return client
    }
    try {
      await makeFolder(data, [ROMEO, JULIET])
      server = await startServer(data)
      const romeo = await signIn(server.base, ROMEO)
      const conversation = await romeo.conversation(JULIET.sip, undefined, { threadId: 'T' })
      const acknowledged: string[] = []
      const send = async (text: string) => (await conversation.send(text)).status
      for (const text of ['one', 'two', 'three']) {
        assert.equal(await send(text), 201)
        acknowledged.push(text)
      }
      fill(join(data, 'filler'))
      // The log's file has some room of its own left; when it has to grow, the commit fails.
      let status = 201
      for (let n = 0; status === 201 && n < 5000; n += 1) {
        const text = `${n} ${'x'.repeat(2000)}`
        status = await send(text)
        if (status === 201) acknowledged.push(text)
      }
      assert.equal(status, 503)
      assert.equal(await send('not tried again'), 503)
      assert.equal((await romeo.get('/readyz')).status, 503)
      process.kill(server.pid, 'SIGTERM')
      await server.exited
      server = undefined

      rmSync(join(data, 'filler'))
      server = await startServer(data)
      const juliet = await signIn(server.base, JULIET)
      assert.deepEqual(await everything(juliet), acknowledged)
      const again = await signIn(server.base, ROMEO)
      assert.equal((await (await again.conversation(JULIET.sip)).send('after')).status, 201)
    } finally {
      await Promise.all(clients.map((client) => client.close()))
      if (server) process.kill(server.pid, 'SIGKILL')
      await server?.exited
      spawnSync('umount', [data])
      rmSync(folder, { recursive: true })
    }
  })
}

/** Writes until there is no room. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(4096)
  try {
    for (;;) writeSync(file, piece)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

/** Texts from Romeo as Juliet's client reads them, oldest first. */
async function everything(juliet: UcwaClient): Promise<readonly string[]> {
  const texts: string[] = []
  for (let page = `${juliet.path}/people/${ROMEO.user}/timeline?limit=200`; page !== ''; ) {
    const { json } = await juliet.get(page)
    const items = (json._embedded?.conversationLogTranscript ?? []) as readonly Json[]
    texts.unshift(...items.map(textOfMessage))
    page = String(json._links?.earlier?.href ?? '')
  }
  return texts
}

function person(name: string): Person {
  return {
    user: `${name}@nightpost.localhost`,
    sip: `sip:${name}@nightpost.localhost`,
    password: `full-${name}-password`,
  }
}
