import type { ComponentChildren } from 'preact'
import { REFUSED_TEXT, senderText } from '../../src/domain/texts/sender.ts'
import { clock, dateTime, daysAgo, shortDay } from '../i18n/dates.ts'
import { language, texts } from '../i18n/language.ts'
import { textLanguage } from '../i18n/text-language.ts'
import { type Line, personIn } from '../model.ts'
import type { Item } from '../outbox.ts'
import { Icon } from '../parts/icon.tsx'
import { LinkedText } from '../parts/linked-text.tsx'
import { Name } from '../parts/person.tsx'
import { type App, now, useApp } from './app-state.ts'
import { lookOfLine, type StateLook, timeOfState } from './message-state.ts'
import { CopyButton, Fix, RemoveButton, Tools } from './slip-parts.tsx'

/**
 * One message in the ledger: time | text | state. In the DOM: who, text, time, state, which is also how it is spoken (ux.md 1.4).
 */
export function LineSlip(props: {
  line: Line
  first: boolean
  name: string
  /** Addresses in texts are links (policy). */
  links: boolean
  /** It came while I was not there: spoken too, since the letterbox above may be far away. */
  night: boolean
  /** The pointer or the focus is on it. */
  touched: boolean
}) {
  const { line, first, name, links, night, touched } = props
  const app = useApp()
  const t = texts.value
  const look = line.own && !isOnItsWay(app, line) ? lookOfLine(line.delivery ?? 'Delivered') : undefined
  const time = timeOfState(line)
  return (
    <Slip
      id={line.id}
      own={line.own}
      first={first}
      slip={night ? 'night' : (look?.slip ?? '')}
      extra={night ? t.whileOffline : undefined}
      links={links}
      who={line.own ? undefined : name}
      text={line.text}
      at={line.at}
      state={
        look && (
          <StateButton id={line.id} look={look} time={time} sent={line.at} times={timesOf(app, line, name)} />
        )
      }
    >
      {line.delivery === 'Expired' && (
        <Fix text={t.expiredWhy}>
          <button type="button" class="small" onClick={() => void app.outbox.add(line.person, line.text)}>
            <Icon name="i-resend" small />
            {t.resend}
          </button>
          <CopyButton text={line.text} />
        </Fix>
      )}
      {touched && <Tools line={line} />}
    </Slip>
  )
}

/** To somebody who is there a device confirms within a moment: until then the message does not look as if it waited. */
function isOnItsWay(app: App, line: Line): boolean {
  if (line.delivery !== 'Stored' || !app.outbox.fresh.value.has(line.id)) return false
  const presence = personIn(app.connection.state.value, line.person).presence
  return presence !== undefined && !['Offline', 'DoNotDisturb'].includes(presence.availability)
}

/** A message that is on this device only, or was refused. */
export function ItemSlip(props: { item: Item; first: boolean; name: string; links: boolean }) {
  const { item, first, name, links } = props
  const app = useApp()
  const t = texts.value
  const reader = app.reader.value
  const online = app.connection.status.value.kind === 'online'
  const leaves =
    item.state === 'accepted' || (item.state === 'waiting' && online && app.outbox.fresh.value.has(item.key))
  const look = leaves ? undefined : lookOfLine(item.state === 'refused' ? 'refused' : 'notSentYet')
  const written = dateTime(item.at, now.value, reader)
  const times =
    item.state === 'refused'
      ? `${t.timesSent(written)}${t.timesJoin}${t.timesRefused(written)}`
      : t.timesWritten(written)
  return (
    <Slip
      id={item.key}
      own
      first={first}
      slip={look?.slip ?? ''}
      extra={undefined}
      links={links}
      who={undefined}
      text={item.text}
      at={item.at}
      state={
        look && (
          <StateButton id={item.key} look={look} time={undefined} sent={item.at} times={capital(times)} />
        )
      }
    >
      {item.state === 'refused' && (
        <Fix text={whyRefused(item, name)}>
          <button type="button" class="small" onClick={() => void app.outbox.resend(item.key)}>
            <Icon name="i-resend" small />
            {t.resend}
          </button>
          <CopyButton text={item.text} />
          <RemoveButton item={item} />
        </Fix>
      )}
      {item.state === 'held' && (
        <Fix text={t.oldOutbox}>
          <button type="button" class="small" onClick={() => void app.outbox.resend(item.key)}>
            <Icon name="i-send" small />
            {t.sendNow}
          </button>
          <CopyButton text={item.text} />
          <RemoveButton item={item} />
        </Fix>
      )}
    </Slip>
  )
}

