import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventLog, type Package, type UcwaEvent, type Unit } from './events.ts'
import { resource } from './hal.ts'

const LIMITS = { events: 2000, bytes: 4 * 1024 * 1024 }
const HOLDS = { mediumMs: 5000, lowMs: 15000 }
const COMMUNICATION = { rel: 'communication', href: '/c' }

function event(name: string, more: Partial<UcwaEvent> = {}): UcwaEvent {
  return {
    sender: COMMUNICATION,
    link: { rel: name, href: `/${name}` },
    type: 'added',
    priority: 'High',
    ...more,
  }
}

function names(cut: Package): string[] {
  return cut.senders.flatMap((sender) => sender.events.map((e) => (e as { link: { rel: string } }).link.rel))
}

/** All packages that leave now, one request after the other. */
function drain(log: EventLog, full = false): string[][] {
  const packages: string[][] = []
  while (log.dueIn(0, HOLDS, full) === 0) packages.push(names(log.next(full)))
  return packages
}

test('a repeated ack gets the same events and more, under a new number', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('a')], 0)
  const first = log.next(false)
  log.raise([event('b')], 0)
  assert.deepEqual(log.ask(1), { kind: 'known', rows: [], upTo: undefined })
  const second = log.next(false)
  assert.deepEqual(names(second), ['a', 'b'])
  assert.notEqual(second.next, first.next)
  // The old answer was only late: it confirms what it held, and `b` comes again.
  log.ask(first.next)
  assert.deepEqual(names(log.next(false)), ['b'])
})

test('an ack that was never given, or has passed, gets a number that confirms nothing', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('a', { row: 7 })], 0)
  const { next } = log.next(false)
  const asked = log.ask(99)
  assert.equal(asked.kind, 'resync')
  assert.deepEqual(log.ask(asked.kind === 'resync' ? asked.ack : 0), {
    kind: 'known',
    rows: [],
    upTo: undefined,
  })
  assert.deepEqual(names(log.next(false)), ['a'])
  assert.equal(log.ask(1).kind, 'resync')
  assert.equal(log.ask(next).kind, 'resync')
})

test('an ack proves the rows of the packages before it, and only those', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('message', { row: 1 })], 0, 'message')
  log.raise([event('message', { row: 2 })], 0, 'message')
  const first = log.next(false)
  log.next(false)
  assert.deepEqual(log.acknowledge(first.next), { kind: 'known', rows: [1], upTo: undefined })
  assert.equal(log.length, 1)
})

test('an ack proves what was told as a whole', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('missedItems', { upTo: 12 })], 0)
  const cut = log.next(false)
  assert.deepEqual(log.ask(cut.next), { kind: 'known', rows: [], upTo: 12 })
})

test('a medium event waits for its time, and a high one takes it along in order', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('presence', { priority: 'Medium' })], 1000)
  assert.equal(log.dueIn(2000, HOLDS, false), 4000)
  log.raise([event('conversation')], 2000)
  assert.equal(log.dueIn(2000, HOLDS, false), 0)
  assert.deepEqual(names(log.next(false)), ['presence', 'conversation'])
  assert.equal(log.dueIn(2000, HOLDS, false), undefined)
})

test('a later update of the same target takes the place of an unsent one, with its waiting time', () => {
  const log = new EventLog(LIMITS)
  const presence = (version: number) =>
    event('presence', {
      type: 'updated',
      priority: 'Medium',
      merge: true,
      embedded: resource('presence', '/p', { version }),
    })
  log.raise([presence(1), event('note', { priority: 'Medium' })], 0)
  log.raise([presence(2)], 4000)
  assert.equal(log.dueIn(4000, HOLDS, false), 1000)
  const cut = log.next(false)
  assert.deepEqual(names(cut), ['note', 'presence'])
  assert.match(JSON.stringify(cut), /"version":2/)
})

const START: readonly UcwaEvent[] = [event('messagingInvitation', { type: 'started' }), event('conversation')]
const CONNECT: readonly UcwaEvent[] = [
  event('conversation', { type: 'updated' }),
  event('messagingInvitation', { type: 'completed' }),
]

