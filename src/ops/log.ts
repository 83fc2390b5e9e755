import { pino } from 'pino'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** The log that every room writes to; children carry one connection id through everything. */
export type Logger = pino.Logger

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

function redactText(text: string): string {
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

/** One line for a person at a terminal: time, level, message, then the fields. */
function humanLine(line: string): string {
  const { time, level, msg, pid: _pid, ...fields } = JSON.parse(line) as Record<string, unknown>
  const name = String(level).toUpperCase().padEnd(5)
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${String(time).slice(11, 19)} ${name} ${printable([String(msg ?? ''), ...rest].join('  '))}\n`
}

/** Control characters of peers never reach a terminal as such. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** Standard error, written at once. Whoever read it may be gone: the server goes on without being heard. */
function standardError() {
  const destination = pino.destination({ fd: 2, sync: true })
  destination.on('error', () => {})
  return destination
}

/**
 * JSON lines to standard error, or lines for a person where standard error is a terminal (ux 3.2). Written at once, so
 * that the last lines before a crash are there.
 */
export function createLog(level: LogLevel, options: { human?: boolean } = {}): Logger {
  const human = options.human ?? process.stderr.isTTY
  const stream = human
    ? { write: (line: string) => void process.stderr.write(humanLine(line)) }
    : standardError()
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => redact(record) as Record<string, unknown>,
        bindings: (bindings) => redact(bindings) as Record<string, unknown>,
      },
      // `formatters.log` has made errors plain already; pino's own serializer would find no error there.
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(args, method) {
          const [first, second, ...rest] = args as [unknown, unknown, ...unknown[]]
          const text =
            typeof first === 'string'
              ? [redactText(first), second, ...rest]
              : [first, typeof second === 'string' ? redactText(second) : second, ...rest]
          method.apply(
            this,
            text.filter((item, at) => at === 0 || item !== undefined) as Parameters<typeof method>,
          )
        },
      },
    },
    stream,
  )
}
