import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useApp } from '../app-state.ts'
import type { Row } from './tree.ts'

/**
 * People are dragged from group to group; with Ctrl or Option they are in both. The menu of a row does the same without dragging
 * (WCAG 2.5.7).
 */
export function useDragging(rows: readonly Row[]): {
  readonly target: Signal<string | undefined>
  readonly handlers: Readonly<Record<string, (event: DragEvent) => void>>
} {
  const app = useApp()
  const dragged = useRef<Row | undefined>(undefined)
  const target = useSignal<string | undefined>(undefined)
  const rowAt = (event: DragEvent): Row | undefined => {
    const key =
      event.target instanceof Element
        ? event.target.closest<HTMLElement>('[data-key]')?.dataset.key
        : undefined
    return rows.find((row) => row.key === key)
  }
  const end = (): void => {
    dragged.current = undefined
    target.value = undefined
  }
  return {
    target,
    handlers: {
      onDragStart(event) {
        const row = rowAt(event)
        if (!row?.person || !event.dataTransfer) return
        dragged.current = row
        event.dataTransfer.effectAllowed = 'copyMove'
        event.dataTransfer.setData('text/plain', row.person.name)
      },
      onDragOver(event) {
        const over = rowAt(event)?.branch.group.id
        if (!dragged.current || over === undefined || over === dragged.current.branch.group.id) {
          target.value = undefined
          return
        }
        event.preventDefault()
        target.value = over
      },
      onDrop(event) {
        const row = dragged.current
        const group = rowAt(event)?.branch.group
        end()
        if (!row?.person || !group || group.id === row.branch.group.id) return
        event.preventDefault()
        const { uri } = row.person
        const both = event.ctrlKey || event.altKey
        void (both ? app.contacts.add(uri, group) : app.contacts.move(uri, row.branch.group.id, group))
      },
      onDragEnd: end,
    },
  }
}
