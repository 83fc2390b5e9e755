import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import { clock } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { conversationsIn, personIn } from '../model.ts'
import { byName } from '../names.ts'
import { OutboxStore } from '../outbox-store.ts'
import { Icon } from '../parts/icon.tsx'
import { Avatar, Name, Written } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, useApp } from './app-state.ts'
import { hashOf } from './route.ts'

/** Empty and error states: what happened, what is safe, one thing to do (design README section 8). */
export function Empty(props: {
  art: ComponentChildren
  title: string
  text: string
  /** What is not lost. */
  safe?: string | undefined
  children?: ComponentChildren
}) {
  return (
    <div class="empty">
      {props.art}
      <h1>{props.title}</h1>
      <p>{props.text}</p>
      {props.safe && (
        <p class="safe">
          <Icon name="s-delivered" small />
          <span>{props.safe}</span>
        </p>
      )}
      {props.children && <div class="row wrap">{props.children}</div>}
    </div>
  )
}

export function NoConversation() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  if (!state.threadsLoaded) return null
  const any = conversationsIn(state).length > 0
  return (
    <Empty
      art={<BoxArt />}
      title={any ? t.pickHead : t.firstMessageHead}
      text={any ? t.pickText : t.firstMessageText}
    >
      <button type="button" class="main" onClick={() => (app.finderOpen.value = true)}>
        {t.newMessage}
      </button>
      {!any && <FirstContacts />}
    </Empty>
  )
}

const MOST_CONTACTS = 6

/** Before the first conversation there are still people: those of the contact list, to start with. */
function FirstContacts() {
  const app = useApp()
  const t = texts.value
  const id = useId()
  const state = app.connection.state.value
  const people = [...state.contacts.keys()].map((uri) => personIn(state, uri)).sort(byName(language.value))
  if (people.length === 0) return null
  return (
    <section class="first-contacts" aria-labelledby={id}>
      <h2 id={id}>{t.startWith}</h2>
      <ul>
        {people.slice(0, MOST_CONTACTS).map((person) => (
          <li key={person.uri}>
            <a
              class="talk"
              href={hashOf({ kind: 'with', person: person.uri })}
              onClick={(event) => {
                event.preventDefault()
                go({ kind: 'with', person: person.uri })
              }}
            >
              <Avatar person={person} />
              <span class="name clip">
                <Name name={person.name} />
              </span>
              <span class="at" />
              <span class="snip clip">
                {person.presence && (t[lookOf(person.presence).word] as string)}
                {person.about.department && (
                  <>
                    {t.dot}
                    <Written>{person.about.department}</Written>
                  </>
                )}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** As often as a page without an answer asks again, in ms. */
const ASK_AGAIN_MS = 4000

/** The server does not even say who is signed in: it is asked again every few seconds. */
export function Unreachable({ since, tryNow }: { since: number; tryNow: () => void }) {
  const t = texts.value
  const kept = useSignal(0)
  useEffect(() => {
    document.title = `${t.failedHead} · ${t.product}`
    void new OutboxStore().countUnsent().then((count) => {
      kept.value = count
    })
    const timer = setInterval(tryNow, ASK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <main class="lone">
      <Empty
        art={<WireArt />}
        title={t.failedHead}
        text={t.failedText(clock(since, { language: language.value, timeZone: undefined }))}
        safe={kept.value > 0 ? t.failedSafe(kept.value) : undefined}
      >
        <button type="button" class="main" onClick={tryNow}>
          {t.tryNow}
        </button>
      </Empty>
    </main>
  )
}

/** Signed in, but with nothing to do here. */
export function NoService({ leave }: { leave: () => void }) {
  const t = texts.value
  return (
    <main class="lone">
      <Empty art={<BoxArt />} title={t.noService} text={t.noServiceHelp}>
        <button type="button" class="main" onClick={leave}>
          {t.signOut}
        </button>
      </Empty>
    </main>
  )
}

function Art({ box, children }: { box: string; children: ComponentChildren }) {
  return (
    <svg
      class="art"
      viewBox={box}
      preserveAspectRatio="xMinYMax meet"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

function BoxArt() {
  return (
    <Art box="13 6 72 60">
      <path d="M14 32h68v26a6 6 0 0 1-6 6H20a6 6 0 0 1-6-6z" />
      <path d="M32 46h32" stroke="var(--action)" stroke-width="3" />
      <path d="M14 32 24 14h48l10 18" opacity=".55" />
    </Art>
  )
}

/** A lamp at the horizon: the night is over, nothing waits. */
export function MorningArt() {
  return (
    <Art box="5 10 88 54">
      <path d="M6 60h84" opacity=".55" />
      <path d="M30 60a18 18 0 0 1 36 0" />
      <path d="M48 30v-8M24.5 40l-5.5-5.5M71.5 40l5.5-5.5M16 56H8M88 56h-8" stroke="var(--action)" />
    </Art>
  )
}

function WireArt() {
  return (
    <Art box="3 8 92 52">
      <path d="M4 50h26c6 0 6-8 12-8M92 50H66c-6 0-6-8-12-8" />
      <path d="M42 36v12M54 36v12" />
      <path d="M44 20 48 12M52 22l8-6M40 24l-8-4" stroke="var(--action)" />
    </Art>
  )
}
