import { useEffect, useId, useRef } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import { conversationsIn, type Line, personIn, type Uri } from '../model.ts'
import { Avatar, Name } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, useApp } from './app-state.ts'
import { WaitingItem } from './details.tsx'
import { Empty, MorningArt } from './empty.tsx'
import { isWaiting } from './message-state.ts'
import { BackToList } from './thread.tsx'

/** What I sent that still waits for somebody, by person (*Sent while away*, offline-im section 3). */
export function WaitingForOthers() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const online = app.connection.status.value.kind === 'online'
  const asked = useRef(new Set<Uri>())
  const people = conversationsIn(state).filter((c) => c.sentWaiting > 0)
  useEffect(() => {
    if (!online) return
    for (const { person } of people) {
      if (state.timelines.get(person)?.loaded || asked.current.has(person)) continue
      asked.current.add(person)
      app.timelines.open(person).catch(() => asked.current.delete(person))
    }
  }, [state.threads, online])
  const total = people.reduce((sum, c) => sum + c.sentWaiting, 0)
  return (
    <section class="away-page" tabindex={0} aria-label={t.waitingForOthers} data-region>
      <div>
        <BackToList />
        {total === 0 ? (
          <Empty art={<MorningArt />} title={t.waitingNothing} text={t.waitingNothingHelp} />
        ) : (
          <>
            <h1>{t.waitingHead(total)}</h1>
            <p class="quiet">{t.waitingText}</p>
          </>
        )}
        {people.map(({ person }) => (
          <Recipient
            key={person}
            uri={person}
            lines={(state.timelines.get(person)?.lines ?? []).filter(isWaiting)}
          />
        ))}
      </div>
    </section>
  )
}

function Recipient({ uri, lines }: { uri: Uri; lines: readonly Line[] }) {
  const app = useApp()
  const t = texts.value
  const id = useId()
  const person = personIn(app.connection.state.value, uri)
  const word = person.presence ? ` · ${t[lookOf(person.presence).word] as string}` : ''
  return (
    <section class="sender" aria-labelledby={id}>
      <header>
        <Avatar person={person} />
        <div>
          <h2 id={id}>
            <Name name={person.name} />
          </h2>
          <p class="small quiet">
            {t.messageCount(lines.length)}
            {word}
          </p>
        </div>
        <button type="button" class="small" onClick={() => go({ kind: 'with', person: uri })}>
          {t.open}
        </button>
      </header>
      <ul class="stack">
        {lines.map((line) => (
          <WaitingItem key={line.id} line={line} />
        ))}
      </ul>
    </section>
  )
}
