import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { dayHead, dayKey, inSentence } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { type Line, personIn, type Uri } from '../model.ts'
import { itemsFor } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import { isConverting } from '../parts/layers.ts'
import { firstUnread } from '../seen.ts'
import { now, useApp } from './app-state.ts'
import { entriesOf, idOf, isItem, ledger, type Row } from './ledger.ts'
import { ItemSlip, LineSlip } from './slip.tsx'
import { TimesTip, useTimesTip } from './times-tip.tsx'
import { useSeen } from './use-seen.ts'

const NEAR_END_PX = 90
const NEAR_START_PX = 400
const NO_LINES: readonly Line[] = []

/** The messages of one conversation. Days, the lit line and the states are in `ledger.ts`; here is what moves. */
export function Log({ uri, failed, again }: { uri: Uri; failed: boolean; again: () => void }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const reader = app.reader.value
  const person = personIn(state, uri)
  const timeline = state.timelines.get(uri)
  const loaded = timeline?.loaded ?? false
  const lines = loaded ? (timeline?.lines ?? NO_LINES) : NO_LINES
  const shown = useMemo(() => new Set(lines.map((line) => line.id)), [lines])
  const all = app.outbox.items.value
  const items = useMemo(() => itemsFor(all, uri, (id) => shown.has(id)), [all, uri, shown])
  const box = useRef<HTMLDivElement>(null)
  const start = useRef<string | undefined>(undefined)
  if (loaded && start.current === undefined) {
    const threads = [...state.threads.values()].filter((thread) => thread.person === uri)
    start.current = firstUnread(lines, threads)?.id ?? ''
  }
  const rows = useMemo(
    () =>
      ledger(entriesOf(lines, items), {
        dayOf: (at) => dayKey(at, reader),
        visits: app.connection.visits.value,
        firstUnread: start.current,
      }),
    [lines, items, reader],
  )
  useEffect(() => {
    for (const id of shown) app.outbox.settle(id)
  }, [shown])
  const scroll = useScroll(box, uri, loaded, lines, items.length, start.current)
  useSeen(box, uri, lines)
  const tip = useTimesTip(box)
  const beginning = loaded && !timeline?.earlier
  return (
    <div class="log-frame">
      <div
        ref={box}
        class="log"
        role="log"
        // What is new is told once by the line below; the log itself would read whole pages of history.
        aria-live="off"
        aria-label={t.messages}
        tabindex={0}
        data-region
        onKeyDown={walk}
        onScroll={scroll.onScroll}
      >
        {failed && (
          <p class="notice">
            <span>{t.messagesFailed}</span>
            <button type="button" class="small" onClick={again}>
              {t.tryAgain}
            </button>
          </p>
        )}
        {beginning && (
          <p class="notice">
            <span>
              {t.startOfThread(person.name)} {lines.length === 0 && t.firstMessageHelp}
            </span>
          </p>
        )}
        <ol>
          {rows.map((row) => (
            <RowView key={keyOf(row)} row={row} name={person.name} />
          ))}
        </ol>
      </div>
      {scroll.below > 0 && (
        <button type="button" class="small to-end" onClick={scroll.toEnd}>
          <Icon name="i-down" small />
          {scroll.below > 1 || lines.at(-1)?.own
            ? t.jumpToNewest
            : t.newMessagesFrom(scroll.below, person.name)}
        </button>
      )}
      <Announcer uri={uri} lines={lines} name={person.name} />
      <TimesTip tip={tip} />
    </div>
  )
}

function keyOf(row: Row): string {
  switch (row.kind) {
    case 'day':
      return `d${row.at}`
    case 'line':
      return idOf(row.line)
    case 'night': {
      const first = row.rows[0]
      return first?.kind === 'line' ? `n${idOf(first.line)}` : 'n'
    }
    case 'new':
      return 'new'
  }
}

function RowView({ row, name }: { row: Row; name: string }) {
  const app = useApp()
  const t = texts.value
  const reader = app.reader.value
  switch (row.kind) {
    case 'day':
      return (
        <li class="day">
          <h2>
            <time datetime={new Date(row.at).toISOString().slice(0, 10)}>
              {dayHead(row.at, now.value, reader)}
            </time>
          </h2>
        </li>
      )
    case 'line':
      return isItem(row.line) ? (
        <ItemSlip item={row.line} first={row.first} name={name} />
      ) : (
        <LineSlip line={row.line} first={row.first} name={name} />
      )
    case 'new':
      return (
        <li class="day new">
          <h2>{t.newMessages}</h2>
        </li>
      )
    case 'night':
      return (
        <li class="night">
          <p>
            <Icon name="i-letterbox" />
            <span>{t.arrivedOffline(row.count)}</span>
          </p>
          <ol aria-label={t.arrivedOffline(row.count)}>
            {row.rows.map((inner) => (
              <RowView key={keyOf(inner)} row={inner} name={name} />
            ))}
          </ol>
          {row.until !== undefined && (
            <p>
              <Icon name="i-lamp" />
              <span>{t.signedInAt(inSentence(row.until, now.value, reader))}</span>
            </p>
          )}
        </li>
      )
  }
}

