import assert from 'node:assert/strict'
import { existsSync, mkdtempDisposableSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSecurityLog } from './security-log.ts'

const NOON = Date.parse('2026-11-25T12:00:00Z')

function lines(folder: string, day: string): Record<string, unknown>[] {
  return readFileSync(join(folder, `${day}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('one file a day, for its owner only, without secrets, kept 90 days (SECURITY 58)', () => {
  using temporary = mkdtempDisposableSync(join(tmpdir(), 'nightpost-security-'))
  const folder = temporary.path
  writeFileSync(join(folder, '2026-08-26.jsonl'), '{}\n')
  writeFileSync(join(folder, '2026-08-28.jsonl'), '{}\n')
  const log = openSecurityLog(folder, () => NOON)
  log.write({ event: 'signInFailed', name: 'ken@example.com', password: 'planted', reason: 'wrong' })
  const [line] = lines(folder, '2026-11-25')
  assert.equal(line?.time, '2026-11-25T12:00:00.000Z')
  assert.equal(line?.name, 'ken@example.com')
  assert.equal(line?.password, '[hidden]')
  assert.equal(statSync(join(folder, '2026-11-25.jsonl')).mode & 0o077, 0)
  assert.equal(existsSync(join(folder, '2026-08-26.jsonl')), false)
  assert.equal(existsSync(join(folder, '2026-08-28.jsonl')), true)
})

test('a limit is one line at first, then one a minute with the count', () => {
  using temporary = mkdtempDisposableSync(join(tmpdir(), 'nightpost-security-'))
  const folder = temporary.path
  let now = NOON
  const log = openSecurityLog(folder, () => now)
  for (let i = 0; i < 100; i++) log.limit('rate', { address: '192.0.2.1' })
  now += 61_000
  log.limit('rate', { address: '192.0.2.1' })
  const found = lines(folder, '2026-11-25')
  assert.equal(found.length, 2)
  assert.equal(found[1]?.since, 99)
})

test('what came in between is told when the minute is over, although nothing follows', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  using temporary = mkdtempDisposableSync(join(tmpdir(), 'nightpost-security-'))
  let now = NOON
  const log = openSecurityLog(temporary.path, () => now)
  for (let i = 0; i < 5; i++) log.limit('rate', { address: '192.0.2.1' })
  log.limit('shells', {})
  now += 61_000
  context.mock.timers.tick(60_000)
  const found = lines(temporary.path, '2026-11-25')
  assert.deepEqual(
    found.map(({ limit, since }) => [limit, since]),
    [
      ['rate', undefined],
      ['shells', undefined],
      ['rate', 4],
    ],
  )
  log.limit('rate', { address: '192.0.2.1' })
  log.limit('rate', { address: '192.0.2.1' })
  log.flush()
  assert.deepEqual(
    lines(temporary.path, '2026-11-25')
      .slice(3)
      .map(({ since }) => since),
    [undefined, 1],
  )
})
