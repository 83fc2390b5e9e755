import { dayHead, inSentence } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { Icon } from '../parts/icon.tsx'
import { now, useApp } from './app-state.ts'

// What stands between the messages of a log. All of it hangs in one flat list.

export function DayRow({ at, night }: { at: number; night: boolean }) {
  const app = useApp()
  return (
    <li class={night ? 'day night' : 'day'}>
      <h2>
        <time datetime={new Date(at).toISOString().slice(0, 10)}>
          {dayHead(at, now.value, app.reader.value)}
        </time>
      </h2>
    </li>
  )
}

export function NewRow() {
  return (
    <li class="day new">
      <h2>{texts.value.newMessages}</h2>
    </li>
  )
}

/** The letterbox, where the lit line begins. */
export function NightFalls({ count }: { count: number | undefined }) {
  const t = texts.value
  return (
    <li class="night-mark falls">
      <Icon name="i-letterbox" />
      <span>{count === undefined ? t.whileOffline : t.arrivedOffline(count)}</span>
    </li>
  )
}

/** The lamp, where it ends. */
export function NightEnds({ until }: { until: number }) {
  const app = useApp()
  return (
    <li class="night-mark ends">
      <Icon name="i-lamp" />
      <span>{texts.value.signedInAt(inSentence(until, now.value, app.reader.value))}</span>
    </li>
  )
}
