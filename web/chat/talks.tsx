import { useRef } from 'preact/hooks'
import { rowTime } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { textLanguage } from '../i18n/text-language.ts'
import { type Conversation, conversationsIn, personIn, type State, type Uri } from '../model.ts'
import { unsent } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import { Avatar, Name } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, hashOf, now, route, useApp } from './app-state.ts'
import { lookOfLine } from './message-state.ts'

/** All conversations, newest first; the order rests while the pointer is in the list (ux.md 1.2). */
export function Talks() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const frozen = useRef<readonly Uri[] | undefined>(undefined)
  const conversations = withOpenOne(conversationsIn(state))
  const ordered = frozen.current ? inFrozenOrder(conversations, frozen.current) : conversations
  return (
    <nav
      class="talks"
      aria-label={t.conversations}
      onPointerEnter={() => (frozen.current = conversations.map((c) => c.person))}
      onPointerLeave={() => (frozen.current = undefined)}
    >
      <h2 class="off">{t.conversations}</h2>
      {ordered.length === 0 && state.threadsLoaded && <p class="tiny none">{t.noConversations}</p>}
      <ul>
        {ordered.map((conversation) => (
          <TalkRow key={conversation.person} conversation={conversation} state={state} />
        ))}
      </ul>
    </nav>
  )
}

/** Somebody just found, with whom there is no thread yet, stands in the list while the conversation is open. */
function withOpenOne(conversations: readonly Conversation[]): readonly Conversation[] {
  const at = route.value
  if (at.kind !== 'with' || conversations.some((c) => c.person === at.person)) return conversations
  const fresh: Conversation = {
    person: at.person,
    lastAt: Number.POSITIVE_INFINITY,
    preview: '',
    unread: 0,
    unreadInbox: 0,
    sentWaiting: 0,
  }
  return [fresh, ...conversations]
}

function inFrozenOrder(
  conversations: readonly Conversation[],
  order: readonly Uri[],
): readonly Conversation[] {
  const place = (uri: Uri): number => {
    const index = order.indexOf(uri)
    return index < 0 ? -1 : index
  }
  return conversations.toSorted((a, b) => place(a.person) - place(b.person))
}

function TalkRow({ conversation, state }: { conversation: Conversation; state: State }) {
  const app = useApp()
  const t = texts.value
  const person = personIn(state, conversation.person)
  const at = route.value
  const current = at.kind === 'with' && at.person === person.uri
  const { unread } = conversation
  const isNew = conversation.lastAt === Number.POSITIVE_INFINITY
  return (
    <li>
      <a
        class={unread > 0 ? 'talk unread' : 'talk'}
        href={hashOf({ kind: 'with', person: person.uri })}
        aria-current={current ? 'page' : undefined}
        onClick={(event) => {
          event.preventDefault()
          go({ kind: 'with', person: person.uri })
        }}
      >
        <Avatar person={person} />
        <span class="name clip">
          <Name name={person.name} />
          {person.presence && <span class="off">, {t[lookOf(person.presence).word] as string}</span>}
        </span>
        {isNew ? (
          <span class="at" />
        ) : (
          <time class="at" datetime={new Date(conversation.lastAt).toISOString()}>
            {rowTime(conversation.lastAt, now.value, app.reader.value)}
          </time>
        )}
        {state.typing.has(person.uri) ? (
          <span class="snip clip">{t.typing(person.name)}</span>
        ) : (
          <span class="snip clip" lang={textLanguage(conversation.preview, language.value)} data-people>
            {conversation.preview}
          </span>
        )}
        <span class="end">
          {unread > 0 ? (
            <>
              <span class="count" aria-hidden="true">
                {unread}
              </span>
              <span class="off">{t.unreadFrom(unread, person.name)}</span>
            </>
          ) : (
            <LastState conversation={conversation} />
          )}
        </span>
      </a>
    </li>
  )
}

/** Clock, ticks or tray of the last own message, where it is the last of the conversation. */
function LastState({ conversation }: { conversation: Conversation }) {
  const app = useApp()
  const t = texts.value
  const { state } = app.connection
  const here = unsent(app.outbox.items.value).some((item) => item.person === conversation.person)
  const last = state.value.timelines.get(conversation.person)?.lines.at(-1)
  const look = here ? lookOfLine('notSentYet') : last?.own ? lookOfLine(last.delivery) : undefined
  const shown = look ?? (conversation.sentWaiting > 0 ? lookOfLine('Stored') : undefined)
  if (!shown) return null
  return (
    <span class={`state ${shown.tone}`}>
      <Icon name={shown.icon} />
      <span class="off">{t[shown.word] as string}</span>
    </span>
  )
}
