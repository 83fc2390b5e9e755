import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Line, Uri } from '../model.ts'
import { readUpTo, unreadLines } from '../seen.ts'
import { useApp } from './app-state.ts'

/** A glance that is only passing is not reading. */
const LOOK_MS = 350

/**
 * Marks as read what was seen: its end was on screen while the page was visible and had the focus (ux.md 1.2). Opening a conversation
 * alone reads nothing.
 */
export function useSeen(box: RefObject<HTMLElement>, uri: Uri, lines: readonly Line[]): void {
  const app = useApp()
  const seen = useRef(new Set<string>())
  const told = useRef(new Map<string, string>())
  const state = app.connection.state.value
  useEffect(() => {
    const log = box.current
    if (!log) return
    const threads = [...state.threads.values()].filter((thread) => thread.person === uri && thread.unread > 0)
    const look = (): void => {
      if (document.visibilityState !== 'visible' || !document.hasFocus() || app.heldUnread.has(uri)) return
      const frame = log.getBoundingClientRect()
      for (const thread of threads) {
        for (const line of unreadLines(lines, thread)) {
          const end = log.querySelector(`[data-id="${CSS.escape(line.id)}"]`)?.getBoundingClientRect().bottom
          if (end !== undefined && end > frame.top && end <= frame.bottom + 4) seen.current.add(line.id)
        }
        const upTo = readUpTo(lines, thread, (id) => seen.current.has(id))
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
  }, [lines, state.threads, uri])
}
