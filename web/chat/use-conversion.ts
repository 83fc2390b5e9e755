import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { isConverting } from '../parts/layers.ts'

/** How long after a conversion a key may still belong to it where no key up tells its end. */
const ENDING_MS = 60

/**
 * Knows whether a key belongs to the conversion of Japanese text (ux.md 1.2): while converting, key code 229, and the key that ends the
 * conversion. Some systems end the conversion before they report that last Enter, so it belongs to it until the key is up again.
 */
export function useConversion(field: RefObject<HTMLElement>): (event: KeyboardEvent) => boolean {
  const state = useRef<'none' | 'converting' | 'ending'>('none')
  useEffect(() => {
    const element = field.current
    if (!element) return
    const quit = new AbortController()
    // Listeners of our own: elements have no property for these events, and Preact knows events by their properties.
    const on = (name: string, next: typeof state.current): void =>
      element.addEventListener(
        name,
        () => {
          state.current = next
        },
        { signal: quit.signal },
      )
    on('compositionstart', 'converting')
    on('compositionend', 'ending')
    element.addEventListener(
      'compositionend',
      () =>
        // Where no key ended it (a press on a candidate), the next key is the person's again.
        setTimeout(() => {
          if (state.current === 'ending') state.current = 'none'
        }, ENDING_MS),
      { signal: quit.signal },
    )
    element.addEventListener(
      'keyup',
      () => {
        if (state.current === 'ending') state.current = 'none'
      },
      { signal: quit.signal },
    )
    return () => quit.abort()
  }, [field])
  return (event) => state.current !== 'none' || isConverting(event)
}
