import { useId, useRef } from 'preact/hooks'
import { dateTime } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { textLanguage } from '../i18n/text-language.ts'
import { conversationsIn, type Line, personIn, type Uri } from '../model.ts'
import { type Item, inOrder, unsent } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import { Avatar, Name } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, now, useApp } from './app-state.ts'
import { inLanes } from './away-groups.ts'
import { WaitingItem } from './details.tsx'
import { Empty, MorningArt } from './empty.tsx'
import { isWaiting } from './message-state.ts'
import { BackToList } from './thread.tsx'
import { useConnected } from './use-connected.ts'

/** Messages to one person on the page, the newest. */
const MOST = 20

/** What I sent that still waits for somebody, by person (*Sent while away*, offline-im section 3). */
export function WaitingForOthers() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const asked = useRef(new Set<Uri>())
  const people = conversationsIn(state).filter((c) => c.sentWaiting > 0)
  useConnected(() => {
    const missing = people
      .map(({ person }) => person)
      .filter((person) => !state.timelines.get(person)?.loaded && !asked.current.has(person))
    for (const person of missing) asked.current.add(person)
    void inLanes(missing, (person) => app.timelines.open(person).catch(() => asked.current.delete(person)))
  }, [state.threads])
  const here = inOrder(unsent(app.outbox.items.value))
  // One head of the page: what is still here comes first.
  const Head = here.length > 0 ? 'h2' : 'h1'
  const total = people.reduce((sum, c) => sum + c.sentWaiting, 0)
  return (
    <section class="away-page" tabindex={0} aria-label={t.waitingForOthers} data-region>
      <div>
        <BackToList />
        {total === 0 && here.length === 0 && (
          <Empty art={<MorningArt />} title={t.waitingNothing} text={t.waitingNothingHelp}>
            <button type="button" onClick={() => go({ kind: 'none' })}>
              {t.backToConversations}
            </button>
          </Empty>
        )}
        {here.length > 0 && <OnThisDevice items={here} />}
        {total > 0 && (
          <>
            <Head>{t.waitingHead(total)}</Head>
            <p class="quiet">{t.waitingText}</p>
          </>
        )}
        {people.map(({ person, sentWaiting }) => (
          <Recipient
            key={person}
            uri={person}
            count={sentWaiting}
            lines={(state.timelines.get(person)?.lines ?? []).filter(isWaiting)}
          />
        ))}
      </div>
    </section>
  )
}

/** The outbox: what has not left this device, in the order in which it will. */
function OnThisDevice({ items }: { items: readonly Item[] }) {
  const app = useApp()
  const t = texts.value
  const id = useId()
  const state = app.connection.state.value
  return (
    <section class="outbox" aria-labelledby={id}>
      <h1 id={id}>{t.outboxHead(items.length)}</h1>
      <p class="quiet">{t.outboxText}</p>
      <ul class="stack">
        {items.map((item) => (
          <li key={item.key} class="waiting-item">
            <p lang={textLanguage(item.text, language.value)} dir="auto" data-people>
              {item.text}
            </p>
            <div class="row wrap">
              <span class="state waiting">
                <Icon name="s-outbox" />
                <span>{t.notSentYet}</span>
                <time datetime={new Date(item.at).toISOString()}>
                  {dateTime(item.at, now.value, app.reader.value)}
                </time>
              </span>
              <span class="row">
                <button type="button" class="link" onClick={() => go({ kind: 'with', person: item.person })}>
                  <Name name={personIn(state, item.person).name} />
                </button>
                <button
                  type="button"
                  class="bare small"
                  aria-label={t.removeUnsent(item.text)}
                  onClick={() => void app.outbox.remove(item.key)}
                >
                  {t.remove}
                </button>
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** @param lines those that are on this device, the newest at least; all of them are in the conversation */
function Recipient({ uri, count, lines }: { uri: Uri; count: number; lines: readonly Line[] }) {
  const app = useApp()
  const t = texts.value
  const id = useId()
  const shown = lines.slice(-MOST)
  const person = personIn(app.connection.state.value, uri)
  const word = person.presence ? t.dot + (t[lookOf(person.presence).word] as string) : ''
  return (
    <section class="sender" aria-labelledby={id}>
      <header>
        <Avatar person={person} />
        <div>
          <h2 id={id}>
            <Name name={person.name} />
          </h2>
          <p class="small quiet">
            {t.messageCount(count)}
            {word}
          </p>
        </div>
        <button type="button" class="small" onClick={() => go({ kind: 'with', person: uri })}>
          {t.open}
        </button>
      </header>
      <ul class="stack">
        {shown.map((line) => (
          <WaitingItem key={line.id} line={line} />
        ))}
      </ul>
      {shown.length > 0 && shown.length < count && (
        <p class="rest">
          <button type="button" class="link" onClick={() => go({ kind: 'with', person: uri })}>
            {t.restInThread(count - shown.length)}
          </button>
        </p>
      )}
    </section>
  )
}
