import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { listOf, UcwaClient } from '../client/ucwa-client.ts'
import { type Launched, launch, nightpost, ROOT } from '../scenarios/launch.ts'

// Public UCWA clients, unmodified, driven by the acceptance drivers against the server as it is started by hand: every
// sender with every listener, live and offline (docs/clients/ucwa.md). UCWA_*_SRC name the checkouts; UCWA_LINES, where
// set, is a file that gets the lines the drivers print.

const DRIVERS = join(ROOT, '..', 'shared', 'clients', 'ucwa')
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'

interface Client {
  readonly name: string
  readonly source: string
  readonly command: readonly string[]
  readonly roles: readonly ('probe' | 'send' | 'listen')[]
}

const CLIENTS: readonly Client[] = [
  {
    name: 'JavaScript helper library',
    source: 'UCWA_JS_SRC',
    command: [process.execPath, join(DRIVERS, 'run-js-helper.mjs')],
    roles: ['probe', 'send', 'listen'],
  },
  {
    name: 'lyncbot',
    source: 'UCWA_LYNCBOT_SRC',
    command: [PYTHON, join(DRIVERS, 'run_python_client.py'), 'lyncbot'],
    roles: ['probe', 'send', 'listen'],
  },
  {
    name: 'pyucwa',
    source: 'UCWA_PYUCWA_SRC',
    command: [PYTHON, join(DRIVERS, 'run_python_client.py'), 'pyucwa'],
    roles: ['listen'],
  },
  {
    name: 'Node connector',
    source: 'UCWA_ORANGE_SRC',
    command: [process.execPath, join(DRIVERS, 'run-node-connector.cjs')],
    roles: ['send', 'listen'],
  },
]

const drivers = existsSync(DRIVERS)
const present = CLIENTS.filter(({ source }) => drivers && process.env[source])
for (const { name, source } of CLIENTS) {
  if (present.some((client) => client.name === name)) continue
  const why = drivers ? `${source} is not set` : `the drivers are not at ${DRIVERS}`
  test(name, { skip: `SKIPPED: ${name} was not run, ${why}` })
}
if (present.length > 0) describe('public UCWA clients', publicClients)

interface Run {
  readonly code: number | null
  readonly lines: readonly { step: string; ok: boolean }[]
  readonly text: string
}

function publicClients(): void {
  let server: Launched
  const senders = present.filter(({ roles }) => roles.includes('send'))
  const listeners = present.filter(({ roles }) => roles.includes('listen'))

  before(async () => {
    server = await launch(['--domain', 'example.test', '--public-url', 'https://pool.example.test'])
    for (const name of ['alice', 'bob', 'off']) {
      const args = [
        'account',
        'add',
        `${name}@example.test`,
        '--password-stdin',
        '--allow-weak-password',
        '--enable',
      ]
      const added = await nightpost([...args, '--data', server.data], { input: 'pw' })
      assert.equal(added.code, 0, added.stderr)
    }
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
  })

  /** Starts a driver; `heard` resolves with its first line that names `step`. */
  function start(client: Client, role: string, env: NodeJS.ProcessEnv = {}) {
    const [file = '', ...args] = client.command
    const child = spawn(file, [...args, role], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, UCWA_PORT: String(server.ready.https), PYTHONWARNINGS: 'ignore', ...env },
    })
    let out = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    const done = once(child, 'close').then(([code]): Run => {
      const lines = out.split('\n').filter((line) => line.startsWith('{'))
      if (process.env.UCWA_LINES) {
        const title = JSON.stringify({ client: client.name, role, exit: code, ...env })
        appendFileSync(process.env.UCWA_LINES, `${[title, ...lines].join('\n')}\n`)
      }
      return {
        code: code as number | null,
        lines: lines.map((line) => JSON.parse(line) as Run['lines'][number]),
        text: `${out}${errors}`,
      }
    })
    return { child, done }
  }

  async function passes(run: Promise<Run>): Promise<void> {
    const { code, lines, text } = await run
    assert.equal(code, 0, text)
    assert.ok(lines.length > 0 && lines.every(({ ok }) => ok), text)
  }

  for (const client of present.filter(({ roles }) => roles.includes('probe'))) {
    test(`${client.name}: probe`, () => passes(start(client, 'probe').done))
  }

  for (const sender of senders) {
    for (const listener of listeners) {
      test(`${sender.name} to ${listener.name}, live`, async () => {
        await readAll(server, 'bob@example.test')
        const listening = start(listener, 'listen', { UCWA_USER: 'bob@example.test' })
        try {
          await isOnline(server, 'bob@example.test')
        } catch (error) {
          listening.child.kill()
          throw new Error((await listening.done).text, { cause: error })
        }
        await passes(start(sender, 'send', { UCWA_PEER: 'bob@example.test' }).done)
        await passes(listening.done)
      })
      test(`${sender.name} to ${listener.name}, offline`, async () => {
        await readAll(server, 'off@example.test')
        await passes(start(sender, 'send', { UCWA_PEER: 'off@example.test' }).done)
        await passes(start(listener, 'listen', { UCWA_USER: 'off@example.test' }).done)
      })
    }
  }

  const helper = present.find(({ source }) => source === 'UCWA_JS_SRC')
  if (helper) {
    test(`${helper.name}: an invitation to nobody fails as the client expects`, () =>
      passes(start(helper, 'send', { UCWA_PEER: 'nobody@example.test', UCWA_EXPECT: 'Failure' }).done))
  }
}

function signIn(server: Launched, user: string): Promise<UcwaClient> {
  const base = `https://127.0.0.1:${server.ready.https}`
  return UcwaClient.signIn({ base, user, password: 'pw', endpointId: 'stagehand' })
}

/** Some listeners stop after one message of a sender that writes two: what is left must not greet the next one. */
async function readAll(server: Launched, user: string): Promise<void> {
  const reader = await signIn(server, user)
  const { json } = await reader.get(reader.link('conversationLogs'))
  for (const log of listOf(json._embedded?.conversationLog)) {
    await reader.request('DELETE', log._links?.self?.href ?? '')
  }
  await reader.signOut()
}

/** Waits until somebody shows up as available, seen by a client of our own. */
async function isOnline(server: Launched, user: string): Promise<void> {
  const watcher = await signIn(server, 'alice@example.test')
  try {
    for (let i = 0; i < 300; i += 1) {
      const { json } = await watcher.get(`${watcher.path}/people/${user}/presence`)
      if (json.availability !== undefined && json.availability !== 'Offline') return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.fail(`${user} never came online`)
  } finally {
    await watcher.signOut()
  }
}
