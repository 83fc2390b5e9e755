import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visiblePresence } from './access.ts'
import type { AccountId } from './account.ts'
import type { EndpointId } from './endpoint.ts'
import {
  AGGREGATE,
  aggregatePresence,
  availabilityOf,
  type Choice,
  confirmationReads,
  freeze,
  type Heard,
  type Moment,
  nextChangeMs,
  type PresenceFacts,
} from './presence.ts'
import { after, instant } from './time.ts'

const NOW = instant(10_000_000)
const NOW_MS = 5_000_000
const MOMENT: Moment = { now: NOW, monotonicMs: NOW_MS }
const TIMES = { idleMs: 300_000, awayMs: 300_000 }
const MINUTE = 60_000

function published(availability: Heard['availability'], more: Partial<Heard> = {}): Heard {
  return {
    endpoint: 'e' as EndpointId,
    availability,
    deviceType: 'Web',
    lastActive: NOW,
    activeMs: NOW_MS,
    ...more,
  }
}

function chosen(availability: Choice['availability'], more: Partial<Choice> = {}): Choice {
  return { availability, presenting: false, since: NOW, expires: undefined, ...more }
}

function facts(more: Partial<PresenceFacts>): PresenceFacts {
  return {
    account: 1 as AccountId,
    publications: [],
    choice: undefined,
    note: undefined,
    location: undefined,
    lastActive: undefined,
    deviceType: undefined,
    frozen: undefined,
    ...more,
  }
}

const IDLE = { activeMs: NOW_MS - 6 * MINUTE }
const GONE_QUIET = { activeMs: NOW_MS - 11 * MINUTE }

const CASES: readonly [string, Partial<PresenceFacts>, string, (string | undefined)?][] = [
  ['nobody without endpoints is anything but Offline', {}, 'Offline'],
  ['a chosen state of somebody without endpoints does not count', { choice: chosen('Busy') }, 'Offline'],
  ['one endpoint is the person', { publications: [published('Busy')] }, 'Busy'],
  [
    'the most available endpoint counts',
    { publications: [published('Away'), published('Busy'), published('IdleOnline')] },
    'IdleOnline',
  ],
  ['five minutes without activity are idle', { publications: [published('Online', IDLE)] }, 'IdleOnline'],
  [
    'five minutes without activity while busy are idle too',
    { publications: [published('Busy', IDLE)] },
    'IdleBusy',
  ],
  ['ten minutes without activity are Away', { publications: [published('Online', GONE_QUIET)] }, 'Away'],
  [
    'a client that tells of its idleness itself is not aged',
    { publications: [published('Online', { ...GONE_QUIET, idleAfterMs: Number.POSITIVE_INFINITY })] },
    'Online',
  ],
  [
    'the idle time of the application counts',
    { publications: [published('Online', { activeMs: NOW_MS - MINUTE, idleAfterMs: 30_000 })] },
    'IdleOnline',
  ],
  [
    'a chosen state wins',
    { choice: chosen('BeRightBack'), publications: [published('Online')] },
    'BeRightBack',
  ],
  [
    'a chosen Online wins over a busy endpoint',
    { choice: chosen('Online'), publications: [published('Busy')] },
    'Online',
  ],
  [
    'a chosen Online turns idle like an automatic one',
    { choice: chosen('Online'), publications: [published('Online', IDLE)] },
    'IdleOnline',
  ],
  [
    'a chosen Busy turns Away like an automatic one',
    { choice: chosen('Busy'), publications: [published('Online', GONE_QUIET)] },
    'Away',
  ],
  [
    'a chosen Busy stays while one endpoint is active',
    { choice: chosen('Busy'), publications: [published('Online', GONE_QUIET), published('Online')] },
    'Busy',
  ],
  [
    'Do Not Disturb does not turn idle',
    { choice: chosen('DoNotDisturb'), publications: [published('Online', GONE_QUIET)] },
    'DoNotDisturb',
  ],
  [
    'Presenting is Do Not Disturb with its activity',
    { choice: chosen('DoNotDisturb', { presenting: true }), publications: [published('Online')] },
    'DoNotDisturb',
    'presenting',
  ],
  [
    'Off work shows as Away with its activity',
    { choice: chosen('Offwork'), publications: [published('Online')] },
    'Away',
    'off-work',
  ],
  [
    'Appear Offline is Offline',
    { choice: chosen('Offline'), publications: [published('Online')] },
    'Offline',
  ],
  [
    'a chosen state ends when its time is up',
    { choice: chosen('DoNotDisturb', { expires: NOW }), publications: [published('Online')] },
    'Online',
  ],
]

