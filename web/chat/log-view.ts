import { signal } from '@preact/signals'
import type { Run } from '../model.ts'
import {
  type Anchor,
  anchorIn,
  anchorsItself,
  hasSelection,
  leftBelow,
  messageIn,
  putAt,
  roomIn,
} from './anchor.ts'
import { type Edges, edgesOf, nextSpan, type Span, spanAround, spanAtEnd, spanOf } from './span.ts'

/** So near, the reader is at the end and stays there. */
const NEAR_END_PX = 90
/** Where a message that was gone to stands: room for its day above it. */
const LEAD_PX = 96
/** With fewer rows left on this device, the next page is asked for. */
const READY_ROWS = 80
/** A page that could not be read is not asked for by every scroll. */
const RETRY_MS = 3000
const REST_MS = 400

/** What of the conversation is on this device. */
export interface Shown {
  readonly loaded: boolean
  readonly run: Run
  /** Names of the rows, in order: lines, and messages that are on this device only. */
  readonly ids: readonly string[]
  /** Where reading starts; undefined is the end. */
  readonly start: string | undefined
}

type Goal =
  | { readonly kind: 'end' }
  | { readonly kind: 'message'; readonly id: string; readonly focus: boolean }

export interface LogNeeds {
  /** Reads a page into `Shown`. */
  readonly read: (side: 'earlier' | 'later') => Promise<unknown>
  /** The reader rests at a message, or at the end. */
  readonly rests: (at: string | undefined) => void
}

/**
 * Where a log stands, and which stretch of the conversation is on the page. It begins at the first unread line and follows the end while
 * the reader is there; otherwise the line that is read stays where it is, whatever comes before or after it (ux.md 1.2, History).
 *
 * The page has some two hundred rows, whatever the length of the conversation. `span` is called while a component renders, `settle`
 * right after that.
 */
