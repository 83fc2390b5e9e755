import { useId } from 'preact/hooks'
import {
  clockText,
  formatQuietHours,
  NEVER_QUIET,
  parseQuietHours,
  type QuietHours,
  type QuietSpan,
  WEEKDAYS,
  type Weekday,
} from '../../../src/domain/quiet-hours.ts'
import { texts } from '../../i18n/language.ts'
import { isQuietAt, quietHoursOf } from '../../notify/decide.ts'
import { dayName, hoursInWords, quietNow } from '../../quiet-hours.ts'
import { now, useApp } from '../app-state.ts'
import { Choose } from './fields.tsx'
import { ownZone } from './general.tsx'
import type { Save } from './save.ts'

/** What somebody begins with who makes own hours: the nights. */
const NIGHTS = 'Daily 22:00-07:00'
const NIGHT: Omit<QuietSpan, 'day'> = { from: 22 * 60, to: 7 * 60 }

/** Hours without notifications: the organisation's, none, or one's own for each day of the week. */
export function Quiet({ save }: { save: Save }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const chosen = state.settings.quietHours
  const own = chosen !== null && chosen !== NEVER_QUIET
  const kind = chosen === null ? 'organisation' : own ? 'own' : 'never'
  return (
    <>
      <Choose
        label={t.quietHours}
        help={t.quietHoursHelp}
        value={kind}
        options={[
          ['organisation', t.quietAsOrganisation(hoursInWords(state.quietHoursDefault, app.reader.value, t))],
          ['never', t.quietNever],
          ['own', t.quietOwn],
        ]}
        change={(value) =>
          save({
            quietHours: value === 'organisation' ? null : value === 'never' ? NEVER_QUIET : NIGHTS,
          })
        }
      />
      {own && <Week hours={parseQuietHours(chosen) ?? []} save={save} />}
      <p class="small quiet quiet-now" role="status">
        {said()}
      </p>
    </>
  )

  /** Truthfully what holds at this minute, and by which clock. */
  function said(): string {
    if (parseQuietHours(quietHoursOf(state))?.length === 0) return ''
    const until = quietNow(quietHoursOf(state), now.value, app.reader.value)
    const quiet = isQuietAt(state, now.value)
    const sentence = until ? t.quietNow(until) : quiet ? t.quietAlways : t.quietNotNow
    return `${sentence}${t.space}${t.quietZone(app.reader.value.timeZone ?? ownZone())}`
  }
}

function Week({ hours, save }: { hours: QuietHours; save: Save }) {
  return (
    <div class="week">
      {WEEKDAYS.map((day) => (
        <Day
          key={day}
          day={day}
          span={hours.find((span) => span.day === day)}
          change={(change) => save(({ quietHours }) => ({ quietHours: withDay(quietHours, day, change) }))}
        />
      ))}
    </div>
  )
}

type SpanChange = (span: QuietSpan | undefined) => QuietSpan | undefined

/** Changes one day of what holds when it is written: the other end of the hours may have been changed a moment before. */
function withDay(quietHours: string | null, day: Weekday, change: SpanChange): string {
  const hours = parseQuietHours(quietHours ?? '') ?? []
  const spanOf = (weekday: Weekday) => hours.find((span) => span.day === weekday)
  return formatQuietHours(
    WEEKDAYS.flatMap((weekday) => (weekday === day ? change(spanOf(day)) : spanOf(weekday)) ?? []),
  )
}

function Day(props: { day: Weekday; span: QuietSpan | undefined; change: (change: SpanChange) => void }) {
  const t = texts.value
  const id = useId()
  const { day, span, change } = props
  const name = dayName(day, useApp().reader.value)
  const edit = (part: 'from' | 'to', text: string): void => {
    const [hour, minute] = text.split(':').map(Number)
    if (hour === undefined || minute === undefined || Number.isNaN(hour + minute)) return
    const minutes = part === 'to' && hour + minute === 0 ? 1440 : hour * 60 + minute
    change((before) => ({ ...(before ?? { day, ...NIGHT }), [part]: minutes }))
  }
  return (
    <div class="day-row">
      <label class="check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={span !== undefined}
          onChange={({ currentTarget: { checked } }) =>
            change(() => (checked ? { day, ...NIGHT } : undefined))
          }
        />
        {name}
      </label>
      {span && (
        <>
          <input
            class="input"
            type="time"
            aria-label={t.quietFrom(name)}
            value={clockText(span.from)}
            onChange={(event) => edit('from', event.currentTarget.value)}
          />
          <span aria-hidden="true">–</span>
          <input
            class="input"
            type="time"
            aria-label={t.quietTo(name)}
            value={clockText(span.to % 1440)}
            onChange={(event) => edit('to', event.currentTarget.value)}
          />
          <span class="small quiet">{span.to <= span.from ? t.quietNextDay : ''}</span>
        </>
      )}
    </div>
  )
}
