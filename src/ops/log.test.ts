import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { redact } from './redact.ts'

test('secrets are hidden by name, wherever they stand (SECURITY 56)', () => {
  const planted = {
    password: 'planted-1',
    nested: { Authorization: 'Basic planted-2', headers: [{ Cookie: 'planted-3' }], ntHash: 'planted-4' },
    body: 'planted-5',
    csrf: 'planted-6',
    user: 'ken@example.com',
  }
  const text = JSON.stringify(redact(planted))
  assert.doesNotMatch(text, /planted/)
  assert.match(text, /ken@example\.com/)
})

test('credentials inside a text and long values are cut', () => {
  const error = new Error(
    'refused: Authorization: Bearer abcdefghijklmnop, cookie __Host-nightpost=abcdefghijklmnop',
  )
  const text = JSON.stringify(redact({ err: error, long: 'x'.repeat(5000) }))
  assert.doesNotMatch(text, /abcdefghijklmnop/)
  assert.ok(text.length < 4000)
})

test('a record is one line of JSON with control characters escaped', () => {
  const script = `import { createLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))}
    const log = createLog('info', { human: false })
    log.child({ connection: 'a-1' }).info({ name: 'a\\nb\\u0007', token: 'planted' }, 'line\\nbreak')
    log.warn({ err: new Error('broken', { cause: new Error('disk') }) }, 'failed')
    log.debug('not at this level')`
  const done = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    encoding: 'utf8',
  })
  const lines = done.stderr.trim().split('\n')
  assert.equal(lines.length, 2, done.stderr)
  const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(first?.connection, 'a-1')
  assert.equal(first?.name, 'a\nb\u0007')
  assert.equal(first?.token, '[hidden]')
  assert.equal(first?.level, 'info')
  assert.match(JSON.stringify(second?.err), /"cause":\{[^}]*"message":"disk"/)
})

test('at a terminal control characters of peers are written out', () => {
  const script = `import { createLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))}
    createLog('info', { human: true }).info({ name: 'a\\u001b[2Jb' }, 'hello')`
  const done = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    encoding: 'utf8',
  })
  assert.match(done.stderr, /^\d\d:\d\d:\d\d INFO {2}main: hello {2}name=a\\x1b\[2Jb\n$/)
})
