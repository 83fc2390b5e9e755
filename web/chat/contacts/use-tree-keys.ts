import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { isConverting } from '../../parts/layers.ts'
import { type App, go, useApp } from '../app-state.ts'
import { groupName } from './contact-desk.ts'
import { write } from './contact-menu.tsx'
import { groupKey, type Row, typeAhead } from './tree.ts'

/** Letters typed within this time are one word. */
const WORD_MS = 1500
const NOTHING_TYPED = { text: '', at: Number.NEGATIVE_INFINITY }

interface Tree {
  readonly box: RefObject<HTMLElement>
  readonly rows: readonly Row[]
  readonly closed: ReadonlySet<string>
  readonly setOpen: (group: string, open: boolean) => void
  readonly openMenu: (row: Row, anchor: HTMLElement) => void
}

/**
 * The keys of a tree (WAI-ARIA Authoring Practices, Tree View): arrows, Home, End, letters, `*`; Enter opens the conversation or the group,
 * the menu key and Shift+F10 the actions, F2 renames a group, Delete takes somebody off the list (with Undo). One row is the stop of the
 * Tab key.
 */
export function useTreeKeys(tree: Tree) {
  const app = useApp()
  const active = useSignal<string | undefined>(undefined)
  const typed = useRef(NOTHING_TYPED)
  const { rows } = tree
  // Whoever was in focus may be gone from the list by another device.
  const known = rows.find((row) => row.key === active.value) ?? rows[0]

  const focus = (row: Row | undefined): void => {
    if (!row) return
    active.value = row.key
    focusRow(tree.box.current, row.key)
  }
  const inside = useFocusKept(rows, active, focus)
  const typeLetter = (letter: string, from: number, now: number): void => {
    const text = now - typed.current.at < WORD_MS ? typed.current.text + letter : letter
    typed.current = { text, at: now }
    const index = typeAhead(rows, from, text, groupName)
    if (index !== undefined) focus(rows[index])
  }

  const onKey = (event: KeyboardEvent): void => {
    const row = rowOf(rows, event.target)
    if (!row || isConverting(event) || event.altKey || event.ctrlKey || event.metaKey) return
    // The button of a row keeps Enter and Space for itself.
    const onButton = event.target instanceof Element && event.target.closest('[data-more]') !== null
    const at = rows.indexOf(row)
    const { id } = row.branch.group
    const isOpen = !tree.closed.has(id)
    // Whoever walks on has finished the word.
    if (event.key.length > 1 && event.key !== 'Shift') typed.current = NOTHING_TYPED
    switch (event.key) {
      case 'ArrowDown':
        focus(rows[at + 1])
        break
      case 'ArrowUp':
        focus(rows[at - 1])
        break
      case 'Home':
        focus(rows[0])
        break
      case 'End':
        focus(rows.at(-1))
        break
      case 'ArrowRight':
        if (row.person) break
        if (!isOpen) tree.setOpen(id, true)
        else if (rows[at + 1]?.person) focus(rows[at + 1])
        break
      case 'ArrowLeft':
        if (row.person) focus(rows.find(({ key }) => key === groupKey(id)))
        else tree.setOpen(id, false)
        break
      case '*':
        for (const { branch } of rows) tree.setOpen(branch.group.id, true)
        break
      case 'F10':
      case 'ContextMenu':
        if (event.key === 'F10' && !event.shiftKey) return
        tree.openMenu(row, elementOf(tree.box.current, row.key) ?? document.body)
        break
      case 'F2':
        if (row.branch.group.isDefault) return
        app.contacts.layer.value = { kind: 'renameGroup', group: row.branch.group }
        break
      case 'Delete':
        remove(app, row, () => focus(rows[at + 1] ?? rows[at - 1]))
        break
      case 'Enter':
        if (onButton) return
        open(app, tree, row)
        break
      case ' ':
        if (onButton) return
        // Within a word a space is a letter of it.
        if (event.timeStamp - typed.current.at < WORD_MS) typeLetter(' ', at, event.timeStamp)
        else if (!row.person) tree.setOpen(id, !isOpen)
        break
      default:
        if (event.key.length !== 1 || event.key === '?') return
        typeLetter(event.key, at, event.timeStamp)
    }
    event.preventDefault()
  }

  const onClick = (event: MouseEvent): void => {
    const row = rowOf(rows, event.target)
    if (!row || !(event.target instanceof Element)) return
    active.value = row.key
    const more = event.target.closest<HTMLElement>('[data-more]')
    if (more) tree.openMenu(row, more)
    else if (row.person) go({ kind: 'with', person: row.person.uri })
    else tree.setOpen(row.branch.group.id, tree.closed.has(row.branch.group.id))
  }
  const onFocus = (event: FocusEvent): void => {
    const row = rowOf(rows, event.target)
    if (row) active.value = row.key
    inside.current = true
  }
  // Without a next one the row has gone, or the window has lost the focus.
  const onFocusOut = (event: FocusEvent): void => {
    const { relatedTarget } = event
    if (relatedTarget instanceof Node && !tree.box.current?.contains(relatedTarget)) inside.current = false
  }
  const onContextMenu = (event: MouseEvent): void => {
    const row = rowOf(rows, event.target)
    const element = row && elementOf(tree.box.current, row.key)
    if (!row || !element) return
    event.preventDefault()
    tree.openMenu(row, element)
  }
  return { active: known?.key, onKey, onClick, onFocus, onFocusOut, onContextMenu }
}

/**
 * The row in focus may go, moved or removed here or on another device: the focus goes along to the person's new place, else to the row that
 * took the old one.
 * @returns whether the focus is in the tree, for whoever hears of it
 */
function useFocusKept(
  rows: readonly Row[],
  active: Signal<string | undefined>,
  focus: (row: Row | undefined) => void,
): { current: boolean } {
  const inside = useRef(false)
  const last = useRef<{ readonly at: number; readonly row: Row } | undefined>(undefined)
  useLayoutEffect(() => {
    const at = rows.findIndex((row) => row.key === active.value)
    const row = rows[at]
    if (row) {
      last.current = { at, row }
      return
    }
    const before = last.current
    if (!before) return
    const uri = before.row.person?.uri
    const next =
      rows.find(({ person }) => person && person.uri === uri) ?? rows[Math.min(before.at, rows.length - 1)]
    if (inside.current && document.activeElement === document.body) focus(next)
    else active.value = next?.key
  }, [rows, active.value])
  return inside
}

function open(app: App, tree: Tree, row: Row): void {
  const { id } = row.branch.group
  if (row.person) write(app, row.person.uri)
  else tree.setOpen(id, tree.closed.has(id))
}

function remove(app: App, row: Row, moveOn: () => void): void {
  const { group } = row.branch
  if (row.person) {
    moveOn()
    const elsewhere = (app.connection.state.value.contacts.get(row.person.uri)?.length ?? 0) > 1
    void (elsewhere ? app.contacts.leave(row.person.uri, group) : app.contacts.remove(row.person.uri))
  } else if (!group.isDefault) app.contacts.layer.value = { kind: 'deleteGroup', group }
}

function rowOf(rows: readonly Row[], target: EventTarget | null): Row | undefined {
  const key = target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset.key : undefined
  return rows.find((row) => row.key === key)
}

function elementOf(box: HTMLElement | null, key: string): HTMLElement | undefined {
  return box?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? undefined
}

function focusRow(box: HTMLElement | null, key: string): void {
  elementOf(box, key)?.focus()
}
