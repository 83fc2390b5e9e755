/** One part of a multipart body: header fields with lower-case names, and what follows the blank line. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Parts of one body that a peer may send; more is malformed (SECURITY 16). */
const MAX_PARTS = 101

/** The `boundary` parameter of a Content-Type, quoted or not (RFC 2046 §5.1.1). */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/**
 * Cuts a multipart body (RFC 2046 §5.1.1). Text before the first and after the last boundary is dropped; the blank
 * line that the helper library leaves in front of a boundary belongs to no part.
 * @returns undefined when the closing boundary is missing or there are too many parts
 */
export function parseMultipart(body: string, boundary: string): readonly Part[] | undefined {
  const parts: Part[] = []
  const mark = `--${boundary}`
  let at = body.startsWith(mark) ? 0 : body.indexOf(`\n${mark}`) + 1
  if (at === 0 && !body.startsWith(mark)) return undefined
  for (;;) {
    const start = at + mark.length
    if (body.startsWith('--', start)) return parts
    const end = body.indexOf(`\n${mark}`, start)
    if (end < 0 || parts.length >= MAX_PARTS) return undefined
    const from = body.indexOf('\n', start) + 1
    if (from > 0 && from <= end) parts.push(parsePart(body.slice(from, end).replace(/\r$/, '')))
    at = end + 1
  }
}

function parsePart(text: string): Part {
  const { head, rest } = splitHead(text)
  return { headers: parseFields(head), body: rest }
}

/** Cuts at the first blank line; without one everything is head. */
export function splitHead(text: string): { head: string; rest: string } {
  const match = /\r?\n\r?\n/.exec(text)
  if (text.startsWith('\r\n') || text.startsWith('\n')) {
    return { head: '', rest: text.replace(/^\r?\n/, '') }
  }
  return match
    ? { head: text.slice(0, match.index), rest: text.slice(match.index + match[0].length) }
    : { head: text, rest: '' }
}

export function parseFields(head: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of head.split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return fields
}

/** Fields of `multipart/form-data` (RFC 7578); files are read as texts, names that repeat keep the first value. */
export function parseFormData(body: string, contentType: string): ReadonlyMap<string, string> | undefined {
  const boundary = boundaryOf(contentType)
  const parts = boundary === undefined ? undefined : parseMultipart(body, boundary)
  if (!parts) return undefined
  const form = new Map<string, string>()
  for (const part of parts) {
    const name = /;\s*name\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(part.headers.get('content-disposition') ?? '')
    const key = name?.[1] ?? name?.[2]
    if (key !== undefined && !form.has(key)) form.set(key, part.body)
  }
  return form
}
