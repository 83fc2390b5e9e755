/** `2026-11-25`, `2026-11-25T14:56:16Z`, `11/25/2026 14:56`; without a zone UTC. Milliseconds since 1970. */
export function parseDate(text: string): number | undefined {
  const iso =
    /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i.exec(
      text,
    )
  const american = iso
    ? null
    : /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP])M)?)?\s*$/i.exec(text)
  const [, a = '', b = '', c = '', hour = '0', minute = '0', second = '0', rest = ''] = iso ?? american ?? []
  if (a === '') return undefined
  const [year, month, day] = iso ? [a, b, c] : [c, a, b]
  const hours =
    american && rest !== '' ? (Number(hour) % 12) + (rest.toLowerCase() === 'p' ? 12 : 0) : Number(hour)
  const fraction = iso && rest !== '' ? Math.floor(Number(`0.${rest}`) * 1000) : 0
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    hours,
    Number(minute),
    Number(second),
    fraction,
  )
  const date = new Date(ms)
  if (date.getUTCMonth() !== Number(month) - 1 || hours > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined
  const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(iso?.[8] ?? '')
  return zone ? ms - (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000 : ms
}
