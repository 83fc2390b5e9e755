import { isConverting } from '../parts/layers.ts'

/** What Home and End do: the beginning and the end of the whole conversation. */
export interface Ends {
  readonly toBeginning: () => void
  readonly toNewest: () => void
}

/**
 * A conversation is walked with the arrow keys; every message is one stop (design README section 9). PageUp and PageDown are the
 * browser's own.
 */
export function walk(event: KeyboardEvent, ends: Ends): void {
  if (isConverting(event) || event.altKey || event.metaKey || event.shiftKey) return
  const log = event.currentTarget
  if (!(log instanceof HTMLElement)) return
  if (event.key === 'Home') ends.toBeginning()
  else if (event.key === 'End') ends.toNewest()
  else {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || event.ctrlKey || !stepTo(log, step)) return
  }
  event.preventDefault()
}

function stepTo(log: HTMLElement, step: number): boolean {
  const all = [...log.querySelectorAll<HTMLElement>('.msg')]
  const at = all.findIndex((msg) => msg.contains(document.activeElement))
  const current = all[at]
  const next =
    current && isInView(current, log)
      ? all[at + step]
      : step < 0
        ? lastInView(all, log)
        : firstInView(all, log)
  next?.focus()
  return next !== undefined
}

function isInView(msg: HTMLElement, log: HTMLElement): boolean {
  const box = msg.getBoundingClientRect()
  const frame = log.getBoundingClientRect()
  return box.bottom > frame.top && box.top < frame.bottom
}

function firstInView(all: readonly HTMLElement[], log: HTMLElement): HTMLElement | undefined {
  return all.find((msg) => isInView(msg, log))
}

function lastInView(all: readonly HTMLElement[], log: HTMLElement): HTMLElement | undefined {
  return all.findLast((msg) => isInView(msg, log))
}
