import { useRef } from 'preact/hooks'
import { isConverting } from '../parts/layers.ts'

/**
 * Knows whether a key belongs to the conversion of Japanese text (ux.md 1.2): while converting, key code 229, and the key that ends the
 * conversion. Some systems end the conversion before they report that last Enter, so it belongs to it until the key is up again.
 */
export function useConversion() {
  const converting = useRef(false)
  const ending = useRef(false)
  return {
    owns: (event: KeyboardEvent): boolean => converting.current || ending.current || isConverting(event),
    onStart: (): void => {
      converting.current = true
    },
    onEnd: (): void => {
      converting.current = false
      ending.current = true
      // Where no key ended it (a press on a candidate), the next key is the person's again.
      setTimeout(() => {
        ending.current = false
      }, 60)
    },
    onKeyUp: (): void => {
      ending.current = false
    },
  }
}
