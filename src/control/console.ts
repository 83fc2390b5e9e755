import type { Caller, FileAnswer, Host, StreamRecord } from '../admin/cmdlet.ts'
import { TerminatingError } from '../admin/cmdlet.ts'
import { interpret, openSession, type Piece, type Session } from '../admin/interpreter.ts'
import type { Engine } from '../admin/invoke.ts'
import type { PsValue } from '../base/ps-value.ts'
import { Scope, type ScriptLimits } from '../codec/powershell/scope.ts'
import { parseScript } from '../codec/powershell/script.ts'
import type { RoomLog } from '../ops/log.ts'
import type { FileQuestion, Question, Reply, Screen, Work } from './messages.ts'
import { decodeValue, type Wire } from './values.ts'
import { watchLog } from './watch.ts'

/** What is no cmdlet but only the owner of the data folder may ask for, by name (`backup`). @throws Error with a line for the person. */
export type Verbs = Readonly<Record<string, (given: Wire) => Promise<Wire>>>

/** What a console works with. */
export interface ConsoleParts {
  readonly engine: Engine
  readonly verbs: Verbs
  /** `limits.script*` of the configuration. */
  readonly limits?: ScriptLimits
  /** The log of this process; absent where nobody serves. */
  readonly log?: Pick<RoomLog, 'watch'>
}

/** Sends a reply; resolves when the client can take more. */
export type Send = (reply: Reply) => void | Promise<void>

/** Asks the client. @returns its answer; undefined when it went away. */
export type Ask = (question: Question | FileQuestion) => Promise<Wire | undefined>

/** One person at one prompt: variables live from one work to the next. */
export interface Console {
  /** Ends with a `done`, whatever happened. */
  work(work: Work, send: Send, ask: Ask, signal: AbortSignal): Promise<void>
}

/**
 * The local administrator: CsAdministrator without NpMessageReader, recorded by the name of the system user (DECISIONS 27).
 */
export function openConsole(parts: ConsoleParts, user: string): Console {
  const caller: Caller = {
    account: undefined,
    name: `console:${user}`,
    from: 'admin.sock',
    door: 'console',
    local: true,
  }
  let now: { screen: Screen; send: Send; ask: Ask; errors: number } | undefined
  // One session for the life of the connection; its host passes on to whatever work runs now.
  const write = async (record: StreamRecord) => {
    if (now && record.stream === 'error') now.errors += 1
    await now?.send({ kind: 'stream', record })
  }
  const session = (screen: Screen): Session => {
    const host = hostFor(screen, write, (question) => now?.ask(question) ?? Promise.resolve(undefined))
    return openSession(parts.engine, host, caller, kept)
  }
  const kept = new Scope(undefined, [], parts.limits)

  return {
    async work(work, send, ask, signal) {
      if (work.kind === 'verb') {
        await runVerb(parts.verbs, work, send)
        return
      }
      if (work.kind === 'watch') {
        if (parts.log) await watchLog(parts.log, work, send, signal)
        await send({ kind: 'done', errors: parts.log ? 0 : 1 })
        return
      }
      now = { screen: work.screen, send, ask, errors: 0 }
      try {
        if (work.kind === 'script') await runScript(session(work.screen), work.text, send, signal)
        else await runCall(session(work.screen), work, send, signal)
        await send({ kind: 'done', errors: now.errors })
      } finally {
        now = undefined
      }
    },
  }
}

/** A text, statement by statement; one that cannot be parsed runs not at all. */
export async function runScript(
  session: Session,
  text: string,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  const script = parseScript(text, session.scope.limits)
  if (!script.ok) {
    await send({ kind: 'syntax', problem: script.error })
    return
  }
  for await (const piece of interpret(session, script.value, signal)) await send(piece satisfies Piece)
}

/** One command with the values it is given. */
export async function runCall(
  { run, host }: Session,
  { name, arguments: given, input }: Extract<Work, { kind: 'call' }>,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  await send({ kind: 'line' })
  try {
    const calls = [{ name, arguments: given }]
    for await (const value of run(calls, input && stream(input), host, signal))
      await send({ kind: 'value', value })
  } catch (error) {
    if (!(error instanceof TerminatingError)) throw error
    await host.write({ stream: 'error', record: error.record })
  }
  await send({ kind: 'end' })
}

async function* stream(values: readonly PsValue[]): AsyncGenerator<PsValue> {
  yield* values
}

async function runVerb(verbs: Verbs, work: Extract<Work, { kind: 'verb' }>, send: Send): Promise<void> {
  const run = Object.hasOwn(verbs, work.verb) ? verbs[work.verb] : undefined
  try {
    if (!run) throw new Error(`the server does not know ${work.verb}`)
    await send({ kind: 'result', value: await run(work.with) })
    await send({ kind: 'done', errors: 0 })
  } catch (error) {
    await send({ kind: 'result', value: { error: error instanceof Error ? error.message : String(error) } })
    await send({ kind: 'done', errors: 1 })
  }
}

/** Files of the client, through its answers. */
function filesOf(ask: Ask): NonNullable<Host['files']> {
  return {
    read: async (path) => fileAnswer(await ask({ ask: 'read', path })),
    write: async (path, text, mode) => fileAnswer(await ask({ ask: 'write', path, text, mode })),
  }
}

function fileAnswer(wire: Wire | undefined): FileAnswer {
  const none: FileAnswer = { ok: false, why: 'failed', message: 'This console does not open files here.' }
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire)) return none
  const { text, why, message } = wire as { readonly [name: string]: Wire }
  if (typeof text === 'string') return { ok: true, text }
  if (typeof message !== 'string') return none
  return { ok: false, why: why === 'missing' || why === 'exists' ? why : 'failed', message }
}

/** What a session's commands write to and ask. */
export function hostFor(screen: Screen, write: Host['write'], ask: Ask): Host {
  const base: Host = {
    language: screen.language,
    width: screen.width,
    write,
    ...(screen.files === true ? { files: filesOf(ask) } : {}),
  }
  if (!screen.interactive) return base
  return {
    ...base,
    ask: {
      async choice(caption, message, choices, preset) {
        const answer = await ask({ ask: 'choice', caption, message, choices, preset })
        return typeof answer === 'number' && Number.isInteger(answer) && answer in choices
          ? answer
          : undefined
      },
      async fields(caption, message, fields) {
        const answer = await ask({ ask: 'fields', caption, message, fields })
        if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined
        const values = new Map<string, PsValue>()
        for (const [name, wire] of Object.entries(answer)) {
          const value = decodeValue(wire)
          if (value !== undefined) values.set(name, value)
        }
        return values
      },
    },
  }
}
