import { signal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { dayHead } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { shownRun, type Uri } from '../model.ts'
import { now, route, useApp } from './app-state.ts'
import { LogView } from './log-view.ts'
import { hashOf, routeOf } from './route.ts'
import { useConnected } from './use-connected.ts'

/** What a reader of one conversation can do beside scrolling. */
export interface Reading {
  readonly view: LogView
  /** The message that the address names. */
  readonly at: string | undefined
  readonly failed: boolean
  /** Something to say once, such as that a day has no messages. */
  readonly said: string
  readonly open: () => void
  readonly toDay: (from: number) => void
  readonly toBeginning: () => void
  readonly toNewest: () => void
  /** As `toNewest`, and the focus stays where it is: somebody who writes is at the end. */
  readonly follow: () => void
}

/** Reads a conversation when it opens, and goes where the reader wants to be: a day, the beginning, the end, a message named by the address. */
export function useReading(uri: Uri): Reading {
  const app = useApp()
  const { timelines, connection } = app
  const reading = useMemo(() => {
    const failed = signal(false)
    const said = signal('')
    const view = new LogView({ read: (side) => timelines[side](uri), rests: remember })

    /** The address names what is read, so that a reload or a copied link comes back to it; at the end it names the conversation alone. */
    function remember(at: string | undefined): void {
      const timeline = connection.state.value.timelines.get(uri)
      const isLine = timeline && shownRun(timeline).lines.some((line) => line.id === at)
      const plain = hashOf({ kind: 'with', person: uri })
      const hash = isLine && at ? hashOf({ kind: 'with', person: uri, at }) : plain
      if (location.hash.split('?')[0] === plain && location.hash !== hash)
        history.replaceState(null, '', hash)
    }

    async function open(): Promise<void> {
      failed.value = false
      const at = addressed(uri)
      await timelines.open(uri, at).catch(() => {
        failed.value = true
      })
    }

    async function toMessage(id: string, focus: boolean): Promise<void> {
      const timeline = connection.state.value.timelines.get(uri)
      const isHere = timeline && shownRun(timeline).lines.some((line) => line.id === id)
      const found = isHere ? { id } : await timelines.goTo(uri, id)
      if (found) view.goTo(found.id, focus)
    }

    async function toDay(from: number): Promise<void> {
      const found = await timelines.goTo(uri, from)
      if (!found) return
      const day = dayHead(from, now.value, app.reader.value)
      said.value = found.at < from ? texts.value.nothingSince(day) : ''
      view.goTo(found.id, true)
    }

    async function toBeginning(): Promise<void> {
      const timeline = connection.state.value.timelines.get(uri)
      const run = timeline && shownRun(timeline)
      const first = run && !run.hasEarlier ? run.lines[0] : await timelines.goToBeginning(uri)
      if (first) view.goTo(first.id, true)
    }

    function follow(): void {
      said.value = ''
      timelines.goToNewest(uri)
      view.toEnd()
    }

    function toNewest(): void {
      follow()
      document.querySelector<HTMLElement>('[role=log]')?.focus({ preventScroll: true })
    }

    const quietly = (act: Promise<void>): void => {
      act.catch(() => {
        view.failed.value = 'earlier'
      })
    }
    return {
      view,
      failed,
      said,
      open: () => void open(),
      toMessage: (id: string, focus: boolean) => quietly(toMessage(id, focus)),
      toDay: (from: number) => quietly(toDay(from)),
      toBeginning: () => quietly(toBeginning()),
      toNewest,
      follow,
    }
  }, [uri])

  const loaded = connection.state.value.timelines.get(uri)?.loaded ?? false
  const at = route.value.kind === 'with' && route.value.person === uri ? route.value.at : undefined
  useConnected(() => {
    if (!loaded) reading.open()
  }, [uri, loaded])
  const isOpen = useRef(false)
  useEffect(() => {
    // What a conversation opens with has been placed already, unless it was here without that message.
    if (loaded && at) reading.toMessage(at, isOpen.current)
    isOpen.current = true
  }, [at])
  useEffect(() => () => timelines.leave(uri), [uri])
  return { ...reading, at: addressed(uri), failed: reading.failed.value && !loaded, said: reading.said.value }
}

/** The message of that conversation that the address bar names; it goes with the reader, `route` does not. */
function addressed(uri: Uri): string | undefined {
  const place = routeOf(location.hash)
  return place.kind === 'with' && place.person === uri ? place.at : undefined
}
