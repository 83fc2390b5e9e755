import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { rowTime } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { textLanguage } from '../i18n/text-language.ts'
import { type Conversation, conversationsIn, type Person, personIn, type Uri } from '../model.ts'
import { unsent } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import { Avatar, Name } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, now, route, useApp } from './app-state.ts'
import { lookOfLine } from './message-state.ts'
import { NearEnd } from './near-end.tsx'
import { hashOf } from './route.ts'

/** Rows on the page at first, and how many more whenever the last ones come near. */
const FIRST = 60
const MORE = 60
/** From so many conversations on there is something to filter. */
const MANY = 10

/**
 * All conversations, newest first; the order rests while the pointer is in the list, and the list goes on as far as one scrolls (ux.md
 * 1.2).
 */
export function Talks() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const isHeld = useSignal(false)
  const held = useRef<readonly Uri[]>([])
  const unreadOnly = useSignal(false)
  const most = useSignal(FIRST)
  const conversations = withOpenOne(conversationsIn(state))
  const ordered = isHeld.value ? inHeldOrder(conversations, held.current) : conversations
  // As it is on the page: what comes while the pointer is there has its place from then on, too.
  held.current = ordered.map((one) => one.person)
  const wanted = unreadOnly.value ? ordered.filter((one) => one.unread > 0 || isOpen(one)) : ordered
  const rows = wanted.slice(0, most.value)
  const isAll = rows.length === wanted.length
  const more = (): void => {
    const grow = (): void => {
      most.value += MORE
    }
    if (isAll) app.timelines.moreThreads().then(grow, noMatter)
    else grow()
  }
  return (
    <nav
      class="talks"
      aria-label={t.conversations}
      onPointerEnter={() => {
        isHeld.value = true
      }}
      onPointerLeave={() => {
        isHeld.value = false
      }}
    >
      <h2 class="off">{t.conversations}</h2>
      {(conversations.length >= MANY || unreadOnly.value) && (
        <button
          type="button"
          class="bare small unread-only"
          aria-pressed={unreadOnly.value}
          onClick={() => (unreadOnly.value = !unreadOnly.value)}
        >
          {t.unreadOnly}
        </button>
      )}
      {wanted.length === 0 && state.threadsLoaded && (
        <p class="tiny none">{unreadOnly.value ? t.allRead : t.noConversations}</p>
      )}
      <ul>
        {rows.map((conversation) => (
          <TalkRow
            key={conversation.person}
            conversation={conversation}
            person={personIn(state, conversation.person)}
            typing={state.typing.has(conversation.person)}
          />
        ))}
      </ul>
      {(!isAll || state.threadsBefore !== undefined) && <NearEnd key={rows.length} reached={more} />}
    </nav>
  )
}

function noMatter(): void {
  // The next scroll asks again.
}

function isOpen(conversation: Conversation): boolean {
  const at = route.value
  return at.kind === 'with' && at.person === conversation.person
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
    oldestUnread: undefined,
    sentWaiting: 0,
  }
  return [fresh, ...conversations]
}

function inHeldOrder(conversations: readonly Conversation[], order: readonly Uri[]): readonly Conversation[] {
  const places = new Map(order.map((uri, index) => [uri, index]))
  // What is new or older goes below: nothing moves under the pointer.
  const place = (uri: Uri): number => places.get(uri) ?? order.length
  return conversations.toSorted((a, b) => place(a.person) - place(b.person))
}

function TalkRow({
  conversation,
  person,
  typing,
}: {
  conversation: Conversation
  person: Person
  typing: boolean
}) {
  const app = useApp()
  const t = texts.value
  const current = isOpen(conversation)
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
        {typing ? (
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
