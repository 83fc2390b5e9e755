import { useEffect } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import { personIn, type Uri } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import { Avatar, Name, Written } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, useApp } from './app-state.ts'
import { Compose } from './compose.tsx'
import { useLastActive } from './contacts/presence-line.tsx'
import { Log } from './log.tsx'
import { hashOf } from './route.ts'
import { ThreadMenu } from './thread-menu.tsx'
import { type Reading, useReading } from './use-reading.ts'

/** The conversation with one person: all threads as one (ucwa.md section 15). */
export function Thread({ uri }: { uri: Uri }) {
  const app = useApp()
  const reading = useReading(uri)
  const { view, at, failed, open, toBeginning, toNewest, follow } = reading
  const loaded = app.connection.state.value.timelines.get(uri)?.loaded ?? false
  const offline = !loaded && app.connection.status.value.kind === 'offline'
  useEffect(() => {
    app.heldUnread.delete(uri)
    return () => void app.heldUnread.delete(uri)
  }, [uri])
  return (
    <>
      <Head uri={uri} reading={reading} />
      <Log
        uri={uri}
        view={view}
        at={at}
        failed={failed || offline}
        again={offline ? app.connection.tryNow : open}
        toBeginning={toBeginning}
        toNewest={toNewest}
        follow={follow}
      />
      <Compose uri={uri} />
    </>
  )
}

function Head({ uri, reading }: { uri: Uri; reading: Reading }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const person = personIn(state, uri)
  const word = person.presence ? (t[lookOf(person.presence).word] as string) : ''
  const when = useLastActive(person)
  const where = person.location ?? person.about.office
  return (
    <header class="pane-top">
      <BackToList />
      <Avatar person={person} />
      <div class="grow">
        <h1 class="clip">
          <Name name={person.name} />
        </h1>
        <p class="clip">
          {state.typing.has(uri) ? (
            t.typing(person.name)
          ) : (
            <>
              {word}
              {when !== undefined && t.dot + when}
              {where && (
                <span class="not-narrow">
                  {word && t.dot}
                  <Written>{where}</Written>
                </span>
              )}
            </>
          )}
        </p>
      </div>
      <p class="off" role="status">
        {reading.said}
      </p>
      <button
        type="button"
        class="bare icon only-not-wide"
        aria-label={t.details}
        title={t.details}
        onClick={() => (app.contacts.layer.value = { kind: 'card', person: uri })}
      >
        <Icon name="i-person" />
      </button>
      <ThreadMenu toDay={reading.toDay} toBeginning={reading.toBeginning} />
    </header>
  )
}

/** In one column the list is a step back. */
export function BackToList() {
  const t = texts.value
  return (
    <a
      class="button bare icon only-narrow"
      href={hashOf({ kind: 'none' })}
      aria-label={t.backToConversations}
      onClick={(event) => {
        event.preventDefault()
        go({ kind: 'none' })
      }}
    >
      <Icon name="i-back" />
    </a>
  )
}
