import { parseTimeSpan } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'
import { property } from '../base/ps-value.ts'
import type { Invocation, Parameter } from './cmdlet.ts'
import { managementError } from './cmdlet.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `-Last 1h`: how far back to look. */
export const LAST: Parameter = {
  type: { kind: 'object' },
  typeName: 'System.String',
  help: {
    en: 'How far back: 30m, 1h, 7d, or a time span such as 01:30:00.',
    ja: 'さかのぼる期間です (30m、1h、7d、または 01:30:00 の形式)。',
  },
}

/** @returns milliseconds; Infinity when not given; undefined after the error was written. */
export function lastMs(invocation: Invocation, value: PsValue | undefined): number | undefined {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY
  if (typeof value === 'object' && 'kind' in value && value.kind === 'timespan') return value.ms
  const text = typeof value === 'string' ? value.trim() : String(property(value, 'text') ?? value)
  const match = /^(\d{1,9})\s*([smhd])$/i.exec(text)
  const ms = match
    ? Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 0)
    : text.includes(':')
      ? parseTimeSpan(text)
      : undefined
  if (ms === undefined) {
    invocation.error({
      ...managementError(
        `Cannot process argument transformation on parameter 'Last'. Cannot convert value "${text}" to type "System.TimeSpan". Write 30m, 1h, 7d or 01:30:00.`,
        'ParameterArgumentTransformationError',
        'InvalidData',
        text,
      ),
      exception: 'System.Management.Automation.ParameterBindingArgumentTransformationException',
    })
  }
  return ms
}