test('start, connect and each message have packages of their own', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('missedItems')], 0)
  log.raise(START, 0, 'start')
  log.raise(CONNECT, 0, 'connect')
  log.raise([event('message')], 0, 'message')
  log.raise([event('message')], 0, 'message')
  log.raise([event('typing')], 0)
  assert.deepEqual(drain(log), [
    ['missedItems', 'messagingInvitation', 'conversation'],
    ['conversation', 'messagingInvitation'],
    ['message'],
    ['message', 'typing'],
  ])
})

test('answers to own messages have packages of their own, until a client is far behind with them', () => {
  const log = new EventLog(LIMITS)
  for (let i = 0; i < 2; i += 1) log.raise([event('message')], 0, 'sent')
  assert.deepEqual(drain(log), [['message'], ['message']])
  for (let i = 0; i < 250; i += 1) log.raise([event('message')], 0, 'sent')
  log.raise([event('incoming')], 0, 'message')
  const sizes = drain(log).map((cut) => cut.length)
  assert.deepEqual(sizes, [100, 100, 50, 1])
})

test('a client that opted in gets everything in one package, with what is only for it', () => {
  const log = new EventLog(LIMITS)
  log.raise(START, 0, 'start')
  log.raise([event('message')], 0, 'message')
  log.raise([event('transcript', { onlyFull: true, row: 3 })], 0)
  const cut = log.next(true)
  assert.deepEqual(names(cut), ['messagingInvitation', 'conversation', 'message', 'transcript'])
  assert.deepEqual(log.acknowledge(cut.next), { kind: 'known', rows: [3], upTo: undefined })
})

test('what a client never gets is not proven by its ack', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('transcript', { onlyFull: true, row: 3 }), event('a')], 0)
  const cut = log.next(false)
  assert.deepEqual(names(cut), ['a'])
  assert.deepEqual(log.ask(cut.next), { kind: 'known', rows: [], upTo: undefined })
})

test('a resource meant for the feed is a link to everybody else', () => {
  const log = new EventLog(LIMITS)
  log.raise([event('presence', { embedFor: 'full', embedded: resource('presence', '/p') })], 0)
  assert.doesNotMatch(JSON.stringify(log.next(false)), /_embedded/)
  log.ask(1)
  assert.match(JSON.stringify(log.next(true)), /_embedded/)
})

test('a client that stops fetching loses presence first and the application then', () => {
  const log = new EventLog({ events: 3, bytes: 1e6 })
  log.ask(1)
  assert.equal(log.raise([event('p', { presence: true }), event('a'), event('b'), event('c')], 0), true)
  assert.equal(log.length, 3)
  assert.equal(log.raise([event('d')], 0), false)
})

test('a client that only sends keeps its application, and begins with a resync should it ever ask', () => {
  const log = new EventLog({ events: 4, bytes: 1e6 })
  for (let i = 0; i < 100; i += 1) assert.equal(log.raise([event(`e${i}`)], 0), true)
  assert.ok(log.length <= 4)
  const asked = log.ask(1)
  assert.equal(asked.kind, 'resync')
  assert.equal(log.ask(asked.kind === 'resync' ? asked.ack : 0).kind, 'known')
  assert.equal(names(log.next(false)).at(-1), 'e99')
})

/**
 * E1 as a property: whatever answers get lost, and however often an ack is repeated, a client that follows `next`
 * of the answers it got sees every event exactly once and in order.
 */
test('a client that follows next sees every event once and in order', () => {
  const step = fc.record({
    raise: fc.array(fc.constantFrom<Unit | undefined>('start', 'connect', 'message', 'sent', undefined), {
      maxLength: 4,
    }),
    lost: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, full) => {
      const log = new EventLog(LIMITS)
      let raised = 0
      let ack = 1
      const seen: string[] = []
      const ask = (lost: boolean) => {
        assert.equal(log.ask(ack).kind, 'known')
        const cut = log.next(full)
        if (lost) return
        ack = cut.next
        seen.push(...names(cut))
      }
      for (const { raise, lost } of steps) {
        for (const unit of raise) {
          raised += 1
          log.raise([event(String(raised))], 0, unit)
        }
        ask(lost)
      }
      for (let i = 0; i <= raised; i += 1) ask(false)
      assert.deepEqual(
        seen,
        Array.from({ length: raised }, (_, i) => String(i + 1)),
      )
    }),
  )
})
