/** ISO 8601 and the invariant form `MM/dd/yyyy [HH:mm[:ss]]`, read as UTC. @returns milliseconds, or undefined. */
export function parseDate(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(trimmed)) {
    const iso = trimmed.replace(' ', 'T')
    const zoned = /T/.test(iso) && !/(Z|[+-]\d{2}:?\d{2})$/.test(iso) ? `${iso}Z` : iso
    const ms = Date.parse(zoned)
    return Number.isNaN(ms) ? undefined : ms
  }
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(trimmed)
  if (!match) return undefined
  const [, month, day, year, hour = '0', minute = '0', second = '0'] = match
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  return new Date(ms).getUTCMonth() === Number(month) - 1 ? ms : undefined
}
