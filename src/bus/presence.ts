import type { Announcement, Bus } from '../actions/ports/bus.ts'
import type { StoredPresence } from '../actions/ports/ledger.ts'
import type { PresenceBoard } from '../actions/ports/people.ts'
import type { Clock, Limits } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import type { EndpointId } from '../domain/endpoint.ts'
import {
  aggregatePresence,
  type Choice,
  type Frozen,
  freeze,
  type Heard,
  looksDifferent,
  type Moment,
  type Note,
  nextChangeMs,
  type PresenceFacts,
  type PresenceState,
} from '../domain/presence.ts'
import type { Instant } from '../domain/time.ts'

interface Person extends PresenceFacts {
  readonly endpoints: Map<EndpointId, Heard>
  publications: readonly Heard[]
  choice: Choice | undefined
  note: Note | undefined
  location: string | undefined
  lastActive: Instant | undefined
  deviceType: PresenceFacts['deviceType']
  frozen: Frozen | undefined
  /** The aggregate until `changesMs` on the monotonic clock, or until the end of the choice by the wall clock. */
  state: PresenceState
  changesMs: number
}

const NEVER = Number.POSITIVE_INFINITY

/** A state that changes by time alone is told at most so late. */
const TICK_MS = 5000

export interface RunningPresence extends PresenceBoard {
  /** Tells of what changed by time alone: somebody turned idle, a chosen state ended. The board calls it by itself. */
  tick(): void
  stop(): void
}

/**
 * Presence of everybody in memory. Reading costs a look at one map; the aggregate is made when something changes. People without
 * endpoints, choice and note are not in it. One timer while somebody's state will change by time, none else.
 */
export function createPresenceBoard(
  needs: {
    readonly clock: Clock
    readonly bus: Bus
    readonly limits: Pick<Limits, 'presenceIdleMs' | 'presenceAwayMs'>
  },
  stored: readonly StoredPresence[] = [],
): RunningPresence {
  const { clock, bus } = needs
  const times = { idleMs: needs.limits.presenceIdleMs, awayMs: needs.limits.presenceAwayMs }
  const people = new Map<AccountId, Person>()
  /** Those whose state changes by time. */
  const changing = new Set<Person>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  for (const { id, choice, note, location, frozen } of stored) {
    const person = newPerson(id)
    Object.assign(person, { choice, note, location })
    if (choice?.availability === 'Offline')
      person.frozen = frozen ?? { note, location, lastActive: undefined, deviceType: undefined }
    refresh(person)
  }

  function moment(): Moment {
    return { now: clock.now(), monotonicMs: clock.monotonicMs() }
  }

  function isDue(person: Person): boolean {
    if (person.changesMs === NEVER) return false
    const ends = person.state.choice?.expires
    return clock.monotonicMs() >= person.changesMs || (ends !== undefined && clock.now() >= ends)
  }

  function newPerson(account: AccountId): Person {
    const facts: PresenceFacts = {
      account,
      publications: [],
      choice: undefined,
      note: undefined,
      location: undefined,
      lastActive: undefined,
      deviceType: undefined,
      frozen: undefined,
    }
    const state = aggregatePresence(facts, moment(), times)
    const person = { ...facts, endpoints: new Map<EndpointId, Heard>(), state, changesMs: NEVER }
    people.set(account, person)
    return person
  }

  /** Makes the aggregate again. @returns what to announce, if anybody sees something new. */
  function refresh(person: Person): Announcement | undefined {
    const when = moment()
    const before = person.state
    person.state = aggregatePresence(person, when, times)
    person.changesMs = when.monotonicMs + nextChangeMs(person, when, times)
    if (person.changesMs === NEVER) changing.delete(person)
    else {
      changing.add(person)
      wake()
    }
    if (!looksDifferent(before, person.state)) return undefined
    const ownOnly = before.frozen !== undefined && person.state.frozen !== undefined
    return { topic: 'presence', account: person.account, ...(ownOnly ? { ownOnly } : {}) }
  }

  function change(account: AccountId, edit: (person: Person) => void): void {
    const person = people.get(account) ?? newPerson(account)
    edit(person)
    const news = refresh(person)
    if (isEmpty(person)) {
      people.delete(account)
      changing.delete(person)
    }
    if (news) bus.announce(news)
  }

  function tick(): void {
    for (const person of [...changing]) {
      const news = isDue(person) ? refresh(person) : undefined
      if (news) bus.announce(news)
    }
  }

  function wake(): void {
    if (timer !== undefined || stopped) return
    timer = setTimeout(() => {
      timer = undefined
      tick()
      if (changing.size > 0) wake()
    }, TICK_MS)
    timer.unref()
  }

  return {
    of(account) {
      const person = people.get(account)
      if (person === undefined) return absent(account)
      // Time may have ended a state that the timer has not told of yet: nobody is quiet longer than chosen.
      const news = isDue(person) ? refresh(person) : undefined
      if (news) bus.announce(news)
      return person.state
    },
    publish(account, publication) {
      change(account, (person) => {
        const silentMs = Math.max(0, clock.now() - publication.lastActive)
        person.endpoints.set(publication.endpoint, {
          ...publication,
          activeMs: clock.monotonicMs() - silentMs,
        })
        person.publications = [...person.endpoints.values()]
      })
    },
    withdraw(account, endpoint) {
      if (!people.get(account)?.endpoints.has(endpoint)) return
      change(account, (person) => {
        const leaving = person.endpoints.get(endpoint)
        person.endpoints.delete(endpoint)
        person.publications = [...person.endpoints.values()]
        if (leaving && leaving.lastActive > (person.lastActive ?? 0)) {
          person.lastActive = leaving.lastActive
          person.deviceType = leaving.deviceType
        }
      })
    },
    choose(account, choice) {
      change(account, (person) => {
        const hides = choice?.availability === 'Offline'
        person.frozen = hides ? freeze(person.state) : undefined
        person.choice = choice
      })
    },
    annotate(account, note, location) {
      change(account, (person) => {
        person.note = note
        person.location = location
      })
    },
    tick,
    stop() {
      stopped = true
      if (timer !== undefined) clearTimeout(timer)
    },
  }
}

/** Nothing to remember but when somebody was last there; that is kept, it is what others see. */
function isEmpty(person: Person): boolean {
  const { choice, note, location, lastActive, endpoints } = person
  return endpoints.size === 0 && !choice && !note && location === undefined && lastActive === undefined
}

function absent(account: AccountId): PresenceState {
  return {
    account,
    availability: 'Offline',
    activity: undefined,
    hidden: false,
    quiet: undefined,
    reachable: false,
    choice: undefined,
    note: undefined,
    location: undefined,
    lastActive: undefined,
    deviceType: undefined,
  }
}
