import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Announcement } from '../actions/ports/bus.ts'
import type { Clock } from '../actions/ports/ports.ts'
import { visiblePresence } from '../domain/access.ts'
import type { AccountId } from '../domain/account.ts'
import type { EndpointId } from '../domain/endpoint.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Publication } from '../domain/presence.ts'
import { instant } from '../domain/time.ts'
import { createOpenConversations } from './conversations.ts'
import { createMemoryBus } from './memory.ts'
import { createPresenceBoard } from './presence.ts'
import { createRates } from './rates.ts'

const [ROMEO, JULIET] = [1 as AccountId, 2 as AccountId]
const [A, B] = [1 as ThreadId, 2 as ThreadId]

function setClock(): Clock & { advance(ms: number): void } {
  let now = 1_000_000
  return {
    now: () => instant(now),
    monotonicMs: () => now,
    advance(ms) {
      now += ms
    },
  }
}

test('every listener hears once, in order, until it ends; one that throws keeps the others', () => {
  const faults: unknown[] = []
  const bus = createMemoryBus((error) => faults.push(error))
  const heard: string[] = []
  const end = bus.subscribe(() => heard.push('first'))
  bus.subscribe(() => {
    throw new Error('broken')
  })
  bus.subscribe(() => heard.push('third'))
  bus.announce({ topic: 'policy' })
  end()
  bus.announce({ topic: 'policy' })
  assert.deepEqual(heard, ['first', 'third', 'third'])
  assert.equal(faults.length, 2)
})

test('one function subscribed twice ends once', () => {
  const bus = createMemoryBus()
  let heard = 0
  const listener = () => {
    heard++
  }
  const end = bus.subscribe(listener)
  bus.subscribe(listener)
  end()
  bus.announce({ topic: 'policy' })
  assert.equal(heard, 1)
})

test('a conversation is open for whoever took it, until the ten minutes are over, whoever wrote last', () => {
  const clock = setClock()
  const conversations = createOpenConversations({ clock, limits: { openConversationMs: 600_000 } })
  conversations.take(ROMEO, A, true)
  assert.deepEqual([conversations.isOpen(ROMEO, A), conversations.isOpen(JULIET, A)], [true, false])
  assert.equal(conversations.hasWritten(ROMEO, A), true)
  clock.advance(599_999)
  conversations.touch(A)
  clock.advance(599_999)
  assert.equal(conversations.isOpen(ROMEO, A), true)
  clock.advance(1)
  assert.equal(conversations.isOpen(ROMEO, A), false)
  assert.equal(conversations.hasWritten(ROMEO, A), false)
})

test('closing is of one side, and of all its conversations when the last endpoint is gone', () => {
  const clock = setClock()
  const conversations = createOpenConversations({ clock, limits: { openConversationMs: 600_000 } })
  for (const thread of [A, B]) for (const who of [ROMEO, JULIET]) conversations.take(who, thread)
  conversations.close(ROMEO, A)
  assert.deepEqual([conversations.isOpen(ROMEO, A), conversations.isOpen(JULIET, A)], [false, true])
  conversations.closeAll(JULIET)
  assert.deepEqual([conversations.isOpen(JULIET, A), conversations.isOpen(JULIET, B)], [false, false])
  assert.equal(conversations.isOpen(ROMEO, B), true)
})

test('what was written before the conversation closed does not count afterwards', () => {
  const clock = setClock()
  const conversations = createOpenConversations({ clock, limits: { openConversationMs: 600_000 } })
  conversations.take(ROMEO, A, true)
  conversations.close(ROMEO, A)
  conversations.take(ROMEO, A)
  assert.deepEqual([conversations.isOpen(ROMEO, A), conversations.hasWritten(ROMEO, A)], [true, false])
})

