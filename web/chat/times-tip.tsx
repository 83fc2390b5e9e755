import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

export interface Tip {
  readonly text: string
  readonly at: DOMRect
}

/** One tip for all messages: it describes the state that has the pointer or the focus, or was pressed. */
export function useTimesTip(box: RefObject<HTMLElement>): Signal<Tip | undefined> {
  const tip = useSignal<Tip | undefined>(undefined)
  useEffect(() => {
    const log = box.current
    if (!log) return
    const show = (event: Event): void => {
      // A finger is no pointer that rests somewhere: what it presses counts, by the click.
      if (event instanceof PointerEvent && event.type === 'pointerover' && event.pointerType !== 'mouse')
        return
      const target =
        event.target instanceof Element ? event.target.closest<HTMLElement>('[data-times]') : null
      for (const old of log.querySelectorAll('[aria-describedby="times"]'))
        old.removeAttribute('aria-describedby')
      if (!target) {
        tip.value = undefined
        return
      }
      target.setAttribute('aria-describedby', 'times')
      tip.value = { text: target.dataset.times ?? '', at: target.getBoundingClientRect() }
    }
    const hide = (event: Event): void => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return
      tip.value = undefined
    }
    // A log that makes room for something scrolls by itself: the tip goes along, as far as there is something to describe.
    const follow = (): void => {
      if (!tip.value) return
      const at = log.querySelector('[aria-describedby="times"]')?.getBoundingClientRect()
      const { top, bottom } = log.getBoundingClientRect()
      tip.value = at && at.top >= top && at.bottom <= bottom ? { ...tip.value, at } : undefined
    }
    const quit = new AbortController()
    const options = { signal: quit.signal }
    for (const name of ['pointerover', 'focusin', 'click']) log.addEventListener(name, show, options)
    for (const name of ['keydown', 'mouseleave', 'focusout']) log.addEventListener(name, hide, options)
    log.addEventListener('scroll', follow, options)
    return () => quit.abort()
  }, [box])
  return tip
}

export function TimesTip({ tip }: { tip: Signal<Tip | undefined> }) {
  const box = useRef<HTMLDivElement>(null)
  const shown = tip.value
  useLayoutEffect(() => {
    const element = box.current
    if (!element || !shown) return
    const left = Math.max(8, Math.min(shown.at.left, innerWidth - element.offsetWidth - 8))
    element.style.left = `${left}px`
    element.style.top = `${shown.at.top - element.offsetHeight - 6}px`
  }, [shown])
  return (
    <div ref={box} class="times" id="times" role="tooltip" hidden={!shown}>
      {shown?.text}
    </div>
  )
}
