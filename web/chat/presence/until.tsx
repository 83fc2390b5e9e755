import { useSignal } from '@preact/signals'
import { clock, endOfDay } from '../../i18n/dates.ts'
import { texts } from '../../i18n/language.ts'
import { Icon } from '../../parts/icon.tsx'
import { now, useApp } from '../app-state.ts'
import { atClock } from './clock.ts'

const HALF_HOUR = 1_800_000

/** When the state ends by itself: a few times that lie near, the end of the day, or any time until tomorrow. */
export function Until(props: { value: number | undefined; change: (expires: number | undefined) => void }) {
  const { value, change } = props
  const t = texts.value
  const reader = useApp().reader.value
  const other = useSignal(false)
  const end = endOfDay(now.value, reader)
  const near = [1, 2, 4].map(
    (hours) => Math.ceil((now.value + (hours - 0.5) * 2 * HALF_HOUR) / HALF_HOUR) * HALF_HOUR,
  )
  const offered = [...new Set([...near.filter((at) => at < end), end])]
  const same = (at: number): boolean => value !== undefined && Math.abs(at - value) < 60_000
  const known = value !== undefined && !offered.some(same) ? [value] : []
  const all = [...known, ...offered].sort((a, b) => a - b)
  const selected = other.value ? 'other' : value === undefined ? '' : String(all.find(same) ?? '')
  const pick = (picked: string): void => {
    other.value = picked === 'other'
    if (picked !== 'other') change(picked === '' ? undefined : Number(picked))
  }
  return (
    <div class="field">
      <label for="until">{t.until}</label>
      <span class="row wrap">
        <span class="select">
          <select
            class="input"
            id="until"
            value={selected}
            onChange={(event) => pick(event.currentTarget.value)}
          >
            <option value="">{t.untilIChange}</option>
            {all.map((at) => (
              <option key={at} value={String(at)}>
                {Math.abs(at - end) < 60_000 ? t.untilEndOfDay : t.untilClock(clock(at, reader))}
              </option>
            ))}
            <option value="other">{t.untilOther}</option>
          </select>
          <Icon name="i-down" small />
        </span>
        {other.value && (
          <input
            class="input"
            type="time"
            aria-label={t.untilTime}
            ref={(input) => {
              if (input?.value === '') input.focus()
            }}
            onChange={(event) => {
              const at = atClock(event.currentTarget.value, now.value, reader)
              if (at === undefined) return
              other.value = false
              change(at)
            }}
          />
        )}
      </span>
    </div>
  )
}
