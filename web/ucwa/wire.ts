/**
 * Reading of UCWA values (ucwa.md section 5). Everything from the wire is `unknown` until a function here has looked at it;
 * what is missing or of the wrong type is `undefined`, never a thrown error: one odd event must not stop the feed.
 */
export type Resource = { readonly [name: string]: unknown }

export function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(resource: Resource | undefined, name: string): string | undefined {
  const value = resource?.[name]
  return typeof value === 'string' ? value : undefined
}

export function number(resource: Resource | undefined, name: string): number | undefined {
  const value = resource?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Address of a link. Links are single or an array (section 5); of an array the first counts. */
export function href(resource: Resource | undefined, rel: string): string | undefined {
  const links = resource?._links
  if (!isResource(links)) return undefined
  const link = links[rel]
  const one = Array.isArray(link) ? link[0] : link
  return isResource(one) ? text(one, 'href') : undefined
}

/** Address of the resource itself. */
export function self(resource: Resource | undefined): string | undefined {
  return href(resource, 'self')
}

export function embedded(resource: Resource | undefined, rel: string): Resource | undefined {
  return embeddedAll(resource, rel)[0]
}

export function embeddedAll(resource: Resource | undefined, rel: string): readonly Resource[] {
  const all = resource?._embedded
  const value = isResource(all) ? all[rel] : undefined
  if (Array.isArray(value)) return value.filter(isResource)
  return isResource(value) ? [value] : []
}

/** `/Date(1364327898968)/`, an ISO date or milliseconds → milliseconds since 1970. */
export function instant(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  const ticks = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(value)
  if (ticks) return Number(ticks[1])
  const parsed = Date.parse(value)
  return Number.isNaN(parsed) ? undefined : parsed
}

/**
 * The last segment of a contact or participant address is the person's address `user@domain` (section 5).
 * @returns `sip:user@domain` in lower case
 */
export function personOf(address: string | undefined): string | undefined {
  const match = /\/(?:people|participants)\/([^/?]+)/.exec(address ?? '')
  if (!match) return undefined
  const user = decoded(match[1] ?? '')
  return user.includes('@') ? sipUri(user) : undefined
}

/** A display name as it may stand inside a sentence: controls of writing direction would turn the sentence around (SECURITY 44). */
export function displayName(name: string | undefined): string | undefined {
  return name?.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim() || undefined
}

export function sipUri(address: string): string {
  const lower = address.trim().toLowerCase()
  return lower.startsWith('sip:') ? lower : `sip:${lower}`
}

/** `user@domain` of `sip:user@domain`: how people write it, and with what the path of a contact ends. */
export function withoutScheme(uri: string): string {
  return uri.replace(/^sip:/, '')
}

/** A part of an address; what is not percent-encoded as it should be stays as it is. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** `data:text/plain;charset=utf-8,Hi+there%0d%0a` and its base64 form → text. Plain text passes as it is. */
export function textOfMessage(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const match = /^\s*data:\s*([^,]*),(.*)$/s.exec(value)
  if (!match) return value
  const [, type = '', body = ''] = match
  const plain = /;\s*base64/i.test(type) ? fromBase64(body) : decoded(body.replaceAll('+', ' '))
  return /html/i.test(type) ? textOfHtml(plain) : plain
}

function fromBase64(body: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(body), (c) => c.charCodeAt(0)))
  } catch {
    return ''
  }
}

/** The form old clients expect too (section 5): percent-encoded UTF-8, space as `+`. */
export function messageUri(plain: string): string {
  return `data:text/plain;charset=utf-8,${encodeURIComponent(plain).replaceAll('%20', '+')}`
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

/** Text of HTML that somebody else's client wrote: tags dropped, breaks kept. Never handed to a parser of the browser (SECURITY 44). */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<br\s*\/?>|<\/(?:p|div|li|tr)\s*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
      if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole
      const code = Number.parseInt(name.replace(/^#x?/i, ''), /^#x/i.test(name) ? 16 : 10)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    })
    .trim()
}
