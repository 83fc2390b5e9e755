import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import { Icon } from './icon.tsx'
import { useFocusTrap, useLayer } from './layers.ts'

/** A modal dialog over the page: focus goes in, stays in, and goes back. Esc and the veil close it. */
export function Dialog(props: {
  title: string
  close: () => void
  children: ComponentChildren
  footer?: ComponentChildren
  role?: 'dialog' | 'alertdialog'
}) {
  const title = useId()
  const box = useRef<HTMLDivElement>(null)
  useLayer(true, props.close)
  useFocusTrap(box, true)
  useEffect(() => {
    const first = box.current?.querySelector<HTMLElement>(
      '[data-first], .scroll input, .scroll select, button',
    )
    first?.focus()
  }, [])
  return (
    <div class="veil" onPointerDown={(event) => event.target === event.currentTarget && props.close()}>
      <div
        ref={box}
        class="dialog"
        {...{ role: props.role ?? ('dialog' as const), 'aria-modal': true, 'aria-labelledby': title }}
      >
        <header>
          <h2 id={title}>{props.title}</h2>
          <button type="button" class="bare icon" aria-label={texts.value.close} onClick={props.close}>
            <Icon name="i-close" />
          </button>
        </header>
        <div class="scroll pad">{props.children}</div>
        {props.footer && <footer class="actions">{props.footer}</footer>}
      </div>
    </div>
  )
}
