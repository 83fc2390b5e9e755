/** Values longer than this are cut (SECURITY 56). */
const MAX_VALUE = 1024
const MAX_DEPTH = 5
const HIDDEN = '[hidden]'

/** Names whose values are never logged, wherever they stand in a record (SECURITY 56). */
const SECRET_NAME =
  /^(?:.*(?:password|passphrase|secret|token|authorization|cookie|csrf|nthash|ha1|privatekey)|pw|key|body|text|html|credential|mail)$/i

/** Credentials inside a longer text, such as a header that was quoted in an error. */
const SECRET_TEXT =
  /\b(bearer|basic|cwt=|negotiate|ntlm|digest|__host-nightpost=|nightpost=)\s*[\w+/=.~-]{8,}/gi

/** Cuts long values and hides secrets, by name and by shape; what it returns is plain data of bounded size. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
  if (value instanceof Error) return redactError(value, depth)
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} octets]`
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1))
  const plain: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) {
    plain[name] =
      SECRET_NAME.test(name) && item !== undefined && item !== null ? HIDDEN : redact(item, depth + 1)
  }
  return plain
}

/** The same for one text. */
export function redactText(text: string): string {
  const hidden = text.replace(SECRET_TEXT, (_, scheme: string) => `${scheme} ${HIDDEN}`)
  return hidden.length > MAX_VALUE ? `${hidden.slice(0, MAX_VALUE)}…` : hidden
}

function redactError(error: Error, depth: number): unknown {
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined || depth >= MAX_DEPTH ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}
