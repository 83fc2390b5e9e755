/** Milliseconds per unit word of a duration in the configuration. */
const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  days: 86_400_000,
}

/** Octets per unit word of a size in the configuration. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
}

/**
 * Reads `"15 min"`, or a bare number of seconds.
 * @returns milliseconds, or undefined when it is neither.
 */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return value >= 0 ? Math.round(value * 1000) : undefined
  return measure(value, DURATION_UNITS)
}

/**
 * Reads `"64 KiB"`, or a bare number of octets.
 * @returns octets, or undefined when it is neither.
 */
export function parseSize(value: string | number): number | undefined {
  if (typeof value === 'number') return value >= 0 ? Math.floor(value) : undefined
  return measure(value, SIZE_UNITS)
}

function measure(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,3})?) ?([A-Za-z]{1,4})$/.exec(text.trim())
  const unit = Object.hasOwn(units, match?.[2] ?? '') ? units[match?.[2] ?? ''] : undefined
  if (match === null || unit === undefined) return undefined
  return Math.round(Number(match[1]) * unit)
}

/** Writes milliseconds as the configuration would: the largest unit without a fraction. */
export function formatDuration(ms: number): string {
  return inUnits(ms, [
    ['days', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ])
}

/** Writes octets as the configuration would. */
export function formatSize(octets: number): string {
  return inUnits(octets, [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
    ['B', 1],
  ])
}

/** A unit of one is skipped where the next smaller one reads better: `60 min`, `24 h`. */
function inUnits(value: number, units: readonly (readonly [string, number])[]): string {
  for (const [name, size] of units) {
    if (value % size === 0 && (value >= size * 2 || (value === size && name.endsWith('B'))))
      return `${value / size} ${name}`
  }
  const [name, size] = units.find(([, size]) => value % size === 0 && value >= size) ??
    units[units.length - 1] ?? ['', 1]
  return `${value / size} ${name}`
}
