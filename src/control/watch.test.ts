import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../ops/log.ts'
import type { Reply } from './messages.ts'
import { matcher, watchLog } from './watch.ts'

const record = (fields: Record<string, unknown>): LogRecord => ({ level: 'info', ...fields })

test('a slow watcher loses lines, is told how many, and costs no more memory (bounded buffer)', async () => {
  let seen: (one: LogRecord) => void = () => undefined
  const stop = new AbortController()
  const sent: Reply[] = []
  let go: () => void = () => undefined
  let slow = true
  const watching = watchLog(
    {
      watch(_level, deliver) {
        seen = deliver
        return () => undefined
      },
    },
    { level: 'debug', rooms: [], users: [] },
    (reply) => {
      sent.push(reply)
      return slow ? new Promise<void>((resolve) => (go = resolve)) : undefined
    },
    stop.signal,
  )
  for (let at = 0; at < 5000; at++) seen(record({ at }))
  await new Promise(setImmediate)
  assert.equal(sent.length, 1, 'the client has not read the first line yet')
  slow = false
  go()
  while (!sent.some(({ kind }) => kind === 'lost')) await new Promise(setImmediate)
  const shown = sent.filter(({ kind }) => kind === 'log').length
  const lost = sent.flatMap((reply) => (reply.kind === 'lost' ? [reply.lines] : []))
  assert.equal(shown + (lost[0] ?? 0), 5000)
  assert.ok(shown <= 1001, `${shown} lines waited`)
  seen(record({ at: 'later' }))
  await new Promise(setImmediate)
  assert.equal(sent.at(-1)?.kind, 'log', 'it goes on afterwards')
  stop.abort()
  await watching
})

test('people are found by address, by its first part, as sip: too, whatever the case', () => {
  const wants = matcher({ rooms: [], users: ['sip:Ken@example.com', 'pilar'] })
  const cases: readonly [Record<string, unknown>, boolean][] = [
    [{ who: 'ken@example.com' }, true],
    [{ name: 'KEN@EXAMPLE.COM' }, true],
    [{ user: 'pilar@elsewhere.test' }, true],
    [{ who: 'pilar' }, true],
    [{ who: 'ken@elsewhere.test' }, false],
    [{ who: 'pilar2@example.com' }, false],
    [{ msg: 'ken@example.com' }, false],
    [{}, false],
  ]
  for (const [fields, wanted] of cases) assert.equal(wants(record(fields)), wanted, JSON.stringify(fields))
})

test('rooms and people together are both asked for', () => {
  const wants = matcher({ rooms: ['store'], users: ['ken'] })
  assert.equal(wants(record({ room: 'store', who: 'ken@example.com' })), true)
  assert.equal(wants(record({ room: 'ucwa', who: 'ken@example.com' })), false)
  assert.equal(wants(record({ room: 'store' })), false)
})