/** A conversation is walked with the arrow keys; every message is one stop (design README section 9). */
function walk(event: KeyboardEvent): void {
  if (isConverting(event) || event.altKey || event.ctrlKey || event.metaKey) return
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const log = event.currentTarget
  if (!step || !(log instanceof HTMLElement)) return
  const all = [...log.querySelectorAll<HTMLElement>('.msg')]
  const at = all.findIndex((msg) => msg.contains(document.activeElement))
  const next = at < 0 ? (step < 0 ? all.at(-1) : undefined) : all[at + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** Where the log stands: at the first unread line when it opens, then at its end while the reader is there; older pages come without a jump. */
function useScroll(
  box: RefObject<HTMLDivElement>,
  uri: Uri,
  loaded: boolean,
  lines: readonly Line[],
  items: number,
  start: string | undefined,
) {
  const app = useApp()
  const below = useSignal(0)
  const atEnd = useRef(true)
  const placed = useRef(false)
  const before = useRef({ first: '', last: '', height: 0, count: 0, items: 0 })
  const loading = useRef(false)
  const toEnd = (): void => {
    const log = box.current
    if (log) log.scrollTop = log.scrollHeight
  }
  useLayoutEffect(() => {
    const log = box.current
    if (!log || !loaded) return
    const was = before.current
    const first = lines[0]?.id ?? ''
    const last = lines.at(-1)?.id ?? ''
    if (!placed.current) {
      placed.current = true
      const unread = start ? log.querySelector<HTMLElement>(`[data-id="${CSS.escape(start)}"]`) : null
      if (unread) log.scrollTop += unread.getBoundingClientRect().top - log.getBoundingClientRect().top - 96
      else toEnd()
      atEnd.current = isAtEnd(log)
    } else if (first !== was.first && last === was.last && was.count > 0) {
      // An older page went in front: what was on screen stays where it was.
      log.scrollTop += log.scrollHeight - was.height
    } else if (items > was.items || atEnd.current) toEnd()
    else if (last !== was.last) below.value += Math.max(1, lines.length - was.count)
    before.current = { first, last, height: log.scrollHeight, count: lines.length, items }
  }, [loaded, lines, items])
  useEffect(() => {
    const log = box.current
    if (!log) return
    const observer = new ResizeObserver(() => atEnd.current && toEnd())
    observer.observe(log)
    return () => observer.disconnect()
  }, [])
  const onScroll = (): void => {
    const log = box.current
    if (!log || !placed.current) return
    atEnd.current = isAtEnd(log)
    if (atEnd.current) below.value = 0
    if (log.scrollTop > NEAR_START_PX || loading.current) return
    loading.current = true
    app.desk
      .earlier(uri)
      .catch(() => false)
      .finally(() => {
        loading.current = false
      })
  }
  return { onScroll, toEnd, below: below.value }
}

function isAtEnd(log: HTMLElement): boolean {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX
}

/** Tells a screen reader of new messages once; a burst is one sentence (ux.md 1.4). */
function Announcer({ uri, lines, name }: { uri: Uri; lines: readonly Line[]; name: string }) {
  const said = useSignal('')
  const seen = useRef<{ uri: Uri; count: number } | undefined>(undefined)
  useEffect(() => {
    const incoming = lines.filter((line) => !line.own)
    const was = seen.current
    if (!was || was.uri !== uri || was.count === 0) {
      seen.current = { uri, count: incoming.length }
      return
    }
    const timer = setTimeout(() => {
      const news = incoming.length - was.count
      const last = incoming.at(-1)
      seen.current = { uri, count: incoming.length }
      if (news === 1 && last) said.value = `${name}: ${last.text}`
      else if (news > 1 && news < 30) said.value = texts.value.newMessagesFrom(news, name)
    }, 700)
    return () => clearTimeout(timer)
  }, [lines, uri])
  return (
    <p class="off" aria-live="polite" data-people>
      {said.value}
    </p>
  )
}