export class LogView {
  /** The reader is not at the end of the conversation. */
  readonly away = signal(false)
  /** The page that could not be read. */
  readonly failed = signal<'earlier' | 'later' | undefined>(undefined)
  /** Changes when another stretch is to be rendered. */
  readonly turn = signal(0)
  readonly #needs: LogNeeds
  #log: HTMLElement | undefined
  #shown: Shown = {
    loaded: false,
    run: { lines: [], hasEarlier: false, hasLater: false },
    ids: [],
    start: undefined,
  }
  #span: Span = { from: 0, to: 0 }
  #edges: Edges | undefined
  #goal: Goal | undefined
  #placed = false
  #following = true
  #last: string | undefined
  #before: Anchor | undefined
  #stable: Anchor | undefined
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #triedAt = 0

  constructor(needs: LogNeeds) {
    this.#needs = needs
  }

  /** Takes the element over. @returns what lets go of it */
  attach(log: HTMLElement): () => void {
    this.#log = log
    const observer = new ResizeObserver(() => this.#resized())
    observer.observe(log)
    for (const child of log.children) observer.observe(child)
    return () => {
      observer.disconnect()
      cancelAnimationFrame(this.#frame)
      clearTimeout(this.#rest)
      this.#log = undefined
    }
  }

  /** The rows to render. Places are measured first, before the page changes. */
  span(shown: Shown): Span {
    const { loaded, ids, start } = shown
    if (!loaded) {
      this.#placed = false
      this.#edges = undefined
    } else if (!this.#placed && !this.#goal) {
      this.#goal = start === undefined ? { kind: 'end' } : { kind: 'message', id: start, focus: false }
    }
    this.#shown = shown
    this.#before = this.#log && this.#placed ? anchorIn(this.#log) : undefined
    const kept = this.#goal ? undefined : spanOf(this.#edges, ids)
    this.#span = kept ? this.#grown(kept, ids) : this.#spanForGoal(ids)
    this.#edges = edgesOf(this.#span, ids)
    return this.#span
  }

  /**
   * Rows that a page brought stand on the page in the same render: the day that stood above the first row goes to the first of them,
   * and at the upper edge nothing else could take its room.
   */
  #grown(span: Span, ids: readonly string[]): Span {
    if (!this.#log || !this.#placed) return span
    const next = nextSpan(span, ids.length, roomIn(this.#log), true)
    return { from: Math.min(span.from, next.from), to: Math.max(span.to, next.to) }
  }

  #spanForGoal(ids: readonly string[]): Span {
    const row = this.#goal?.kind === 'message' ? ids.indexOf(this.#goal.id) : -1
    return row < 0 ? spanAtEnd(ids.length) : spanAround(row, ids.length)
  }

  /** After each render: goes where it was told to go, follows the end, or keeps what is read in its place. */
  settle(): void {
    const log = this.#log
    if (!log || !this.#shown.loaded) return
    const last = this.#shown.ids.at(-1)
    const isNews = last !== this.#last
    this.#last = last
    if (this.#goal) this.#reach(log, this.#goal)
    else if (this.#following && isNews) this.#scrollToEnd(log)
    else if (this.#before) putAt(log, this.#before.id, this.#before.top)
    this.#goal = undefined
    this.#placed = true
    this.#look(log)
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => this.#maintain())
  }

  #reach(log: HTMLElement, goal: Goal): void {
    if (goal.kind === 'end' || !putAt(log, goal.id, LEAD_PX)) this.#scrollToEnd(log)
    else if (goal.focus) messageIn(log, goal.id)?.focus({ preventScroll: true })
    this.#following = this.#isAtEnd(log)
  }

  /** Brings a message into view, and the focus to it where that is wanted. It must be among the rows by the next render. */
  goTo(id: string, focus: boolean): void {
    this.#goal = { kind: 'message', id, focus }
    this.turn.value++
  }

  toEnd(): void {
    this.#goal = { kind: 'end' }
    this.turn.value++
  }

  readonly onScroll = (): void => {
    const log = this.#log
    if (!log || !this.#placed) return
    this.#following = this.#isAtEnd(log)
    this.#look(log)
    this.#maintain()
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      this.#needs.rests(this.#following ? undefined : anchorIn(log)?.id)
    }, REST_MS)
  }

  #resized(): void {
    const log = this.#log
    if (!log || !this.#placed) return
    if (this.#following) this.#scrollToEnd(log)
    else if (this.#stable) putAt(log, this.#stable.id, this.#stable.top)
    this.#look(log)
    this.#maintain()
  }

  #scrollToEnd(log: HTMLElement): void {
    log.scrollTop = log.scrollHeight
  }

  #isAtEnd(log: HTMLElement): boolean {
    const { run, ids } = this.#shown
    return !run.hasLater && this.#span.to === ids.length && leftBelow(log) < NEAR_END_PX
  }

  #look(log: HTMLElement): void {
    const { run, ids } = this.#shown
    // Where the browser anchors by itself, this would only fight a running scroll.
    this.#stable = anchorsItself(log) ? undefined : anchorIn(log)
    this.away.value = run.hasLater || this.#span.to < ids.length || leftBelow(log) > log.clientHeight / 2
  }

  /** Keeps enough on the page around what is in view, and enough on this device around what is on the page. */
  #maintain(): void {
    const log = this.#log
    if (!log || !this.#placed) return
    const { run, ids } = this.#shown
    const next = nextSpan(this.#span, ids.length, roomIn(log), hasSelection(log))
    if (next.from < READY_ROWS && run.hasEarlier) this.#read('earlier')
    if (ids.length - next.to < READY_ROWS && run.hasLater) this.#read('later')
    if (next.from === this.#span.from && next.to === this.#span.to) return
    this.#giveUpFocus(log, next)
    this.#edges = edgesOf(next, ids)
    this.turn.value++
  }

  #read(side: 'earlier' | 'later'): void {
    if (this.failed.value && Date.now() - this.#triedAt < RETRY_MS) return
    this.#needs.read(side).then(
      () => {
        this.failed.value = undefined
      },
      () => {
        this.#triedAt = Date.now()
        this.failed.value = side
      },
    )
  }

  /** After a page could not be read. */
  readonly tryAgain = (): void => {
    this.#triedAt = 0
    this.#maintain()
  }

  /** A message that has the focus and goes off the page gives it to the log, so that the keys go on working there. */
  #giveUpFocus(log: HTMLElement, next: Span): void {
    const focused = document.activeElement?.closest<HTMLElement>('.msg')
    const id = focused && log.contains(focused) ? focused.dataset.id : undefined
    if (id === undefined) return
    const row = this.#shown.ids.indexOf(id)
    if (row < next.from || row >= next.to) log.focus({ preventScroll: true })
  }
}
