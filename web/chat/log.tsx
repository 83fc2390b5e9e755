import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { dayKey } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { type Line, personIn, type Run, shownRun, type Uri } from '../model.ts'
import { type Item, itemsFor } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import { firstUnread } from '../seen.ts'
import { Announcer } from './announcer.tsx'
import { useApp } from './app-state.ts'
import { entriesOf, idOf, isItem, ledger, type Row } from './ledger.ts'
import type { LogView } from './log-view.ts'
import { DayRow, NewRow, NightEnds, NightFalls } from './rows.tsx'
import { ItemSlip, LineSlip } from './slip.tsx'
import { TimesTip, useTimesTip } from './times-tip.tsx'
import { useSeen } from './use-seen.ts'
import { walk } from './walk.ts'

const NO_RUN: Run = { lines: [], hasEarlier: false, hasLater: false }
const NO_LINES: readonly Line[] = []
const NO_ITEMS: readonly Item[] = []

export interface LogProps {
  readonly uri: Uri
  readonly view: LogView
  /** The message to begin with; undefined: the first unread one, else the end. */
  readonly at: string | undefined
  readonly failed: boolean
  readonly again: () => void
  readonly toBeginning: () => void
  readonly toNewest: () => void
  readonly follow: () => void
}

/** The messages of one conversation. Days, the lit line and the states are in `ledger.ts`, what moves is in `log-view.ts`. */
export function Log({ uri, view, at, failed, again, toBeginning, toNewest, follow }: LogProps) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const person = personIn(state, uri)
  const timeline = state.timelines.get(uri)
  const loaded = timeline?.loaded ?? false
  const run = timeline && loaded ? shownRun(timeline) : NO_RUN
  const { lines } = run
  const newest = timeline && loaded ? timeline.lines : NO_LINES
  const items = useItems(uri, newest, follow)
  const start = useStart(uri, lines, loaded)
  const rows = useRows(run, timeline?.past ? NO_ITEMS : items, start)
  const ids = useMemo(() => rows.map((row) => idOf(row.entry)), [rows])
  const box = useRef<HTMLDivElement>(null)
  view.turn.value
  const span = view.span({ loaded, run, ids, start: (ids.includes(at ?? '') ? at : start) || undefined })
  useLayoutEffect(() => (box.current ? view.attach(box.current) : undefined), [view])
  useLayoutEffect(() => view.settle())
  useSeen(box, uri, run)
  const tip = useTimesTip(box)
  const touched = useTouched()
  const { links } = state.policies
  const unread = [...state.threads.values()].reduce((n, one) => n + (one.person === uri ? one.unread : 0), 0)
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
        onKeyDown={(event) => walk(event, { toBeginning, toNewest })}
        onScroll={view.onScroll}
        onPointerOver={touched.on}
        onFocusIn={touched.on}
      >
        {!loaded && !failed && (
          <p class="notice late" role="status">
            <span>{t.loading}</span>
          </p>
        )}
        {(failed || view.failed.value === 'earlier') && <Failed again={failed ? again : view.tryAgain} />}
        {loaded && !run.hasEarlier && (
          <p class="notice">
            <span>
              {t.startOfThread(person.name)}
              {lines.length === 0 && t.space + t.firstMessageHelp}
            </span>
          </p>
        )}
        <ol>
          {rows.slice(span.from, span.to).map((row) => {
            const id = idOf(row.entry)
            const { night } = row
            return (
              <Fragment key={id}>
                {row.day && <DayRow at={row.entry.at} night={night !== undefined && !night.begins} />}
                {row.isNew && <NewRow />}
                {night?.begins && <NightFalls count={night.count} />}
                {isItem(row.entry) ? (
                  <ItemSlip item={row.entry} first={row.first} name={person.name} links={links} />
                ) : (
                  <LineSlip
                    line={row.entry}
                    first={row.first}
                    name={person.name}
                    links={links}
                    night={night !== undefined}
                    touched={touched.id === id}
                  />
                )}
                {night?.ends && night.until !== undefined && <NightEnds until={night.until} />}
              </Fragment>
            )
          })}
        </ol>
        {view.failed.value === 'later' && <Failed again={view.tryAgain} />}
      </div>
      {view.away.value && (
        <button type="button" class="small to-end" onClick={toNewest}>
          <Icon name="i-down" small />
          {unread > 0 ? t.newMessagesFrom(unread, person.name) : t.jumpToNewest}
        </button>
      )}
      {loaded && <Announcer lines={newest} name={person.name} />}
      <TimesTip tip={tip} />
    </div>
  )
}

function Failed({ again }: { again: () => void }) {
  const t = texts.value
  return (
    <p class="notice">
      <span>{t.messagesFailed}</span>
      <button type="button" class="small" onClick={again}>
        {t.tryAgain}
      </button>
    </p>
  )
}

/** Messages that are on this device only; they stand at the end of the conversation, and whoever writes one is there. */
function useItems(uri: Uri, newest: readonly Line[], follow: () => void): readonly Item[] {
  const app = useApp()
  const all = app.outbox.items.value
  const shown = useMemo(() => new Set(newest.map((line) => line.id)), [newest])
  useEffect(() => {
    for (const id of shown) app.outbox.settle(id)
  }, [shown])
  const items = useMemo(() => itemsFor(all, uri, (id) => shown.has(id)), [all, uri, shown])
  const last = items.at(-1)
  const was = useRef(last?.at ?? 0)
  useLayoutEffect(() => {
    if (last && last.at > was.current) follow()
    was.current = Math.max(was.current, last?.at ?? 0)
  }, [last?.key])
  return items
}

/** The first unread line as it was when the conversation was read; it stays marked while one reads. */
function useStart(uri: Uri, lines: readonly Line[], loaded: boolean): string | undefined {
  const app = useApp()
  const start = useRef<string | undefined>(undefined)
  if (loaded && start.current === undefined) {
    const threads = [...app.connection.state.value.threads.values()].filter((one) => one.person === uri)
    start.current = firstUnread(lines, threads)?.id ?? ''
  }
  return start.current
}

function useRows(run: Run, items: readonly Item[], firstUnreadId: string | undefined): readonly Row[] {
  const app = useApp()
  const reader = app.reader.value
  return useMemo(
    () =>
      ledger(entriesOf(run.lines, items), {
        dayOf: (at) => dayKey(at, reader),
        visits: app.connection.visits.value,
        firstUnread: firstUnreadId,
        hasEarlier: run.hasEarlier,
        hasLater: run.hasLater,
      }),
    [run.lines, run.hasEarlier, run.hasLater, items, reader],
  )
}

/** The message under the pointer or the focus: only that one has its tools on the page. */
function useTouched(): { readonly id: string | undefined; readonly on: (event: Event) => void } {
  const id = useSignal<string | undefined>(undefined)
  const on = (event: Event): void => {
    const message = event.target instanceof Element ? event.target.closest<HTMLElement>('.msg') : null
    if (message?.dataset.id !== undefined) id.value = message.dataset.id
  }
  return { id: id.value, on }
}
