import { useSignal } from '@preact/signals'
import { texts } from '../../i18n/language.ts'
import { personIn, type Uri } from '../../model.ts'
import { Icon } from '../../parts/icon.tsx'
import { useApp } from '../app-state.ts'
import { groupName } from './contact-desk.ts'
import { AddMenu, ContactMenu, groupsInOrder } from './contact-menu.tsx'
import { Section } from './section.tsx'

/** Whether the person is on the list, in which groups, and the way to change that. */
export function InContacts({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  if (!state.contactsLoaded || uri === state.own.uri) return null
  const groups = groupsInOrder(state).filter(({ id }) => state.contacts.get(uri)?.includes(id))
  return (
    <Section title={t.contacts}>
      <div class="in-contacts">
        <p class="small">
          {groups.length > 0 ? t.inContacts(groups.map(groupName).join(t.groupsJoin)) : t.notInContacts}
        </p>
        {groups.length > 0 ? (
          <MoreButton uri={uri} group={groups.length === 1 ? groups[0]?.id : undefined} />
        ) : (
          <AddButton uri={uri} />
        )}
      </div>
    </Section>
  )
}

/** "Add to contacts", with the group to choose. Nothing where the person is on the list already. */
export function AddButton({ uri, named }: { uri: Uri; named?: boolean }) {
  const app = useApp()
  const t = texts.value
  const anchor = useSignal<HTMLElement | undefined>(undefined)
  const { name } = personIn(app.connection.state.value, uri)
  return (
    <>
      <button
        type="button"
        class="small"
        aria-haspopup="menu"
        aria-expanded={anchor.value !== undefined}
        onClick={(event) => (anchor.value = anchor.value ? undefined : event.currentTarget)}
      >
        <Icon name="i-plus" small />
        {named ? t.addPerson(name) : t.addToContacts}
      </button>
      {anchor.value && <AddMenu uri={uri} anchor={anchor.value} close={() => (anchor.value = undefined)} />}
    </>
  )
}

function MoreButton({ uri, group }: { uri: Uri; group: string | undefined }) {
  const app = useApp()
  const t = texts.value
  const anchor = useSignal<HTMLElement | undefined>(undefined)
  const { name } = personIn(app.connection.state.value, uri)
  return (
    <>
      <button
        type="button"
        class="bare icon small"
        aria-label={t.actionsFor(name)}
        aria-haspopup="menu"
        aria-expanded={anchor.value !== undefined}
        onClick={(event) => (anchor.value = anchor.value ? undefined : event.currentTarget)}
      >
        <Icon name="i-more" />
      </button>
      {anchor.value && (
        <ContactMenu uri={uri} group={group} anchor={anchor.value} close={() => (anchor.value = undefined)} />
      )}
    </>
  )
}