for (const [name, given, availability, activity] of CASES) {
  test(name, () => {
    const state = aggregatePresence(facts(given), MOMENT, TIMES)
    assert.deepEqual([state.availability, state.activity], [availability, activity])
  })
}

test('hidden and quiet need an endpoint', () => {
  const hides = facts({ choice: chosen('Offline') })
  assert.equal(aggregatePresence(hides, MOMENT, TIMES).hidden, false)
  assert.equal(
    aggregatePresence({ ...hides, publications: [published('Online')] }, MOMENT, TIMES).hidden,
    true,
  )
  const quiet = facts({ choice: chosen('DoNotDisturb') })
  assert.equal(aggregatePresence(quiet, MOMENT, TIMES).quiet, undefined)
  const there = aggregatePresence({ ...quiet, publications: [published('Online')] }, MOMENT, TIMES)
  assert.equal(there.quiet, 'doNotDisturb')
})

test('the board wakes when a state will change by time alone, and not for nothing', () => {
  const one = facts({ publications: [published('Online')] })
  const later = (ms: number): Moment => ({ now: after(NOW, ms), monotonicMs: NOW_MS + ms })
  assert.equal(nextChangeMs(one, MOMENT, TIMES), TIMES.idleMs)
  assert.equal(nextChangeMs(one, later(TIMES.idleMs), TIMES), TIMES.awayMs)
  assert.equal(nextChangeMs(one, later(TIMES.idleMs + TIMES.awayMs), TIMES), Number.POSITIVE_INFINITY)
  const ends = facts({ choice: chosen('Busy', { expires: after(NOW, 5) }) })
  assert.equal(nextChangeMs(ends, MOMENT, TIMES), 5)
  assert.equal(nextChangeMs(facts({}), MOMENT, TIMES), Number.POSITIVE_INFINITY)
})

test('SECURITY 64: a step of the wall clock makes nobody idle', () => {
  const one = facts({ publications: [published('Online')] })
  const stepped = { now: after(NOW, 24 * 60 * MINUTE), monotonicMs: NOW_MS }
  assert.equal(aggregatePresence(one, stepped, TIMES).availability, 'Online')
})

test('every availability survives its aggregate number, with the borders of the tables', () => {
  for (const [availability, number] of Object.entries(AGGREGATE)) {
    assert.equal(availabilityOf(number), availability)
  }
  const borders = [
    3000, 4499, 4500, 5999, 6000, 7499, 7500, 8999, 9000, 11999, 12000, 14999, 15000, 17999, 18000,
  ]
  assert.deepEqual(borders.map(availabilityOf), [
    'Online',
    'Online',
    'IdleOnline',
    'IdleOnline',
    'Busy',
    'Busy',
    'IdleBusy',
    'IdleBusy',
    'DoNotDisturb',
    'DoNotDisturb',
    'BeRightBack',
    'BeRightBack',
    'Away',
    'Away',
    'Offline',
  ])
})

const NOTE = { text: 'back at four', type: 'Personal' } as const
const visible = aggregatePresence(
  facts({ publications: [published('Online')], note: NOTE, location: 'Tokyo' }),
  MOMENT,
  TIMES,
)

test('a colleague sees state, note and place', () => {
  assert.deepEqual(visiblePresence(visible, { kind: 'other', level: 'Colleagues' }), {
    availability: 'Online',
    activity: undefined,
    note: NOTE,
    location: 'Tokyo',
    lastActive: NOW,
    deviceType: 'Web',
  })
})