test('rates are per sender, and per pair for the absent', () => {
  const clock = setClock()
  const rates = createRates({
    clock,
    limits: { messagesPerSecond: 2, messagesBurst: 3, messagesPerMinuteToAbsent: 1 },
  })
  assert.deepEqual(
    [1, 2, 3, 4].map(() => rates.takeMessage(ROMEO)),
    [0, 0, 0, 500],
  )
  assert.equal(rates.takeMessage(JULIET), 0)
  assert.deepEqual([rates.takeAbsent(ROMEO, JULIET), rates.takeAbsent(ROMEO, JULIET)], [0, 60_000])
  assert.equal(rates.takeAbsent(JULIET, ROMEO), 0)
  clock.advance(60_000)
  assert.equal(rates.takeAbsent(ROMEO, JULIET), 0)
})

function board() {
  const clock = setClock()
  const bus = createMemoryBus()
  const heard: Announcement[] = []
  bus.subscribe((what) => heard.push(what))
  const presence = createPresenceBoard({
    clock,
    bus,
    limits: { presenceIdleMs: 300_000, presenceAwayMs: 300_000 },
  })
  const publish = (more: Partial<Publication> = {}) =>
    presence.publish(JULIET, {
      endpoint: 'e' as EndpointId,
      availability: 'Online',
      deviceType: 'Web',
      lastActive: clock.now(),
      ...more,
    })
  return { clock, heard, presence, publish }
}

test('the board tells when something is seen, not when only a time stamp moved', () => {
  const { clock, heard, publish } = board()
  publish()
  assert.equal(heard.length, 1)
  clock.advance(1000)
  publish()
  assert.equal(heard.length, 1)
  publish({ availability: 'Busy' })
  assert.equal(heard.length, 2)
})

test('somebody turns idle and away by time, is told once for each, and is back with activity', () => {
  const { clock, heard, presence, publish } = board()
  publish()
  clock.advance(300_000)
  presence.tick()
  assert.equal(presence.of(JULIET).availability, 'IdleOnline')
  clock.advance(300_000)
  presence.tick()
  presence.tick()
  assert.equal(presence.of(JULIET).availability, 'Away')
  assert.equal(heard.length, 3)
  publish()
  assert.equal(presence.of(JULIET).availability, 'Online')
})

test('a chosen state ends on time also where the board has not ticked yet', () => {
  const { clock, heard, presence, publish } = board()
  publish()
  const since = clock.now()
  const expires = instant(since + 1000)
  presence.choose(JULIET, { availability: 'DoNotDisturb', presenting: false, since, expires })
  assert.equal(presence.of(JULIET).quiet, 'doNotDisturb')
  clock.advance(1000)
  assert.equal(presence.of(JULIET).quiet, undefined)
  assert.equal(heard.length, 3, 'and it is told')
})

test('M3: leaving and hiding look alike to somebody else', () => {
  const { presence, publish, clock } = board()
  publish({ deviceType: 'Mobile' })
  const choice = {
    availability: 'Offline',
    presenting: false,
    since: clock.now(),
    expires: undefined,
  } as const
  const colleague = { kind: 'other', level: 'Colleagues' } as const
  presence.choose(JULIET, choice)
  const hidden = visiblePresence(presence.of(JULIET), colleague)
  presence.choose(JULIET, undefined)
  presence.withdraw(JULIET, 'e' as EndpointId)
  assert.deepEqual(visiblePresence(presence.of(JULIET), colleague), hidden)
})

test('who has left was there last when the endpoint was active last', () => {
  const { clock, presence, publish } = board()
  publish()
  const active = clock.now()
  clock.advance(5000)
  presence.withdraw(JULIET, 'e' as EndpointId)
  const { availability, lastActive, reachable } = presence.of(JULIET)
  assert.deepEqual([availability, lastActive, reachable], ['Offline', active, false])
})

test('hiding a second time keeps what was seen first, and hiding anew after being seen does not', () => {
  const { clock, presence, publish } = board()
  publish()
  const hide = () =>
    presence.choose(JULIET, {
      availability: 'Offline',
      presenting: false,
      since: clock.now(),
      expires: undefined,
    })
  const seen = clock.now()
  hide()
  clock.advance(60_000)
  publish()
  hide()
  assert.equal(presence.of(JULIET).frozen?.lastActive, seen)
  presence.choose(JULIET, undefined)
  hide()
  assert.equal(presence.of(JULIET).frozen?.lastActive, seen + 60_000)
  presence.stop()
})
