/** A text that travels as a link (ucwa.md section 5). */
export interface DataText {
  readonly type: 'text/plain' | 'text/html'
  readonly text: string
}

/**
 * `data:text/plain;charset=utf-8,Hi+there%0d%0a`: UTF-8, percent-encoded, space as `+`. Exactly this form, with
 * `;charset=utf-8` directly after the type, because clients cut it at fixed places (conformance I5).
 */
export function formatDataUri(data: DataText): string {
  return `data:${data.type};charset=utf-8,${percentEncode(data.text)}`
}

/**
 * Reads what clients send: percent-encoded or base64, a space after `data:`, wrong types such as `html/plain`.
 * @returns undefined when it is not a data URI, or its bytes are not UTF-8
 */
export function parseDataUri(uri: string): DataText | undefined {
  const comma = uri.indexOf(',')
  if (comma < 0 || !/^data:/i.test(uri)) return undefined
  const head = uri.slice('data:'.length, comma).trim().toLowerCase()
  const [type = '', ...parameters] = head.split(';').map((part) => part.trim())
  const body = uri.slice(comma + 1)
  const text = parameters.includes('base64') ? fromBase64(body) : fromPercent(body)
  if (text === undefined) return undefined
  // COMPAT(helper library): `html/plain` and other invented types are plain text.
  return { type: type === 'text/html' ? 'text/html' : 'text/plain', text }
}

/** encodeURIComponent throws on half a surrogate pair; such text is made whole first (`toWellFormed`). */
function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%20/g, '+')
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
}

function fromPercent(body: string): string | undefined {
  try {
    return decodeURIComponent(body.replace(/\+/g, '%20'))
  } catch {
    return undefined
  }
}

function fromBase64(body: string): string | undefined {
  try {
    const binary = atob(body.replace(/%3d/gi, '=').replace(/%2b/gi, '+').replace(/%2f/gi, '/'))
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