test('M11: somebody blocked sees nothing', () => {
  const seen = visiblePresence(visible, { kind: 'other', level: 'Blocked' })
  assert.deepEqual(Object.values(seen).filter(Boolean), ['Offline'])
})

test('M12: in privacy mode somebody who is no contact sees nothing, not even absence, blocked or not', () => {
  const seen = visiblePresence(visible, { kind: 'other', level: 'Colleagues', kept: true })
  assert.deepEqual(Object.values(seen).filter(Boolean), ['None'])
  assert.deepEqual(visiblePresence(visible, { kind: 'other', level: 'Blocked', kept: true }), seen)
})

test('an external contact sees the state alone', () => {
  const seen = visiblePresence(visible, { kind: 'other', level: 'External' })
  assert.deepEqual(Object.values(seen).filter(Boolean), ['Online'])
})

test('M3: what others see of somebody hidden is Offline and stays as it was', () => {
  const later = after(NOW, MINUTE)
  const hiding = facts({
    choice: chosen('Offline'),
    publications: [published('Online', { lastActive: later, deviceType: 'Mobile' })],
    note: { text: 'secret meeting', type: 'Personal' },
    location: 'Osaka',
    frozen: freeze(visible),
  })
  const state = aggregatePresence(hiding, { now: later, monotonicMs: NOW_MS + MINUTE }, TIMES)
  assert.deepEqual(visiblePresence(state, { kind: 'other', level: 'FriendsAndFamily' }), {
    availability: 'Offline',
    activity: undefined,
    note: NOTE,
    location: 'Tokyo',
    lastActive: NOW,
    deviceType: 'Web',
  })
  assert.equal(visiblePresence(state, { kind: 'self' }).note?.text, 'secret meeting')
  const signedOut = aggregatePresence(
    { ...hiding, publications: [] },
    { now: later, monotonicMs: NOW_MS + MINUTE },
    TIMES,
  )
  assert.deepEqual(
    visiblePresence(signedOut, { kind: 'other', level: 'Colleagues' }),
    visiblePresence(state, { kind: 'other', level: 'Colleagues' }),
    'hidden or gone makes no difference',
  )
})

test('M5: a close colleague sees that Do Not Disturb is no wall, and that Presenting is one', () => {
  const there = { publications: [published('Online')] }
  const quiet = aggregatePresence(facts({ ...there, choice: chosen('DoNotDisturb') }), MOMENT, TIMES)
  assert.equal(
    visiblePresence(quiet, { kind: 'other', level: 'Workgroup' }).activity,
    'urgent-interruptions-only',
  )
  assert.equal(visiblePresence(quiet, { kind: 'other', level: 'Colleagues' }).activity, undefined)
  const presents = aggregatePresence(
    facts({ ...there, choice: chosen('DoNotDisturb', { presenting: true }) }),
    MOMENT,
    TIMES,
  )
  assert.equal(visiblePresence(presents, { kind: 'other', level: 'Workgroup' }).activity, 'presenting')
})

const READS: readonly [string, Choice | undefined, boolean][] = [
  ['somebody available', undefined, true],
  ['somebody busy', chosen('Busy'), true],
  ['somebody who will be right back', chosen('BeRightBack'), true],
  ['somebody away', chosen('Away'), false],
  ['somebody off work', chosen('Offwork'), false],
  ['somebody in Do Not Disturb', chosen('DoNotDisturb'), false],
  ['somebody presenting', chosen('DoNotDisturb', { presenting: true }), false],
  ['somebody hidden', chosen('Offline'), false],
]

for (const [name, choice, reads] of READS) {
  test(`a confirmation without inbox view of ${name} makes the row ${reads ? 'read' : 'delivered'}`, () => {
    const state = aggregatePresence(facts({ choice, publications: [published('Online')] }), MOMENT, TIMES)
    assert.equal(confirmationReads(state), reads)
  })
}
