import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Connection } from '../connection.ts'
import type { Desk } from '../desk.ts'
import type { Reader } from '../i18n/dates.ts'
import { language } from '../i18n/language.ts'
import type { Uri } from '../model.ts'
import type { Wishes } from '../notify/wishes.ts'
import type { Outbox } from '../outbox-runner.ts'
import { closeTopmost } from '../parts/layers.ts'
import type { Timelines } from '../timelines.ts'
import type { ContactDesk } from './contacts/contact-desk.ts'
import { hashOf, type Route, routeOf } from './route.ts'

export const route = signal<Route>(routeOf(location.hash))
addEventListener('hashchange', () => {
  // A step back takes away what lies over the page, and only then the page: on a phone that looks like a page of its own.
  if (closeTopmost()) history.pushState(null, '', hashOf(route.value))
  else route.value = routeOf(location.hash)
})

/** @param replace leaves no step for the back gesture */
export function go(to: Route, replace = false): void {
  if (replace) history.replaceState(null, '', hashOf(to))
  else history.pushState(null, '', hashOf(to))
  route.value = to
}

/** Now, to the minute: what is shown relative to it stays right while a page is open. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 30_000)

export type Layer = 'settings' | 'devices' | 'password' | 'shortcuts' | 'signOut'

/** One signed-in page and what is open on it. */
export interface App {
  readonly connection: Connection
  readonly desk: Desk
  readonly timelines: Timelines
  readonly outbox: Outbox
  readonly reader: ReadonlySignal<Reader>
  readonly layer: Signal<Layer | undefined>
  readonly finderOpen: Signal<boolean>
  readonly contacts: ContactDesk
  readonly wishes: Wishes
  /** The server has a newer version of this page (`update.ts`). */
  readonly outdated: Signal<boolean>
  /** Expired messages that earlier visits of this device already told of (ux.md 1.1 row 5: counted once). */
  readonly expiredBefore: number
  /** Conversations in which the person marked something unread: seeing it again does not undo that until the conversation is left. */
  readonly heldUnread: Set<Uri>
  readonly leave: () => void
}

export function readerOf(connection: Connection): ReadonlySignal<Reader> {
  // In two steps, so that not every event is a new reader to whoever writes a date.
  const timeZone = computed(() => connection.state.value.settings.timeZone ?? undefined)
  return computed(() => ({ language: language.value, timeZone: timeZone.value }))
}

export const AppContext = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('outside of a signed-in page')
  return app
}
