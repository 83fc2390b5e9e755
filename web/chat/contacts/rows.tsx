import { texts } from '../../i18n/language.ts'
import type { GivenLevel, Person, State, Uri } from '../../model.ts'
import { Icon } from '../../parts/icon.tsx'
import { Avatar, Name, Written } from '../../parts/person.tsx'
import { lookOf } from '../../parts/presence.ts'
import { groupName } from './contact-desk.ts'
import { type Branch, contactKey, groupKey } from './tree.ts'

/**
 * One group: its line, and its people while it is open. All lines of the tree are siblings that say their level and place, so that the name
 * of a group is its line alone. Keys and presses are the tree's.
 */
export function GroupBranch(props: {
  branch: Branch
  /** Place among the groups, from 1, and how many there are. */
  place: number
  places: number
  levels: State['levels']
  isOpen: boolean
  isTarget: boolean
  /** Key of the row that is the tree's stop of the Tab key. */
  active: string | undefined
  current: Uri | undefined
}) {
  const t = texts.value
  const { group, members, reachable } = props.branch
  const key = groupKey(group.id)
  const isActive = props.active === key
  const label = `${key}-name`
  return (
    <>
      <div
        class={props.isTarget ? 'branch target' : 'branch'}
        role="treeitem"
        aria-level={1}
        aria-posinset={props.place}
        aria-setsize={props.places}
        aria-expanded={props.isOpen}
        aria-labelledby={label}
        aria-selected={false}
        data-key={key}
        tabIndex={isActive ? 0 : -1}
      >
        <Icon name={props.isOpen ? 'i-down' : 'i-right'} small />
        <span id={label} class="branch-name">
          <bdi class="clip">{groupName(group)}</bdi>
          {members.length > 0 && <span class="tiny">{t.reachable(reachable, members.length)}</span>}
        </span>
        {!group.isDefault && <More label={t.groupActions(groupName(group))} isActive={isActive} />}
      </div>
      {props.isOpen &&
        members.map((person, index) => {
          const row = contactKey(group.id, person.uri)
          return (
            <ContactRow
              key={row}
              rowKey={row}
              place={index + 1}
              places={members.length}
              person={person}
              level={props.levels.get(person.uri)}
              isActive={props.active === row}
              isCurrent={props.current === person.uri}
            />
          )
        })}
    </>
  )
}

/**
 * Drawn again only when something about this person changes: one presence among 500 costs one row. (A component that reads a signal and
 * has the same properties is skipped by @preact/signals.)
 */
function ContactRow(props: {
  rowKey: string
  place: number
  places: number
  person: Person
  level: GivenLevel | undefined
  isActive: boolean
  isCurrent: boolean
}) {
  const t = texts.value
  const { person, level } = props
  const id = `${props.rowKey}-name`
  return (
    <div
      class="talk contact"
      role="treeitem"
      aria-level={2}
      aria-posinset={props.place}
      aria-setsize={props.places}
      aria-selected={props.isCurrent}
      aria-labelledby={id}
      data-key={props.rowKey}
      tabIndex={props.isActive ? 0 : -1}
      draggable
    >
      <Avatar person={person} />
      <span id={id} class="contact-text">
        <span class="name clip">
          <Name name={person.name} />
        </span>
        <span class="snip clip">
          <Said person={person} level={level} />
        </span>
      </span>
      <More label={t.actionsFor(person.name)} isActive={props.isActive} />
    </div>
  )
}

/** What one wants to know before writing: blocked by me, how present, and what the person says. */
function Said({ person, level }: { person: Person; level: GivenLevel | undefined }) {
  const t = texts.value
  const said = person.note ?? person.location
  return (
    <>
      {level?.level === 'Blocked' && t.levelBlocked + t.dot}
      {t[lookOf(person.presence).word] as string}
      {said !== undefined && (
        <>
          {t.dot}
          <Written>{said}</Written>
        </>
      )}
    </>
  )
}

/** Only the row in focus has its button in the order of the Tab key; the menu key opens the same menu. */
function More({ label, isActive }: { label: string; isActive: boolean }) {
  return (
    <button
      type="button"
      class="bare icon more-button"
      aria-label={label}
      aria-haspopup="menu"
      data-more
      tabIndex={isActive ? 0 : -1}
    >
      <Icon name="i-more" />
    </button>
  )
}
