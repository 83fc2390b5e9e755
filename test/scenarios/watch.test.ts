import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { direct } from './console-house.ts'
import { type Launched, launch, ROOT, temporaryFolder } from './launch.ts'

/** A `nightpost watch` in a process of its own. */
interface Watcher {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  lines(): readonly string[]
  stderr(): string
  /** Resolves when a line says so. */
  until(wanted: RegExp): Promise<string>
}

function watch(data: string, ...args: readonly string[]): Watcher {
  const child = spawn(process.execPath, [join(ROOT, 'src/main/cli.ts'), 'watch', '--data', data, ...args], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const lines = () => text.stdout.split('\n').slice(0, -1)
  return {
    child,
    ended,
    lines,
    stderr: () => text.stderr,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines().find((line) => wanted.test(line))
          if (found === undefined) return
          child.stdout.off('data', look)
          resolve(found)
        }
        child.stdout.on('data', look)
        ended.then(() => reject(new Error(`ended without ${wanted}: ${text.stdout}${text.stderr}`)), reject)
        look()
      }),
  }
}

/** Asks until the watcher has seen an answer: it listens a moment after it was started. */
async function untilSeen(house: Launched, watcher: Watcher, wanted: RegExp, path: string): Promise<string> {
  const asking = setInterval(() => void fetch(`${house.ready.url}${path}`).catch(() => undefined), 100)
  try {
    return await watcher.until(wanted)
  } finally {
    clearInterval(asking)
  }
}

const signIn = (house: Launched, user: string, password: string) =>
  fetch(`${house.ready.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  })

test('watch shows what the log itself does not keep, and leaves the log as it is', async () => {
  await using house = await launch(['--log-level', 'warn'])
  const all = watch(house.data, '--json')
  const store = watch(house.data, '--room', 'store', '--json')
  const line = await untilSeen(house, all, /"url":"\/livez"/, '/livez')
  const record = JSON.parse(line) as Record<string, unknown>
  assert.equal(record.level, 'debug')
  assert.equal(record.room, 'httpserver')
  assert.match(String(record.request), /^[0-9a-z]+-\d+$/)
  assert.deepEqual(
    store.lines().filter((one) => !one.includes('"room":"store"')),
    [],
    'one room alone',
  )
  for (const one of [all, store]) {
    one.child.kill('SIGINT')
    assert.equal(await one.ended, 0, 'Ctrl+C ends it with 0')
  }
  await fetch(`${house.ready.url}/livez`)
  assert.doesNotMatch(house.output().stderr, /livez/, 'its level is what it was')
})

test('watch follows one person, in lines for people, and ends with the server', async () => {
  await using house = await launch(['--demo'])
  const [ken, tony] = [house.ready.users?.[1], house.ready.users?.[0]]
  const watcher = watch(house.data, ken?.user.split('@')[0] ?? '')
  const signed = await signIn(house, ken?.user ?? '', ken?.password ?? '')
  const cookie = signed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const other = await signIn(house, tony?.user ?? '', tony?.password ?? '')
  const ask = (who: string) => fetch(`${house.ready.url}/session`, { headers: { cookie: who } })
  const asking = setInterval(() => {
    ask(cookie).catch(() => undefined)
    ask(other.headers.getSetCookie()[0]?.split(';')[0] ?? '').catch(() => undefined)
  }, 100)
  const line = await watcher.until(/url=\/session/)
  clearInterval(asking)
  assert.match(line, new RegExp(`^\\d\\d:\\d\\d:\\d\\d DEBUG httpserver: request .*who=${ken?.user}`))
  assert.ok(
    watcher.lines().every((one) => one.includes(ken?.user ?? '')),
    'nobody else',
  )
  assert.equal(await house.end(), 0)
  assert.equal(await watcher.ended, 0)
  assert.match(watcher.stderr(), /the server has ended/)
})

test('where no server runs, watch says what to type (exit 1); a room that is none is exit 2', async () => {
  const none = await direct(['watch', '--data', temporaryFolder()])
  assert.equal(none.code, 1)
  assert.match(none.stderr, /^nightpost: no server is running in [^\n]+nightpost start[^\n]+\[noServer\]\n$/)
  const japanese = await direct(['watch', '--data', temporaryFolder()], '', { LC_ALL: 'ja_JP.UTF-8' })
  assert.match(japanese.stderr, /^nightpost: [^\n]+サーバーが動いていません[^\n]+\[noServer\]\n$/)
  const wrong = await direct(['watch', '--room', 'kitchen'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /^nightpost: [^\n]*write one of actions, [^\n]+\[invalidValue\]\n$/)
})
