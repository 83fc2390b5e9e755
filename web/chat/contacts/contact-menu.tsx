import { useSignal } from '@preact/signals'
import { language, texts } from '../../i18n/language.ts'
import { type ContactGroup, personIn, type State, type Uri } from '../../model.ts'
import { Menu, type MenuItem } from '../../parts/menu.tsx'
import { type App, go, useApp } from '../app-state.ts'
import { groupName } from './contact-desk.ts'

type Page = 'main' | 'move' | 'also' | 'add'

/**
 * Everything that can be done with one person, by keyboard as by pointer; moving to another group is here and not only by dragging
 * (WCAG 2.5.7).
 * @param group the group in which the person was pressed; undefined outside of the list
 */
export function ContactMenu(props: {
  uri: Uri
  group: string | undefined
  anchor: HTMLElement
  close: () => void
}) {
  const app = useApp()
  const t = texts.value
  const page = useSignal<Page>('main')
  const person = personIn(app.connection.state.value, props.uri)
  const about = { app, uri: props.uri, group: props.group }
  const items = page.value === 'main' ? mainItems(about, page) : groupItems(about, page)
  const label = { main: t.actionsFor(person.name), move: t.moveTo, also: t.alsoIn, add: t.addTo }[page.value]
  return <Menu label={label} anchor={props.anchor} items={items} close={props.close} />
}

/** Groups to choose from, and a new one: what the picker and the card open to add somebody. */
export function AddMenu(props: { uri: Uri; anchor: HTMLElement; close: () => void }) {
  const app = useApp()
  const t = texts.value
  const items = groupItems({ app, uri: props.uri, group: undefined }, { value: 'add' })
  return <Menu label={t.addTo} anchor={props.anchor} items={items} close={props.close} />
}

interface About {
  readonly app: App
  readonly uri: Uri
  readonly group: string | undefined
}

function mainItems({ app, uri, group }: About, page: { value: Page }): readonly MenuItem[] {
  const t = texts.value
  const state = app.connection.state.value
  const groups = state.contacts.get(uri) ?? []
  const level = state.levels.get(uri)?.level ?? 'Colleagues'
  const here = group === undefined ? undefined : state.groups.get(group)
  const open = (to: Page) => ({ stays: true, act: () => (page.value = to) })
  return [
    { key: 'write', label: t.writeMessageTo, icon: 'i-edit', act: () => write(app, uri) },
    {
      key: 'card',
      label: t.details,
      icon: 'i-person',
      act: () => (app.contacts.layer.value = { kind: 'card', person: uri }),
    },
    ...(groups.length === 0
      ? [{ key: 'add', label: t.addToContacts, icon: 'i-plus' as const, apart: true, ...open('add') }]
      : [
          ...(here
            ? [{ key: 'move', label: t.moveMore, icon: 'i-people' as const, apart: true, ...open('move') }]
            : []),
          { key: 'also', label: t.alsoInMore, icon: 'i-plus' as const, apart: !here, ...open('also') },
          ...(here && groups.length > 1
            ? [
                {
                  key: 'leave',
                  label: t.leaveGroup(groupName(here)),
                  act: () => void app.contacts.leave(uri, here),
                },
              ]
            : []),
          {
            key: 'remove',
            label: t.removeContact,
            icon: 'i-trash' as const,
            act: () => void app.contacts.remove(uri),
          },
        ]),
    {
      key: 'close',
      label: t.levelWorkgroup,
      help: t.closeColleagueHelp,
      checked: level === 'Workgroup',
      apart: true,
      act: () => void app.contacts.setLevel(uri, level === 'Workgroup' ? 'Colleagues' : 'Workgroup'),
    },
    level === 'Blocked'
      ? {
          key: 'unblock',
          label: t.unblock,
          icon: 's-refused',
          act: () => void app.contacts.setLevel(uri, 'Colleagues'),
        }
      : {
          key: 'block',
          label: t.blockMore,
          icon: 's-refused',
          stop: true,
          act: () => (app.contacts.layer.value = { kind: 'block', person: uri }),
        },
  ]
}

function groupItems({ app, uri, group }: About, page: { value: Page }): readonly MenuItem[] {
  const t = texts.value
  const state = app.connection.state.value
  const moves = page.value === 'move' && group !== undefined
  const put = { person: uri, from: moves ? group : undefined }
  return [
    ...(page.value === 'add' || state.groups.size === 0
      ? []
      : [
          {
            key: 'back',
            label: t.backInMenu,
            icon: 'i-back' as const,
            stays: true,
            act: () => (page.value = 'main'),
          },
        ]),
    ...groupsInOrder(state).map((to) => {
      const inside = state.contacts.get(uri)?.includes(to.id) === true
      return {
        key: `to-${to.id}`,
        label: groupName(to),
        checked: inside,
        act: () => {
          if (inside) return
          void (moves ? app.contacts.move(uri, group, to) : app.contacts.add(uri, to))
        },
      }
    }),
    {
      key: 'new',
      label: t.newGroupMore,
      icon: 'i-plus',
      apart: true,
      act: () => (app.contacts.layer.value = { kind: 'newGroup', put }),
    },
  ]
}

/** Groups by name, the default group last. */
export function groupsInOrder(state: Pick<State, 'groups'>): readonly ContactGroup[] {
  const { compare } = new Intl.Collator(language.value, { numeric: true })
  return [...state.groups.values()].sort(
    (a, b) => Number(a.isDefault) - Number(b.isDefault) || compare(a.name, b.name),
  )
}

/** Renaming and deleting; the default group has neither. */
export function GroupMenu(props: { group: ContactGroup; anchor: HTMLElement; close: () => void }) {
  const app = useApp()
  const t = texts.value
  const { group } = props
  const { layer } = app.contacts
  const items: readonly MenuItem[] = [
    {
      key: 'rename',
      label: t.renameMore,
      icon: 'i-edit',
      act: () => (layer.value = { kind: 'renameGroup', group }),
    },
    {
      key: 'delete',
      label: t.deleteMore,
      icon: 'i-trash',
      stop: true,
      act: () => (layer.value = { kind: 'deleteGroup', group }),
    },
  ]
  return (
    <Menu label={t.groupActions(groupName(group))} anchor={props.anchor} items={items} close={props.close} />
  )
}

/** Opens the conversation with the message box ready. */
export function write(app: App, uri: Uri): void {
  app.contacts.layer.value = undefined
  go({ kind: 'with', person: uri })
  requestAnimationFrame(() => document.getElementById('write')?.focus())
}
