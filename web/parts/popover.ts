import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { useLayer, usePressOutside } from './layers.ts'

/** A panel that belongs to a button: it closes with the button, with Esc, and with a press somewhere else. */
export interface Popover {
  readonly isOpen: Signal<boolean>
  readonly button: RefObject<HTMLButtonElement>
  readonly panel: RefObject<HTMLDivElement>
  readonly close: () => void
}

/** The caller renders button and panel, and gives each its reference. */
export function usePopover(): Popover {
  const isOpen = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const close = useMemo(
    () => () => {
      isOpen.value = false
    },
    [isOpen],
  )
  const refs = useMemo(() => [button, panel], [])
  useLayer(isOpen.value, close)
  usePressOutside(refs, isOpen.value, close)
  return { isOpen, button, panel, close }
}
