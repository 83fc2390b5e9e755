import { useEffect } from 'preact/hooks'
import { texts } from '../../i18n/language.ts'
import { personIn, type Uri } from '../../model.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Avatar, Name } from '../../parts/person.tsx'
import { useApp } from '../app-state.ts'
import { About } from './about.tsx'
import { Access } from './access.tsx'
import { write } from './contact-menu.tsx'
import { InContacts } from './in-contacts.tsx'
import { PresenceLine } from './presence-line.tsx'

/** The person's card: who it is, how present, in which groups, and what they may see and do. Wide windows have it beside the conversation. */
export function PersonCard({ uri, close }: { uri: Uri; close: () => void }) {
  const app = useApp()
  const t = texts.value
  const person = personIn(app.connection.state.value, uri)
  useEffect(() => void app.connection.watch.add([uri]), [uri])
  return (
    <Dialog
      title={t.cardOf(person.name)}
      close={close}
      footer={
        <button type="button" class="main" onClick={() => write(app, uri)}>
          {t.writeMessageTo}
        </button>
      }
    >
      <div class="card-head">
        <Avatar person={person} big />
        <div>
          <p class="card-name">
            <Name name={person.name} />
          </p>
          <PresenceLine person={person} />
        </div>
      </div>
      <CardSections uri={uri} />
    </Dialog>
  )
}

/** What the card and the details column share. */
export function CardSections({ uri }: { uri: Uri }) {
  return (
    <>
      <About uri={uri} />
      <InContacts uri={uri} />
      <Access uri={uri} />
    </>
  )
}
