import { computed, effect, type Signal, signal } from '@preact/signals'
import { go, route } from './chat/app-state.ts'
import type { Connection } from './connection.ts'
import type { FeedEvent } from './feed/event.ts'
import { lineOf, personOfTranscript } from './feed/threads.ts'
import { language, texts } from './i18n/language.ts'
import { conversationsIn, type Uri } from './model.ts'
import { type Arrival, decideNotice } from './notify/decide.ts'
import { Notices } from './notify/notices.ts'
import { permission } from './notify/permission.ts'
import { playTone } from './notify/sound.ts'
import { Watching } from './notify/watching.ts'
import { inOneTab } from './one-tab.ts'
import { notifyHere, soundHere } from './switches.ts'

/** Messages that were told of; enough that the feed of a reconnect brings none of them again. */
const TOLD = 1000

/** Something came and nobody was told, because the person has never been asked: the page may offer it now (`chat/offers.tsx`). */
export const missedForWantOfPermission: Signal<boolean> = signal(false)

/**
 * Notifications while a tab is open (ux.md 1.2): one tab of this browser tells, once for all of them.
 * @returns the end
 */
export function startNotifying(connection: Connection): () => void {
  const { sip } = connection.session
  const open = computed(() => (route.value.kind === 'with' ? route.value.person : undefined))
  const watching = new Watching(sip, open)
  const stop = inOneTab(`nightpost-notify-${sip}`, () => tell(connection, watching))
  return () => {
    stop()
    watching.stop()
  }
}

function tell(connection: Connection, watching: Watching): () => void {
  const notices = new Notices(connection.session.sip, (person) => go({ kind: 'with', person }))
  const reading = closeWhenRead(connection, notices)
  const told = new Set<string>()
  watching.onLook = (person) => notices.close(person)
  const alert = (arrival: Arrival): void => {
    const moment = { now: Date.now(), watched: watching.has(arrival.person) }
    const notice = decideNotice(connection.state.value, arrival, moment, texts.value)
    if (notice.kind === 'silent') return
    if (soundHere.on.value) playTone()
    if (permission.value === 'default') missedForWantOfPermission.value = true
    if (permission.value === 'granted' && notifyHere.on.value)
      notices.show(arrival.person, notice.title, notice.body, language.value)
    reading.look()
  }
  const ends = [
    connection.onEvents((events) => {
      for (const arrival of arrivalsOf(connection, events, told)) alert(arrival)
    }),
    reading.end,
  ]
  const leave = (): void => notices.closeAll()
  addEventListener('pagehide', leave)
  return () => {
    removeEventListener('pagehide', leave)
    watching.onLook = () => {}
    for (const end of ends) end()
    notices.closeAll()
  }
}

/** New messages of others, the newest of each person; what was told already is left out. */
function arrivalsOf(
  connection: Connection,
  events: readonly FeedEvent[],
  told: Set<string>,
): readonly Arrival[] {
  const arrivals = new Map<Uri, Arrival>()
  for (const event of events) {
    if (event.rel !== 'conversationLogTranscript' || event.type !== 'added' || !event.resource) continue
    const person = personOfTranscript(connection.state.value, event.resource, event)
    const line = person && lineOf(event.resource, person)
    if (!line || line.own || told.has(line.id)) continue
    told.add(line.id)
    for (const oldest of told) {
      if (told.size <= TOLD) break
      told.delete(oldest)
    }
    arrivals.set(person, { person, text: line.text })
  }
  return [...arrivals.values()]
}

/**
 * Closes what was read elsewhere: the count of its conversation went to nothing. Before the first count has come nothing is known.
 * @returns `look`: after something was shown
 */
function closeWhenRead(connection: Connection, notices: Notices): { look: () => void; end: () => void } {
  const counted = new Set<Uri>()
  const look = (): void => {
    const state = connection.state.value
    // Most of the time nothing is shown, and every event comes by here.
    if (notices.people.length === 0) return
    const unread = new Map(conversationsIn(state).map((c) => [c.person, c.unread]))
    for (const person of notices.people) {
      if ((unread.get(person) ?? 0) > 0) counted.add(person)
      else if (counted.delete(person)) notices.close(person)
    }
  }
  return { look, end: effect(look) }
}
