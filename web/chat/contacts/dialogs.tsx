import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { texts } from '../../i18n/language.ts'
import { type ContactGroup, personIn, type Uri } from '../../model.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Question } from '../../parts/question.tsx'
import { useApp } from '../app-state.ts'
import { backToList } from './back-to-list.ts'
import { PersonCard } from './card.tsx'
import { type ContactLayer, groupName } from './contact-desk.ts'

/** What stands over the page because of contacts. */
export function ContactLayers() {
  const { layer } = useApp().contacts
  const open = layer.value
  const close = (): void => {
    if (layer.value === open) layer.value = undefined
  }
  switch (open?.kind) {
    case 'newGroup':
      return <NewGroup put={open.put} close={close} />
    case 'renameGroup':
      return <RenameGroup group={open.group} close={close} />
    case 'deleteGroup':
      return <DeleteGroup group={open.group} close={close} />
    case 'block':
      return <Block uri={open.person} close={close} />
    case 'card':
      return <PersonCard uri={open.person} close={close} />
    default:
      return null
  }
}

function NewGroup({
  put,
  close,
}: {
  put: Extract<ContactLayer, { kind: 'newGroup' }>['put']
  close: () => void
}) {
  const app = useApp()
  const t = texts.value
  return (
    <NameDialog
      title={t.newGroup}
      name=""
      button={t.makeGroup}
      close={close}
      save={(name) => app.contacts.makeGroup(name, put)}
    />
  )
}

function RenameGroup({ group, close }: { group: ContactGroup; close: () => void }) {
  const app = useApp()
  const t = texts.value
  return (
    <NameDialog
      title={t.renameGroup}
      name={group.name}
      button={t.saveName}
      close={close}
      save={(name) => app.contacts.rename(group, name)}
    />
  )
}

/** @param props.save resolves with what to say beside the field, undefined when all is done */
function NameDialog(props: {
  title: string
  name: string
  button: string
  close: () => void
  save: (name: string) => Promise<string | undefined>
}) {
  const t = texts.value
  const id = useId()
  const name = useSignal(props.name)
  const trouble = useSignal<string | undefined>(undefined)
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const wanted = name.value.trim()
    if (wanted === '') {
      trouble.value = t.groupNameBad
      document.getElementById(id)?.focus()
      return
    }
    if (wanted === props.name) {
      props.close()
      return
    }
    trouble.value = await props.save(wanted)
    if (trouble.value !== undefined) return
    props.close()
    // The row that opened the dialog may be another one now.
    requestAnimationFrame(() => document.activeElement === document.body && backToList())
  }
  return (
    <Dialog
      title={props.title}
      close={props.close}
      footer={
        <>
          <button type="button" onClick={props.close}>
            {t.close}
          </button>
          <button type="submit" class="main" form={`${id}-form`}>
            {props.button}
          </button>
        </>
      }
    >
      <form id={`${id}-form`} class="field" onSubmit={(event) => void save(event)}>
        <label for={id}>{t.groupName}</label>
        <input
          class="input"
          id={id}
          type="text"
          data-first
          maxLength={256}
          dir="auto"
          autocomplete="off"
          value={name.value}
          aria-invalid={trouble.value !== undefined || undefined}
          aria-describedby={trouble.value === undefined ? undefined : `${id}-trouble`}
          onInput={(event) => {
            name.value = event.currentTarget.value
          }}
        />
        {trouble.value !== undefined && (
          <p class="small stop" role="alert" id={`${id}-trouble`}>
            {trouble.value}
          </p>
        )}
      </form>
    </Dialog>
  )
}

/** Nothing of a group's people is lost, and that is said before. */
function DeleteGroup({ group, close }: { group: ContactGroup; close: () => void }) {
  const app = useApp()
  const t = texts.value
  const { contacts } = app.connection.state.value
  const inside = [...contacts.values()].filter((groups) => groups.includes(group.id)).length
  const act = (): void => {
    close()
    void app.contacts.deleteGroup(group)
  }
  return (
    <Question
      title={t.deleteGroupHead(groupName(group))}
      act={t.deleteGroup}
      stop
      keep={t.keepGroup}
      run={act}
      close={close}
    >
      <p>{inside === 0 ? t.deleteGroupEmpty : t.deleteGroupText(inside, t.otherContacts)}</p>
    </Question>
  )
}

/** What a block does, before it is done: what the other sees, what becomes of messages, what nobody can promise (M11, R17, DECISIONS 15b). */
function Block({ uri, close }: { uri: Uri; close: () => void }) {
  const app = useApp()
  const t = texts.value
  const { name } = personIn(app.connection.state.value, uri)
  const act = (): void => {
    close()
    void app.contacts.setLevel(uri, 'Blocked')
  }
  return (
    <Question title={t.blockHead(name)} act={t.block} stop keep={t.doNotBlock} run={act} close={close}>
      <ul class="points">
        {[t.blockSees(name), t.blockMessages(name), t.blockGuess(name), t.blockKeeps(name)].map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </Question>
  )
}
