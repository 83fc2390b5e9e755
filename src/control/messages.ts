import type { StreamRecord } from '../admin/cmdlet.ts'
import type { PsValue } from '../base/ps-value.ts'
import type { SyntaxProblem } from '../codec/powershell/syntax.ts'
import type { LogRecord } from '../ops/log.ts'
import { isLevel, type LogLevel } from '../ops/log-levels.ts'
import { decodeValue, encodeValue, type Wire } from './values.ts'

/** How the client shows what comes back. */
export interface Screen {
  readonly width: number
  readonly language: 'en' | 'ja'
  /** Somebody sits there and can be asked; else a question is an error (INTERFACES 3). */
  readonly interactive: boolean
  /** The client reads and writes files of its computer when a command asks (`FileQuestion`). */
  readonly files?: boolean
}

/** What a client wants done; one at a time on one connection. */
export type Work =
  /** A text of the console's language. */
  | { readonly kind: 'script'; readonly text: string; readonly screen: Screen }
  /** One command with values that have no text form: the rows of an import, a password. */
  | {
      readonly kind: 'call'
      readonly name: string
      readonly arguments: readonly {
        readonly name: string | undefined
        readonly value: PsValue | undefined
      }[]
      readonly input: readonly PsValue[] | undefined
      readonly screen: Screen
    }
  /** What is no cmdlet: `backup`. */
  | { readonly kind: 'verb'; readonly verb: string; readonly with: Wire }
  /** The log as it happens, until `stop`. */
  | ({ readonly kind: 'watch' } & Wanted)

/** Which lines of the log a watcher wants; empty lists are everything. */
export interface Wanted {
  readonly level: LogLevel
  readonly rooms: readonly string[]
  /** Addresses or names of people; lines of others are left out. */
  readonly users: readonly string[]
}

/** A line of the client. */
export type Request =
  | { readonly kind: 'hello'; readonly user: string }
  | Work
  | { readonly kind: 'answer'; readonly value: Wire }
  | { readonly kind: 'stop' }

/** What a question asks for; the answer is the number of a choice, or values by name. */
export type Question =
  | {
      readonly ask: 'choice'
      readonly caption: string
      readonly message: string
      readonly choices: readonly { readonly label: string; readonly help: string }[]
      readonly preset: number
    }
  | {
      readonly ask: 'fields'
      readonly caption: string
      readonly message: string
      readonly fields: readonly { readonly name: string; readonly typeName: string }[]
    }

/** What the client's own process does with a file; a relative path is one of its working folder. The answer is a `FileAnswer`. */
export type FileQuestion =
  | { readonly ask: 'read'; readonly path: string }
  | {
      readonly ask: 'write'
      readonly path: string
      readonly text: string
      readonly mode: 'replace' | 'append' | 'new'
    }

/** A line of the server. */
export type Reply =
  /** A line of input begins; `end`: one statement of it is done. */
  | { readonly kind: 'line' }
  | { readonly kind: 'value'; readonly value: PsValue }
  | { readonly kind: 'end' }
  | { readonly kind: 'stream'; readonly record: StreamRecord }
  | { readonly kind: 'question'; readonly question: Question | FileQuestion }
  | { readonly kind: 'syntax'; readonly problem: SyntaxProblem }
  | { readonly kind: 'result'; readonly value: Wire }
  /** A line of the log; `lost`: so many were left out here, because the client reads too slowly. */
  | { readonly kind: 'log'; readonly record: LogRecord }
  | { readonly kind: 'lost'; readonly lines: number }
  /** The work is over; nothing more comes for it. */
  | { readonly kind: 'done'; readonly errors: number }

