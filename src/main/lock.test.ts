import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdDataFolder } from './lock.ts'

const HOLD = `
import { holdDataFolder } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
const held = holdDataFolder(process.argv[1])
process.stdout.write(JSON.stringify({ kind: held.kind, pid: held.pid ?? 0 }) + '\\n')
if (held.kind === 'held') setInterval(() => held, 1000)
`

async function another(folder: string) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', HOLD, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, said: JSON.parse(line.toString()) as { kind: string; pid: number } }
}

test('a second process is refused with the pid of the first, and has the folder after kill -9', async () => {
  using temporary = mkdtempDisposableSync(join(tmpdir(), 'nightpost-lock-'))
  const folder = temporary.path
  const first = await another(folder)
  assert.equal(first.said.kind, 'held')
  const second = holdDataFolder(folder)
  assert.deepEqual(second, { kind: 'taken', pid: first.child.pid })
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const third = holdDataFolder(folder)
  assert.equal(third.kind, 'held')
  if (third.kind === 'held') third.lock[Symbol.dispose]()
})
