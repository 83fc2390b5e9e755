import { dayKey, hourOf, type Reader, weekday, weekdayLong } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import type { Line } from '../model.ts'
import { stripOf } from './strip.ts'

/** When they came, on one line of time; nights are darker. Only where it spans more than a few hours. */
export function Strip({ lines, to, reader }: { lines: readonly Line[]; to: number; reader: Reader }) {
  const t = texts.value
  const strip = stripOf(
    lines.map((line) => line.at),
    to,
    (at) => dayKey(at, reader),
    (at) => hourOf(at, reader),
  )
  if (!strip) return null
  const said = strip.days
    .filter((day) => day.count > 0)
    .map((day) => t.onDay(day.count, weekdayLong(day.at, reader)))
  return (
    <div class="strip">
      <svg
        class="strip-bar"
        viewBox="0 0 1000 48"
        preserveAspectRatio="none"
        role="img"
        aria-label={t.whenTheyCame(said.join(t.timesJoin))}
      >
        {strip.nights.map((night) => (
          <rect
            key={night.from}
            class="dark"
            x={night.from * 1000}
            width={(night.to - night.from) * 1000}
            y="0"
            height="48"
          />
        ))}
        {strip.marks.map((mark, index) => (
          <rect key={index} class="lit" x={mark * 996} width="4" y="8" height="32" rx="2" />
        ))}
      </svg>
      <svg class="strip-days" height="20" aria-hidden="true">
        {strip.days.map((day) => (
          <g key={day.at}>
            {day.from > 0 && <line x1={`${day.from * 100}%`} x2={`${day.from * 100}%`} y1="3" y2="20" />}
            {day.to - day.from > 0.06 && (
              <text x={`${day.from * 100}%`} dx={day.from > 0 ? 5 : 0} y="16">
                {weekday(day.at, reader)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  )
}
