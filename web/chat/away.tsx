import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { clock, dayAndClock, daysAgo, hourOf, type Reader, spanEnd } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { textLanguage } from '../i18n/text-language.ts'
import { keep } from '../kept.ts'
import { conversationsIn, type Line, personIn, type Uri } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import { Avatar, Name } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { type App, go, now, useApp } from './app-state.ts'
import { type Group, inLanes } from './away-groups.ts'
import { Strip } from './away-strip.tsx'
import { Empty, MorningArt } from './empty.tsx'
import { NearEnd } from './near-end.tsx'
import { BackToList } from './thread.tsx'
import { markRead, useGroups } from './use-groups.ts'

/** People on the page at first, and how many more whenever the last ones come near. */
const FIRST = 12
/** Messages of one person at first, and how many more at a press. */
const FEW = 10
const MORE = 20

/** "N messages while you were away": the inbox, by person, oldest first; the order rests while one reads (ux.md 1.1 row 7). */
export function Away() {
  const app = useApp()
  const t = texts.value
  const most = useSignal(FIRST)
  const { all: groups, failed, again } = useGroups(most.value)
  const state = app.connection.state.value
  const shown = groups?.slice(0, most.value) ?? []
  const ready = useRef(false)
  ready.current ||= groups !== undefined && shown.every((one) => one.lines || failed.has(one.person))
  if (!groups || !ready.current) return <div class="away-page" aria-busy="true" />
  const unread = new Set(conversationsIn(state).flatMap((one) => (one.unreadInbox > 0 ? one.person : [])))
  const left = groups.filter((group) => unread.has(group.person))
  const total = groups.reduce((sum, group) => sum + group.count, 0)
  if (total === 0) {
    return (
      <section class="away-page" tabindex={0} aria-label={t.inbox} data-region>
        <div>
          <BackToList />
          <Empty art={<MorningArt />} title={t.nothingWaiting} text={t.nothingWaitingHelp}>
            <button type="button" onClick={() => go({ kind: 'none' })}>
              {t.backToConversations}
            </button>
          </Empty>
          <Expired />
        </div>
      </section>
    )
  }
  const first = groups[0]
  return (
    <section class="away-page" tabindex={0} aria-label={t.whileAway} data-region>
      <div>
        <BackToList />
        <Greeting groups={groups} total={total} />
        <p class="row wrap acts">
          {first && (
            <button type="button" class="main" onClick={() => go({ kind: 'with', person: first.person })}>
              {t.startWithFirst}
            </button>
          )}
          {left.length > 0 && (
            <button
              type="button"
              class="bare"
              onClick={() => void inLanes(left, (one) => markRead(app, one.person).catch(noMatter))}
            >
              {t.markAllRead}
            </button>
          )}
        </p>
        {shown.map((group) => (
          <Sender
            key={group.person}
            group={group}
            isLeft={unread.has(group.person)}
            failed={failed.has(group.person)}
            again={again}
          />
        ))}
        {shown.length < groups.length && <NearEnd key={shown.length} reached={() => (most.value += FIRST)} />}
        <Expired />
      </div>
    </section>
  )
}

function Greeting({ groups, total }: { groups: readonly Group[]; total: number }) {
  const app = useApp()
  const t = texts.value
  const reader = app.reader.value
  const lines = groups.flatMap((group) => group.lines ?? [])
  const first = Math.min(...lines.map((line) => line.at))
  const to = app.connection.signedInAt
  const from = Number.isFinite(first) ? first : to
  const hour = hourOf(to, reader)
  const hello = hour < 5 || hour >= 18 ? t.goodEvening : hour < 12 ? t.goodMorning : t.goodDay
  return (
    <>
      <p class="with-mark small lamp">
        <Icon name="i-lamp" />
        <span>{hello}</span>
      </p>
      <h1>{t.awayHead(total)}</h1>
      <p class="quiet">
        {spanOf(from, Math.max(to, from), reader)}
        {t.space}
        {t.awayPeople(groups.length)}
      </p>
      {lines.length === total && <Strip lines={lines} to={to} reader={reader} />}
    </>
  )
}

