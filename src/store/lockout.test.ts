import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Lockouts } from '../actions/ports/credentials.ts'
import type { Clock } from '../actions/ports/ports.ts'
import { instant } from '../domain/time.ts'
import { openStore } from './open.ts'

const MINUTE_MS = 60_000
const HERE = '192.0.2.1'

async function withLockouts(body: (lockouts: Lockouts, pass: (ms: number) => void) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-lockout-'))
  let now = Date.UTC(2026, 5, 1)
  const clock: Clock = { now: () => instant(now), monotonicMs: () => now }
  try {
    await using store = await openStore({ dir, clock })
    body(store.lockouts, (ms) => {
      now += ms
    })
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function fail(lockouts: Lockouts, name: string, address: string, times: number): void {
  for (let n = 0; n < times; n += 1) lockouts.failed(name, address)
}

test('the fifth failure delays, each one more twice as long, the tenth refuses for 15 minutes (SECURITY 37)', () =>
  withLockouts((lockouts, pass) => {
    const seen: unknown[] = []
    for (let n = 0; n < 11; n += 1) {
      const gate = lockouts.gate('tony', HERE)
      seen.push(gate.kind === 'open' ? gate.delayMs : 'refused')
      lockouts.failed('tony', HERE)
    }
    assert.deepEqual(seen, [0, 0, 0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 'refused'])
    pass(15 * MINUTE_MS - 1)
    assert.deepEqual(lockouts.gate('tony', HERE), { kind: 'refused', retryAfterMs: 1 })
    pass(1)
    assert.deepEqual(lockouts.gate('tony', HERE), { kind: 'open', delayMs: 0 })
  }))

test('failures elsewhere, of others, or with other letters of the same name', () =>
  withLockouts((lockouts) => {
    fail(lockouts, 'Tony', HERE, 10)
    assert.equal(lockouts.gate('tONY', HERE).kind, 'refused')
    assert.equal(
      lockouts.gate('tony', '192.0.2.2').kind,
      'open',
      'who attacks elsewhere locks nobody out here',
    )
    assert.equal(lockouts.gate('ken', HERE).kind, 'open')
  }))

test('an address that tries fifty times is refused whatever the name, also after a success', () =>
  withLockouts((lockouts, pass) => {
    for (let n = 0; n < 50; n += 1) lockouts.failed(`name${n}`, HERE)
    lockouts.succeeded('name0', HERE)
    assert.equal(lockouts.gate('somebody', HERE).kind, 'refused')
    pass(15 * MINUTE_MS)
    assert.equal(lockouts.gate('somebody', HERE).kind, 'open')
  }))

test('a success forgets the failures of that name there', () =>
  withLockouts((lockouts) => {
    fail(lockouts, 'tony', HERE, 9)
    lockouts.succeeded('tony', HERE)
    assert.deepEqual(lockouts.gate('tony', HERE), { kind: 'open', delayMs: 0 })
  }))

test('a clock that goes back keeps nobody out', () =>
  withLockouts((lockouts, pass) => {
    fail(lockouts, 'tony', HERE, 10)
    pass(-60 * MINUTE_MS)
    assert.equal(lockouts.gate('tony', HERE).kind, 'open')
  }))