/** One line, without its end. */
export function encodeRequest(request: Request): string {
  if (request.kind !== 'call') return JSON.stringify(request)
  const given = request.arguments.map(({ name, value }) => ({
    ...(name === undefined ? {} : { name }),
    ...(value === undefined ? {} : { value: encodeValue(value) }),
  }))
  const input = request.input === undefined ? {} : { input: request.input.map(encodeValue) }
  return JSON.stringify({
    kind: 'call',
    name: request.name,
    arguments: given,
    ...input,
    screen: request.screen,
  })
}

/** @returns undefined for a line that is no request. */
export function decodeRequest(line: string): Request | undefined {
  const json = parse(line)
  if (!json) return undefined
  switch (json.kind) {
    case 'hello':
      return typeof json.user === 'string' && /^[^\p{C}]{1,64}$/u.test(json.user)
        ? { kind: 'hello', user: json.user }
        : undefined
    case 'script': {
      const screen = decodeScreen(json.screen)
      return screen && typeof json.text === 'string' ? { kind: 'script', text: json.text, screen } : undefined
    }
    case 'call':
      return decodeCall(json)
    case 'verb':
      return typeof json.verb === 'string'
        ? { kind: 'verb', verb: json.verb, with: (json.with ?? null) as Wire }
        : undefined
    case 'watch':
      return decodeWatch(json)
    case 'answer':
      return { kind: 'answer', value: (json.value ?? null) as Wire }
    case 'stop':
      return { kind: 'stop' }
    default:
      return undefined
  }
}

function decodeWatch({ level, rooms, users }: Record<string, unknown>): Request | undefined {
  if (typeof level !== 'string' || !isLevel(level) || !isTexts(rooms) || !isTexts(users)) return undefined
  return { kind: 'watch', level, rooms, users }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === 'string')
}

function decodeCall(json: Record<string, unknown>): Request | undefined {
  const screen = decodeScreen(json.screen)
  if (!screen || typeof json.name !== 'string' || !Array.isArray(json.arguments)) return undefined
  const given: { name: string | undefined; value: PsValue | undefined }[] = []
  for (const one of json.arguments as readonly { name?: unknown; value?: unknown }[]) {
    const value = one.value === undefined ? undefined : decodeValue(one.value)
    if (one.value !== undefined && value === undefined) return undefined
    given.push({ name: typeof one.name === 'string' ? one.name : undefined, value })
  }
  const input = json.input === undefined ? undefined : decodeValue(json.input)
  if (input !== undefined && !Array.isArray(input)) return undefined
  return {
    kind: 'call',
    name: json.name,
    arguments: given,
    input: input as readonly PsValue[] | undefined,
    screen,
  }
}

function decodeScreen(json: unknown): Screen | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { width, language, interactive, files } = json as Record<string, unknown>
  if (typeof width !== 'number' || !(width >= 20 && width <= 32_767)) return undefined
  return {
    width: Math.floor(width),
    language: language === 'ja' ? 'ja' : 'en',
    interactive: interactive === true,
    ...(files === true ? { files } : {}),
  }
}

/** One line, without its end. */
export function encodeReply(reply: Reply): string {
  if (reply.kind === 'value') return JSON.stringify({ kind: 'value', value: encodeValue(reply.value) })
  if (reply.kind === 'stream' && reply.record.stream === 'error') {
    const { record } = reply.record
    return JSON.stringify({
      kind: 'stream',
      record: { stream: 'error', record: { ...record, target: encodeValue(record.target) } },
    })
  }
  return JSON.stringify(reply)
}

/** The server's line; it is our own and needs no check but that of its values. */
export function decodeReply(line: string): Reply | undefined {
  const json = parse(line)
  if (!json) return undefined
  if (json.kind === 'value') {
    const value = decodeValue(json.value)
    return value === undefined ? undefined : { kind: 'value', value }
  }
  const reply = json as unknown as Reply
  if (reply.kind !== 'stream' || reply.record.stream !== 'error') return reply
  const { record } = reply.record
  return {
    kind: 'stream',
    record: { stream: 'error', record: { ...record, target: decodeValue(record.target) ?? null } },
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(line)
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