/** From the first message to this sign-in; nothing where both are the same minute. */
function spanOf(from: number, to: number, reader: Reader): string {
  const t = texts.value
  if (daysAgo(from, now.value, reader) > 0) {
    return t.awaySpan(spanEnd(from, now.value, reader), spanEnd(to, now.value, reader))
  }
  const [start, end] = [clock(from, reader), clock(to, reader)]
  return start === end ? '' : t.awayToday(start, end)
}

function Sender(props: { group: Group; isLeft: boolean; failed: boolean; again: (person: Uri) => void }) {
  const { group, isLeft, failed, again } = props
  const most = useSignal(FEW)
  const app = useApp()
  const t = texts.value
  const id = useId()
  const person = personIn(app.connection.state.value, group.person)
  const lines = group.lines?.slice(0, most.value) ?? []
  const hidden = group.count - lines.length
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
            {t.messageCount(group.count)}
            {word}
          </p>
        </div>
        <button type="button" class="small" onClick={() => go({ kind: 'with', person: group.person })}>
          {t.openAndAnswer}
        </button>
        {isLeft ? (
          <button
            type="button"
            class="bare small"
            onClick={() => void markRead(app, group.person).catch(noMatter)}
          >
            {t.markRead}
          </button>
        ) : (
          <span class="state read">
            <Icon name="s-read" />
            <span>{t.read}</span>
          </span>
        )}
      </header>
      <ol>
        {lines.map((line) => (
          <AwayLine key={line.id} line={line} name={person.name} reader={app.reader.value} />
        ))}
      </ol>
      {failed && (
        <p class="notice">
          <span>{t.messagesFailed}</span>
          <button type="button" class="small" onClick={() => again(group.person)}>
            {t.tryAgain}
          </button>
        </p>
      )}
      {group.lines && hidden > 0 && (
        <p class="rest">
          {lines.length < group.lines.length ? (
            <button type="button" class="small" onClick={() => (most.value += MORE)}>
              {t.showMore(hidden)}
            </button>
          ) : (
            <button type="button" class="link" onClick={() => go({ kind: 'with', person: group.person })}>
              {t.restInThread(hidden)}
            </button>
          )}
        </p>
      )}
    </section>
  )
}

function AwayLine({ line, name, reader }: { line: Line; name: string; reader: Reader }) {
  const part = (kind: string): string => `a${kind}-${line.id}`
  return (
    <li class="msg" tabindex={-1} aria-labelledby={`${part('w')} ${part('x')} ${part('t')}`}>
      <div class="body">
        <span class="who off" id={part('w')}>
          <Name name={name} />
        </span>
        <span
          class="text"
          id={part('x')}
          lang={textLanguage(line.text, language.value)}
          dir="auto"
          data-people
        >
          {line.text}
        </span>
      </div>
      <time id={part('t')} datetime={new Date(line.at).toISOString()}>
        {dayAndClock(line.at, now.value, reader)}
      </time>
    </li>
  )
}

/** A state, not a message: it is counted once on a device, at the first sign-in after it happened. */
function Expired() {
  const app = useApp()
  const all = app.connection.state.value.expiredCount
  const news = newlyExpired(app)
  useEffect(() => {
    if (news > 0) keep(`expired.${app.connection.session.sip}`, String(all))
  }, [news, all])
  return news > 0 ? <p class="tiny expired">{texts.value.expiredBefore(news)}</p> : null
}

/** Messages that expired unread since this device last told of some. */
export function newlyExpired(app: App): number {
  return Math.max(0, app.connection.state.value.expiredCount - app.expiredBefore)
}

function noMatter(): void {
  // It is still unread, and says so.
}
