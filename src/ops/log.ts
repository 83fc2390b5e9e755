import { pino } from 'pino'
import { requestFields } from './correlation.ts'
import {
  isLevel,
  isRoom,
  LOG_ROOMS,
  type LogLevel,
  type LogLevels,
  type LogRoom,
  levelOf,
  moreTalkative,
  passes,
} from './log-levels.ts'
import { redact, redactText } from './redact.ts'

export type { LogRoom } from './log-levels.ts'

/** The log that every room writes to; children carry one connection id through everything. */
export type Logger = pino.Logger

/** One line as a watcher gets it: secrets are hidden in it already. */
export type LogRecord = Readonly<Record<string, unknown>> & { readonly level: LogLevel }

/** The log of one process, by room. */
export interface RoomLog {
  /** The logger of a room; its lines carry the room's name. */
  room(name: LogRoom): Logger
  /**
   * Everything from `level` on, as it happens, whatever the log itself is told to keep: neither its level nor its content changes.
   * @returns the end of watching
   */
  watch(level: LogLevel, seen: (record: LogRecord) => void): () => void
}

/** One line for a person at a terminal: time, level, message, then the fields. */
export function humanLine(record: Readonly<Record<string, unknown>>): string {
  const { time, level, msg, room, pid: _pid, ...fields } = record
  const name = String(level).toUpperCase().padEnd(5)
  const said = `${room === undefined ? '' : `${String(room)}: `}${String(msg ?? '')}`
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${String(time).slice(11, 19)} ${name} ${printable([said, ...rest].join('  '))}\n`
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

interface Watcher {
  readonly level: LogLevel
  readonly seen: (record: LogRecord) => void
}

/**
 * JSON lines to standard error, or lines for a person where standard error is a terminal (ux 3.2). Written at once, so
 * that the last lines before a crash are there.
 */
export function openLog(levels: LogLevels, options: { human?: boolean } = {}): RoomLog {
  const human = options.human ?? process.stderr.isTTY
  const target = human
    ? { write: (line: string) => void process.stderr.write(humanLine(JSON.parse(line) as LogRecord)) }
    : standardError()
  const watchers = new Set<Watcher>()
  const root = pino(settings(levels.level), {
    write(line) {
      // Without watchers every logger has its own level already, and nothing is looked at twice.
      if (watchers.size === 0) {
        target.write(line)
        return
      }
      const record = JSON.parse(line) as LogRecord
      const room = typeof record.room === 'string' && isRoom(record.room) ? record.room : 'main'
      if (!isLevel(record.level) || passes(record.level, levelOf(levels, room))) target.write(line)
      for (const { level, seen } of watchers) if (passes(record.level, level)) seen(record)
    },
  })
  const rooms = new Map(
    LOG_ROOMS.map((room) => [room, root.child({ room }, { level: levelOf(levels, room) })]),
  )

  function setLevels(): void {
    for (const [room, logger] of rooms) {
      let level = levelOf(levels, room)
      for (const watcher of watchers) level = moreTalkative(level, watcher.level)
      logger.level = level
    }
  }

  return {
    room: (name) => rooms.get(name) ?? root,
    watch(level, seen) {
      const watcher = { level, seen }
      watchers.add(watcher)
      setLevels()
      return () => {
        watchers.delete(watcher)
        setLevels()
      }
    },
  }
}

/** The log of a process that has no rooms to tell apart: a command, a test. */
export function createLog(level: LogLevel, options: { human?: boolean } = {}): Logger {
  return openLog({ level, rooms: {} }, options).room('main')
}

function settings(level: LogLevel): pino.LoggerOptions {
  return {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => requestFields(),
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
  }
}
