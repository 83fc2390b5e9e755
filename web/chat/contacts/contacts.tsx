import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { clock } from '../../i18n/dates.ts'
import { language, texts } from '../../i18n/language.ts'
import type { ContactGroup, State, Uri } from '../../model.ts'
import { Icon } from '../../parts/icon.tsx'
import { route, useApp } from '../app-state.ts'
import { useClosedGroups } from './closed-groups.ts'
import { ContactMenu, GroupMenu } from './contact-menu.tsx'
import { GroupBranch } from './rows.tsx'
import { contactTree, type Row, rowsOf } from './tree.ts'
import { useDragging } from './use-dragging.ts'
import { useTreeKeys } from './use-tree-keys.ts'

/** The contact list: groups that open and close, presence and note at every name. One stop of the Tab key; arrows and letters walk it. */
export function Contacts() {
  const app = useApp()
  const { groups, contacts, people, levels, contactsLoaded } = app.connection.state.value
  const tree = useMemo(
    () => contactTree({ groups, contacts, people }, language.value),
    [groups, contacts, people, language.value],
  )
  if (!contactsLoaded) return <NotRead />
  return (
    <div class="contacts">
      <Tools />
      <AsOf />
      {contacts.size === 0 && <NoContacts />}
      {(contacts.size > 0 || groups.size > 1) && <Tree tree={tree} levels={levels} />}
    </div>
  )
}

type OpenMenu =
  | { readonly anchor: HTMLElement; readonly person: Uri; readonly group: string }
  | { readonly anchor: HTMLElement; readonly person?: undefined; readonly group: ContactGroup }

function Tree({ tree, levels }: { tree: ReturnType<typeof contactTree>; levels: State['levels'] }) {
  const app = useApp()
  const t = texts.value
  const box = useRef<HTMLDivElement>(null)
  const [closed, setOpen] = useClosedGroups(app.connection.session.sip)
  const rows = useMemo(() => rowsOf(tree, closed), [tree, closed])
  const menu = useSignal<OpenMenu | undefined>(undefined)
  const openMenu = (row: Row, anchor: HTMLElement): void => {
    const { group } = row.branch
    if (row.person) menu.value = { anchor, person: row.person.uri, group: group.id }
    else if (!group.isDefault) menu.value = { anchor, group }
  }
  const keys = useTreeKeys({ box, rows, closed, setOpen, openMenu })
  const dragging = useDragging(rows)
  const at = route.value
  return (
    <>
      <div
        ref={box}
        class="tree"
        role="tree"
        aria-label={t.contacts}
        onKeyDown={keys.onKey}
        onClick={keys.onClick}
        onFocusIn={keys.onFocus}
        onFocusOut={keys.onFocusOut}
        onContextMenu={keys.onContextMenu}
        {...dragging.handlers}
      >
        {tree.map((branch, index) => (
          <GroupBranch
            key={branch.group.id}
            branch={branch}
            place={index + 1}
            places={tree.length}
            levels={levels}
            isOpen={!closed.has(branch.group.id)}
            isTarget={dragging.target.value === branch.group.id}
            active={keys.active}
            current={at.kind === 'with' ? at.person : undefined}
          />
        ))}
      </div>
      {menu.value?.person !== undefined && (
        <ContactMenu
          uri={menu.value.person}
          group={menu.value.group}
          anchor={menu.value.anchor}
          close={() => (menu.value = undefined)}
        />
      )}
      {menu.value && menu.value.person === undefined && (
        <GroupMenu
          group={menu.value.group}
          anchor={menu.value.anchor}
          close={() => (menu.value = undefined)}
        />
      )}
    </>
  )
}

function Tools() {
  const app = useApp()
  const t = texts.value
  return (
    <div class="list-tools">
      <button type="button" class="small" onClick={() => (app.finderOpen.value = true)}>
        <Icon name="i-plus" small />
        {t.addContact}
      </button>
      <button type="button" class="small" onClick={() => (app.contacts.layer.value = { kind: 'newGroup' })}>
        <Icon name="i-people" small />
        {t.newGroup}
      </button>
    </div>
  )
}

/** Without a connection presence is what it was: the list says so instead of claiming that people are there. */
function AsOf() {
  const app = useApp()
  const t = texts.value
  const status = app.connection.status.value
  return (
    <p class="as-of small" role="status">
      {status.kind === 'offline' && (
        <>
          <Icon name="i-no-network" small />
          <span>{t.presenceAsOf(clock(status.since, app.reader.value))}</span>
        </>
      )}
    </p>
  )
}

function NoContacts() {
  const app = useApp()
  const t = texts.value
  return (
    <div class="list-empty">
      <h2>{t.noContactsHead}</h2>
      <p class="small quiet">{t.noContactsText}</p>
      <button type="button" class="main" onClick={() => (app.finderOpen.value = true)}>
        {t.addContact}
      </button>
    </div>
  )
}

/** Not read yet: a moment says nothing, a lost connection says what is safe. */
function NotRead() {
  const app = useApp()
  const t = texts.value
  if (app.connection.status.value.kind !== 'offline') return <div class="contacts" aria-busy="true" />
  return (
    <div class="contacts">
      <div class="list-empty">
        <p class="small quiet">{t.contactsUnread}</p>
        <button type="button" onClick={app.connection.tryNow}>
          {t.tryNow}
        </button>
      </div>
    </div>
  )
}
