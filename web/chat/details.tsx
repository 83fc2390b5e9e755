import type { ComponentChildren } from 'preact'
import { clock, dateTime } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { textLanguage } from '../i18n/text-language.ts'
import { type Line, personIn, type Uri } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import type { IconName } from '../parts/icon-shapes.tsx'
import { now, useApp } from './app-state.ts'
import { CardSections } from './contacts/card.tsx'
import { Section } from './contacts/section.tsx'
import { isWaiting, lookOfLine } from './message-state.ts'

/** Right column of wide windows: what waits for this person, what happens to it next, who it is. */
export function Details({ uri }: { uri: Uri }) {
  const app = useApp()
  const lines = app.connection.state.value.timelines.get(uri)?.lines ?? []
  const waiting = lines.filter(isWaiting)
  return (
    <aside class="more" aria-label={texts.value.details} data-region tabindex={-1}>
      {waiting.length > 0 && <WaitingList uri={uri} waiting={waiting} />}
      {waiting.length > 0 && <NextSteps waiting={waiting} />}
      <CardSections uri={uri} />
    </aside>
  )
}

function WaitingList({ uri, waiting }: { uri: Uri; waiting: readonly Line[] }) {
  const app = useApp()
  const t = texts.value
  const person = personIn(app.connection.state.value, uri)
  return (
    <Section title={t.waitingFor(waiting.length, person.name)}>
      <ul class="stack">
        {waiting.slice(-5).map((line) => (
          <WaitingItem key={line.id} line={line} />
        ))}
      </ul>
    </Section>
  )
}

/** A waiting message in short, lit and dashed. */
export function WaitingItem({ line }: { line: Line }) {
  const app = useApp()
  const t = texts.value
  const look = lookOfLine(line.delivery)
  return (
    <li class="waiting-item">
      <p lang={textLanguage(line.text, language.value)} data-people>
        {line.text}
      </p>
      {look && (
        <div class="row">
          <span class="state waiting">
            <Icon name={look.icon} />
            <span>{t[look.word] as string}</span>
            <time datetime={new Date(line.at).toISOString()}>
              {dateTime(line.mailedAt ?? line.at, now.value, app.reader.value)}
            </time>
          </span>
        </div>
      )}
    </li>
  )
}

/** The way of the oldest waiting message, as far as it is known. */
function NextSteps({ waiting }: { waiting: readonly Line[] }) {
  const app = useApp()
  const t = texts.value
  const oldest = waiting[0]
  if (!oldest) return null
  const quiet = oldest.deliveryReason === 'doNotDisturb' || oldest.deliveryReason === 'presenting'
  return (
    <Section title={t.whatHappensNext}>
      <ol class="path">
        <Step icon="s-queued" place="now" text={t.stepQueued}>
          <time datetime={new Date(oldest.at).toISOString()}>{clock(oldest.at, app.reader.value)}</time>
        </Step>
        <Step icon="s-delivered" place="next" text={quiet ? t.stepDeliveredQuiet : t.stepDelivered} />
        <Step icon="s-read" place="next" text={t.stepRead} />
      </ol>
    </Section>
  )
}

function Step(props: { icon: IconName; place: 'now' | 'next'; text: string; children?: ComponentChildren }) {
  return (
    <li class={props.place}>
      <Icon name={props.icon} />
      <span>{props.text}</span>
      {props.children ?? <span />}
    </li>
  )
}
