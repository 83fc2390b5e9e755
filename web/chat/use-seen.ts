import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Run, Uri } from '../model.ts'
import { readUpTo } from '../seen.ts'
import { useApp } from './app-state.ts'

/** A glance that is only passing is not reading. */
const LOOK_MS = 350
/** An end may lie under the lower edge by a rounding error. */
const EDGE_PX = 4

/**
 * Marks as read what was seen: its end was on screen while the page was visible and had the focus (ux.md 1.2). Opening a conversation
 * alone reads nothing, and neither does having it on the page out of sight.
 */
export function useSeen(box: RefObject<HTMLElement>, uri: Uri, run: Run): void {
  const app = useApp()
  const seen = useRef(new Set<string>())
  const told = useRef(new Map<string, string>())
  const state = app.connection.state.value
  useEffect(() => {
    const log = box.current
    const threads = [...state.threads.values()].filter((thread) => thread.person === uri && thread.unread > 0)
    if (threads.length === 0) seen.current.clear()
    if (!log || threads.length === 0) return
    const look = (): void => {
      if (document.visibilityState !== 'visible' || !document.hasFocus() || app.heldUnread.has(uri)) return
      for (const id of inView(log)) seen.current.add(id)
      for (const thread of threads) {
        const upTo = readUpTo(run, thread, (id) => seen.current.has(id))
        if (!upTo || told.current.get(thread.id) === upTo) continue
        told.current.set(thread.id, upTo)
        app.desk.markAsRead(thread, upTo).catch(() => told.current.delete(thread.id))
      }
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = (): void => {
      clearTimeout(timer)
      timer = setTimeout(look, LOOK_MS)
    }
    soon()
    const quit = new AbortController()
    log.addEventListener('scroll', soon, { passive: true, signal: quit.signal })
    for (const event of ['focus', 'resize', 'pointerdown', 'keydown']) {
      addEventListener(event, soon, { passive: true, signal: quit.signal })
    }
    document.addEventListener('visibilitychange', soon, { signal: quit.signal })
    return () => {
      clearTimeout(timer)
      quit.abort()
    }
  }, [run.lines, state.threads, uri])
}

/** Incoming messages whose end is in view. */
function inView(log: HTMLElement): readonly string[] {
  const frame = log.getBoundingClientRect()
  return [...log.querySelectorAll<HTMLElement>('.msg:not(.own)')].flatMap((message) => {
    const end = message.getBoundingClientRect().bottom
    return message.dataset.id && end > frame.top && end <= frame.bottom + EDGE_PX ? [message.dataset.id] : []
  })
}
