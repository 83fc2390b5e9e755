import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PsValue } from '../../src/base/ps-value.ts'
import { socketAddress } from '../../src/control/address.ts'
import { type ConsoleLink, connectConsole } from '../../src/control/client.ts'
import type { Question, Reply, Screen } from '../../src/control/messages.ts'
import { openControlSocket } from '../../src/control/socket.ts'
import type { Wire } from '../../src/control/values.ts'
import { openAdministration } from './administration.ts'

/** `DIR/admin.sock`: what goes over it, and what it bears (ARCHITECTURE, One writer). */

const screen: Screen = { width: 80, language: 'en', interactive: false }

async function openHouse(t: TestContext, name = 'data') {
  const admin = await openAdministration()
  const folder = join(mkdtempSync(join(tmpdir(), 'nightpost-sock-')), name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const broken: unknown[] = []
  const open = () =>
    openControlSocket({
      folder,
      engine: admin.engine,
      verbs: {
        echo: async (given: Wire) => ({ given }),
        fail: () => Promise.reject(new Error('it is full')),
      },
      broken: (error) => broken.push(error),
    })
  const socket = await open()
  t.after(async () => {
    await socket.close()
    await admin[Symbol.asyncDispose]()
    assert.deepEqual(broken, [])
  })
  const link = async () => {
    const found = await connectConsole(folder)
    assert.ok(found)
    return found
  }
  return { admin, folder, socket, open, link }
}

async function run(
  link: ConsoleLink,
  text: string,
  ask?: (question: Question) => Wire,
  on?: (reply: Reply) => void,
) {
  const replies: Reply[] = []
  await link.work(
    { kind: 'script', text, screen: { ...screen, interactive: ask !== undefined } },
    (reply) => {
      replies.push(reply)
      on?.(reply)
    },
    (question) => Promise.resolve('caption' in question ? ask?.(question) : undefined),
  )
  const values = replies.flatMap((reply): PsValue[] => (reply.kind === 'value' ? [reply.value] : []))
  const errors = replies.flatMap((reply) =>
    reply.kind === 'stream' && reply.record.stream === 'error'
      ? [reply.record.record.fullyQualifiedErrorId]
      : [],
  )
  return { replies, values, errors, last: replies.at(-1) }
}

test('variables live as long as the connection, and belong to it', async (t) => {
  const house = await openHouse(t)
  const [one, two] = [await house.link(), await house.link()]
  await run(one, '$x = 5')
  assert.deepEqual((await run(one, '$x + 1')).values, [6])
  assert.deepEqual((await run(two, '$x -eq $null')).values, [true])
  await one.close()
  await two.close()
})

test('a folder with a name longer than a socket may have is reached all the same', async (t) => {
  const house = await openHouse(t, join('a'.repeat(120), 'b'.repeat(60)))
  const link = await house.link()
  assert.deepEqual((await run(link, '1')).values, [1])
  if (process.platform !== 'win32')
    assert.equal(statSync(join(house.folder, 'admin.sock')).mode & 0o777, 0o600)
  await link.close()
})

test('a socket that a dead server left is taken over, and none is nobody', async (t) => {
  const house = await openHouse(t)
  await house.socket.close()
  assert.equal(await connectConsole(house.folder), undefined)
  writeFileSync(join(house.folder, 'admin.sock'), '')
  const again = await house.open()
  const link = await house.link()
  assert.deepEqual((await run(link, '"here"')).values, ['here'])
  await link.close()
  await again.close()
})

test('a question goes to the person and back; No changes nothing', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  const asked: Question[] = []
  const answer = (value: Wire) => (question: Question) => {
    asked.push(question)
    return value
  }
  await run(link, 'Remove-NpAccount tonysmith@litwareinc.com', answer(2))
  assert.equal(asked[0]?.ask, 'choice')
  assert.equal((await run(link, 'Get-NpAccount tonysmith@litwareinc.com')).values.length, 1)
  await run(link, 'Remove-NpAccount tonysmith@litwareinc.com', answer(0))
  assert.deepEqual((await run(link, 'Get-NpAccount tonysmith@litwareinc.com')).errors, [
    'Identity,Get-NpAccount',
  ])
  const made = await run(link, 'New-CsClientPolicy', answer({ Identity: 'Typed' }))
  assert.equal(asked.at(-1)?.ask, 'fields')
  assert.deepEqual([made.values.length, made.errors], [1, []])
  await link.close()
})

test('stop ends a slow command, and the connection goes on', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  const { errors, values } = await run(link, '1; Test-NpSleep -Seconds 3600; 2', undefined, (reply) => {
    if (reply.kind === 'value') link.stop()
  })
  assert.deepEqual([values, errors], [[1], ['PipelineStopped']])
  assert.deepEqual((await run(link, '3')).values, [3])
  await link.close()
})

test('who goes away in the middle is not waited for', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  const work = run(link, '1; Test-NpSleep -Seconds 3600', undefined, () => void link.close())
  await assert.rejects(work, /ended the connection/)
  await house.socket.close() // would wait for a work that nobody stopped
  await house.open().then((socket) => socket.close())
})

test('a text that cannot be parsed is a problem with its place, and still done', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  const { replies } = await run(link, 'Get-CsUser |')
  assert.deepEqual(
    replies.map(({ kind }) => kind),
    ['syntax', 'done'],
  )
  await link.close()
})

test('what is no cmdlet has a name and an answer', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  const ask = async (verb: string) => {
    let result: Wire = null
    const nobody = () => Promise.resolve(undefined)
    await link.work(
      { kind: 'verb', verb, with: { a: [1] } },
      (reply) => {
        if (reply.kind === 'result') result = reply.value
      },
      nobody,
    )
    return result
  }
  assert.deepEqual(await ask('echo'), { given: { a: [1] } })
  assert.deepEqual(await ask('fail'), { error: 'it is full' })
  for (const verb of ['nothing', 'constructor', '__proto__'])
    assert.deepEqual(await ask(verb), { error: `the server does not know ${verb}` })
  await link.close()
})

test('a line that is no request ends its connection and no other', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  for (const line of ['hello\n', '{"kind":"script"}\n', '\u0000\n', '{"kind":"stop"}\n[]\n']) {
    const { path, release } = socketAddress(house.folder)
    const raw = createConnection(path)
    await new Promise((resolve) => {
      raw.once('close', resolve)
      raw.write(line)
      raw.resume()
    })
    release()
  }
  assert.deepEqual((await run(link, '"still here"')).values, ['still here'])
  await link.close()
})

test('a reader that is slow gets every object', async (t) => {
  const house = await openHouse(t)
  const link = await house.link()
  let seen = 0
  await link.work(
    {
      kind: 'script',
      text: `$x = ${Array.from({ length: 5000 }, (_, at) => at).join(',')}; $x | % { "$_ ${'x'.repeat(500)}" }`,
      screen,
    },
    async (reply) => {
      if (reply.kind !== 'value') return
      seen += 1
      if (seen % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    () => Promise.resolve(undefined),
  )
  assert.equal(seen, 5000)
  await link.close()
})
