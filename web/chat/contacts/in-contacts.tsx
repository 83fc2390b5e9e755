import { texts } from '../../i18n/language.ts'
import { personIn, type Uri } from '../../model.ts'
import { Icon } from '../../parts/icon.tsx'
import { MenuButton } from '../../parts/menu.tsx'
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

/** "Add to contacts", with the group to choose: for somebody who is not on the list. */
export function AddButton({ uri, named }: { uri: Uri; named?: boolean }) {
  const app = useApp()
  const t = texts.value
  const { name } = personIn(app.connection.state.value, uri)
  return (
    <MenuButton class="small" menu={(anchor, close) => <AddMenu uri={uri} anchor={anchor} close={close} />}>
      <Icon name="i-plus" small />
      {named ? t.addPerson(name) : t.addToContacts}
    </MenuButton>
  )
}

function MoreButton({ uri, group }: { uri: Uri; group: string | undefined }) {
  const app = useApp()
  const { name } = personIn(app.connection.state.value, uri)
  return (
    <MenuButton
      class="bare icon small"
      label={texts.value.actionsFor(name)}
      menu={(anchor, close) => <ContactMenu uri={uri} group={group} anchor={anchor} close={close} />}
    >
      <Icon name="i-more" />
    </MenuButton>
  )
}
