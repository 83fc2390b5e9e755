import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/** Open layers, the topmost last. Esc closes one at a time and gives the focus back (design README section 9). */
const open: { close: () => void }[] = []

/** True while Japanese text is being converted: then no key is ours (ux.md 1.2). */
export function isConverting(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

/** Closes the topmost layer. @returns false when none is open */
export function closeTopmost(): boolean {
  const top = open.at(-1)
  top?.close()
  return top !== undefined
}

export function isLayerOpen(): boolean {
  return open.length > 0
}

/** What had the focus before each layer that led to this one, the newest last: a layer may open the next and be gone when that one closes. */
let openers: readonly HTMLElement[] = []
const MOST_OPENERS = 10

/** Registers a layer as soon as it is there (an Esc right behind the key that opened it counts); the focus goes back to where it was. */
export function useLayer(isOpen: boolean, close: () => void): void {
  const latest = useRef(close)
  latest.current = close
  useLayoutEffect(() => {
    if (!isOpen) return
    const before = document.activeElement
    const led = before instanceof HTMLElement ? [...openers, before].slice(-MOST_OPENERS) : openers
    openers = led
    const layer = { close: () => latest.current() }
    open.push(layer)
    return () => {
      open.splice(open.indexOf(layer), 1)
      const back = led.findLast((opener) => opener.isConnected && opener !== document.body)
      openers = led.slice(0, -1)
      back?.focus()
    }
  }, [isOpen])
}

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]'

/** Keeps Tab inside a modal layer. */
export function useFocusTrap(ref: RefObject<HTMLElement>, isOpen: boolean): void {
  useEffect(() => {
    const element = ref.current
    if (!isOpen || !element) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Tab') return
      const all = [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((e) => e.offsetParent !== null)
      const first = all[0]
      const last = all.at(-1)
      const goesOut = event.shiftKey ? document.activeElement === first : document.activeElement === last
      if (!goesOut) return
      event.preventDefault()
      ;(event.shiftKey ? last : first)?.focus()
    }
    element.addEventListener('keydown', onKey)
    return () => element.removeEventListener('keydown', onKey)
  }, [isOpen, ref])
}

/** Closes a layer that is no dialog when the person presses somewhere else. */
export function usePressOutside(
  refs: readonly RefObject<HTMLElement>[],
  isOpen: boolean,
  close: () => void,
): void {
  useEffect(() => {
    if (!isOpen) return
    const onPress = (event: PointerEvent): void => {
      const target = event.target
      if (target instanceof Node && !refs.some((ref) => ref.current?.contains(target))) close()
    }
    document.addEventListener('pointerdown', onPress)
    return () => document.removeEventListener('pointerdown', onPress)
  }, [isOpen, refs, close])
}