/** What the server said; for a full mailbox also when there is room again. */
function whyRefused(item: Item, name: string): string {
  const t = texts.value
  if (item.because === 'tooLong') return senderText('T7tooLong', language.value, { name })
  if (item.because === 'notTaken') return t.notTaken
  const full = (['en', 'ja'] as const).some((lang) => item.said === senderText('T7', lang, { name }))
  if (full) return `${item.said}${t.space}${t.roomAgain(name)}`
  return item.said ?? senderText(REFUSED_TEXT.blocked, language.value, { name })
}

function Slip(props: {
  id: string
  own: boolean
  first: boolean
  slip: string
  /** Spoken last. */
  extra: string | undefined
  links: boolean
  who: string | undefined
  text: string
  at: number
  state: ComponentChildren
  children: ComponentChildren
}) {
  const app = useApp()
  const t = texts.value
  const { id } = props
  const part = (kind: string): string => `m${kind}-${id}`
  const classes = ['msg', props.own && 'own', props.first && 'first', props.slip].filter(Boolean).join(' ')
  const labels = ['w', 'x', 't', ...(props.state ? ['s'] : []), ...(props.extra ? ['e'] : [])]
    .map(part)
    .join(' ')
  return (
    <li class={classes} tabindex={-1} aria-labelledby={labels} data-id={id} data-own={props.own || undefined}>
      <div class="body">
        {props.who ? (
          <span class={props.first ? 'who' : 'who off'} id={part('w')}>
            <Name name={props.who} />
          </span>
        ) : (
          <span class="off" id={part('w')}>
            {t.you}
          </span>
        )}
        <span
          class="text"
          id={part('x')}
          lang={textLanguage(props.text, language.value)}
          dir="auto"
          data-people
        >
          <LinkedText text={props.text} links={props.links} />
        </span>
      </div>
      <time id={part('t')} datetime={new Date(props.at).toISOString()}>
        {clock(props.at, app.reader.value)}
      </time>
      {props.state}
      {props.extra && (
        <span class="off" id={part('e')}>
          {props.extra}
        </span>
      )}
      {props.children}
    </li>
  )
}

/** The state as a button: hover, focus or a press tells all times (design README section 6). */
function StateButton(props: {
  id: string
  look: StateLook
  time: number | undefined
  sent: number
  times: string
}) {
  const app = useApp()
  const t = texts.value
  const reader = app.reader.value
  const { look, time } = props
  const near = time !== undefined && daysAgo(props.sent, time, reader) === 0
  return (
    <button type="button" class={`state ${look.tone}`} id={`ms-${props.id}`} data-times={props.times}>
      <Icon name={look.icon} />
      <span>{t[look.word] as string}</span>
      {time !== undefined && (
        <time datetime={new Date(time).toISOString()}>
          {near ? clock(time, reader) : shortDay(time, now.value, reader)}
        </time>
      )}
    </button>
  )
}

/** All times of an own message in one sentence; a waiting one says T2, and why where the server said so. */
function timesOf(app: App, line: Line, name: string): string {
  const t = texts.value
  const reader = app.reader.value
  const time = (at: number): string => dateTime(at, now.value, reader)
  const kept = senderText('T2', language.value, { name, time: time(line.at) })
  if (line.delivery === 'Stored') {
    const quiet =
      line.deliveryReason === 'doNotDisturb' || line.deliveryReason === 'presenting'
        ? ` ${senderText(line.deliveryReason === 'presenting' ? 'T3presenting' : 'T3', language.value, { name })}`
        : ''
    return kept + quiet
  }
  const parts = [t.timesSent(time(line.at))]
  if (line.mailedAt !== undefined) parts.push(t.timesMailed(time(line.mailedAt)))
  if (line.deliveredAt !== undefined) parts.push(t.timesDelivered(time(line.deliveredAt)))
  else if (line.delivery === 'Mailed') parts.push(t.timesNotDelivered)
  if (line.readAt !== undefined) parts.push(t.timesRead(time(line.readAt)))
  return capital(parts.join(t.timesJoin))
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
