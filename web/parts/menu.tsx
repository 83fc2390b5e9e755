import { useSignal } from '@preact/signals'
import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-shapes.tsx'
import { isConverting, useLayer, usePressOutside } from './layers.ts'

export interface MenuItem {
  readonly key: string
  readonly label: string
  /** A second line; it belongs to the description, not to the name. */
  readonly help?: string | undefined
  readonly icon?: IconName | undefined
  /** Given: the item is a switch of its own, or one of a choice. */
  readonly checked?: boolean | undefined
  readonly stop?: boolean | undefined
  /** A line above: what follows is of another kind. */
  readonly apart?: boolean | undefined
  /** The menu stays open, with other items perhaps. */
  readonly stays?: boolean | undefined
  readonly act: () => void
}

/** A button that opens a menu and closes it again. */
export function MenuButton(props: {
  class: string
  /** Where the button shows no words. */
  label?: string
  children: ComponentChildren
  menu: (anchor: HTMLElement, close: () => void) => ComponentChildren
}) {
  const anchor = useSignal<HTMLElement | undefined>(undefined)
  const close = (): void => {
    anchor.value = undefined
  }
  return (
    <>
      <button
        type="button"
        class={props.class}
        aria-label={props.label}
        aria-haspopup="menu"
        aria-expanded={anchor.value !== undefined}
        onClick={(event) => (anchor.value = anchor.value ? undefined : event.currentTarget)}
      >
        {props.children}
      </button>
      {anchor.value && props.menu(anchor.value, close)}
    </>
  )
}

/** A menu over the page: arrows walk, letters find, Esc and a press outside close; the focus goes back to where it was. */
export function Menu(props: {
  label: string
  anchor: HTMLElement
  items: readonly MenuItem[]
  close: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const anchor = useMemo(() => ({ current: props.anchor }), [props.anchor])
  const refs = useMemo(() => [box, anchor], [anchor])
  useLayer(true, props.close)
  usePressOutside(refs, true, props.close)
  usePlace(box, props.anchor, props.items)
  const first = props.items[0]?.key
  useEffect(() => {
    buttons(box.current)[0]?.focus()
  }, [first])
  const onKey = (event: KeyboardEvent): void => {
    if (isConverting(event)) return
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      props.close()
      return
    }
    const all = buttons(box.current)
    const next = nextItem(all, event)
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  return (
    <div
      ref={box}
      class="pop menu"
      role="menu"
      aria-label={props.label}
      tabindex={-1}
      onKeyDown={onKey}
      onClick={(event) => event.stopPropagation()}
    >
      {props.items.map((item) => (
        <Item key={item.key} item={item} close={props.close} />
      ))}
    </div>
  )
}

function Item({ item, close }: { item: MenuItem; close: () => void }) {
  const id = `menu-${item.key.replace(/[^\w-]/g, '-')}`
  return (
    <>
      {item.apart && <hr />}
      <button
        type="button"
        class={item.stop ? 'choice stop' : 'choice'}
        {...(item.checked === undefined
          ? { role: 'menuitem' as const }
          : { role: 'menuitemcheckbox' as const, 'aria-checked': item.checked })}
        aria-labelledby={id}
        aria-describedby={item.help && `${id}-help`}
        tabindex={-1}
        onClick={() => {
          if (!item.stays) close()
          item.act()
        }}
      >
        {item.icon ? <Icon name={item.icon} /> : <span />}
        <span>
          <span id={id}>{item.label}</span>
          {item.help && <small id={`${id}-help`}>{item.help}</small>}
        </span>
        <Icon name="s-delivered" className="i s tick" />
      </button>
    </>
  )
}

function buttons(box: HTMLElement | null): readonly HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]
}

function nextItem(all: readonly HTMLElement[], event: KeyboardEvent): HTMLElement | undefined {
  const focused = document.activeElement
  const at = focused instanceof HTMLElement ? all.indexOf(focused) : -1
  switch (event.key) {
    case 'ArrowDown':
      return all[(at + 1) % all.length]
    case 'ArrowUp':
      return all[(at - 1 + all.length) % all.length]
    case 'Home':
      return all[0]
    case 'End':
      return all.at(-1)
    default: {
      if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey)
        return undefined
      const letter = event.key.toLowerCase()
      const begins = (item: HTMLElement): boolean =>
        item.textContent?.trim().toLowerCase().startsWith(letter) === true
      return all.slice(at + 1).find(begins) ?? all.find(begins)
    }
  }
}

const MARGIN = 8

/** Under what was pressed where there is room, else above it; never outside the window, whose size may change. */
function usePlace(box: RefObject<HTMLElement>, anchor: HTMLElement, items: readonly MenuItem[]): void {
  useLayoutEffect(() => {
    const place = (): void => {
      const menu = box.current
      if (!menu) return
      const by = anchor.getBoundingClientRect()
      const { width, height } = menu.getBoundingClientRect()
      const left = Math.min(by.left, innerWidth - width - MARGIN)
      const under = by.bottom + 4
      const top = under + height + MARGIN <= innerHeight ? under : by.top - height - 4
      menu.style.left = `${Math.max(MARGIN, left)}px`
      menu.style.top = `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`
    }
    place()
    addEventListener('resize', place)
    return () => removeEventListener('resize', place)
  }, [box, anchor, items.length])
}
