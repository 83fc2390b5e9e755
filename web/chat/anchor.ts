import type { Room } from './span.ts'

// Places of messages in the log, measured. The browser's own scroll anchoring does most of the work and does not disturb a running
// scroll; what it leaves (the very top, browsers without it) is made up for here.

/** The message that is read: the first in view, with its distance from the upper edge of the log in px. */
export interface Anchor {
  readonly id: string
  readonly top: number
}

/** Beyond a rounding error. */
const MOVED_PX = 0.5

export function anchorIn(log: HTMLElement): Anchor | undefined {
  const list = log.querySelector('ol')
  if (!list) return undefined
  const frame = log.getBoundingClientRect().top
  const rows = list.children
  // Rows stand in order: the first one that ends below the upper edge.
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > frame + 1) high = middle
    else low = middle + 1
  }
  for (; low < rows.length; low++) {
    const row = rows[low]
    if (row instanceof HTMLElement && row.dataset.id) {
      return { id: row.dataset.id, top: row.getBoundingClientRect().top - frame }
    }
  }
  return undefined
}

export function messageIn(log: HTMLElement, id: string): HTMLElement | undefined {
  return log.querySelector<HTMLElement>(`.msg[data-id="${CSS.escape(id)}"]`) ?? undefined
}

/** Scrolls so that a message is `top` px below the upper edge, as far as there is something below it. @returns false when it is not there */
export function putAt(log: HTMLElement, id: string, top: number): boolean {
  const message = messageIn(log, id)
  if (!message) return false
  const moved = message.getBoundingClientRect().top - log.getBoundingClientRect().top - top
  if (Math.abs(moved) > MOVED_PX) log.scrollTop += moved
  return true
}

export function leftBelow(log: HTMLElement): number {
  return log.scrollHeight - log.scrollTop - log.clientHeight
}

/** How much is on the page above and below what is in view. */
export function roomIn(log: HTMLElement): Room {
  return { above: log.scrollTop, below: leftBelow(log), view: log.clientHeight }
}

/** The browser keeps what is read in its place when something above it changes. */
export function anchorsItself(log: HTMLElement): boolean {
  return getComputedStyle(log).overflowAnchor === 'auto'
}

/** A selection that begins or ends in the log: its rows stay. */
export function hasSelection(log: HTMLElement): boolean {
  const selection = getSelection()
  if (!selection || selection.isCollapsed) return false
  return log.contains(selection.anchorNode) || log.contains(selection.focusNode)
}
