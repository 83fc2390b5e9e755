/** Levels from the most talkative to the most silent. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof LEVELS)[number]

/** Rooms that write to the log, named as their folders (STYLE 1). */
export const LOG_ROOMS = [
  'actions',
  'admin',
  'bus',
  'control',
  'httpserver',
  'main',
  'remoting',
  'sshserver',
  'store',
  'ucwa',
  'wsman',
] as const
export type LogRoom = (typeof LOG_ROOMS)[number]

/** What goes to the log: a level for everybody, and others for single rooms (`log.level`, `log.rooms`). */
export interface LogLevels {
  readonly level: LogLevel
  readonly rooms: Readonly<Partial<Record<LogRoom, LogLevel | undefined>>>
}

/** The level of one room. */
export function levelOf({ level, rooms }: LogLevels, room: LogRoom): LogLevel {
  return rooms[room] ?? level
}

/** The more talkative one of two levels. */
export function moreTalkative(a: LogLevel, b: LogLevel): LogLevel {
  return LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b
}

/** Whether `level` is at least as serious as `border`. */
export function passes(level: LogLevel, border: LogLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(border)
}

/** Whether a text names a level. */
export function isLevel(text: string): text is LogLevel {
  return (LEVELS as readonly string[]).includes(text)
}

/** Whether a text names a room. */
export function isRoom(text: string): text is LogRoom {
  return (LOG_ROOMS as readonly string[]).includes(text)
}

/**
 * Reads `info,store=debug`: a level, and room=level pairs, in any order. Names are not checked here: the schema of the
 * configuration says which there are.
 */
export function readLevels(text: string): { level?: string; rooms?: Record<string, string> } {
  const rooms: Record<string, string> = {}
  let level: string | undefined
  for (const part of text.split(',').map((one) => one.trim())) {
    const [name = '', value] = part.split('=', 2).map((one) => one.trim())
    if (value === undefined) level = name
    else rooms[name] = value
  }
  return {
    ...(level === undefined ? {} : { level }),
    ...(Object.keys(rooms).length === 0 ? {} : { rooms }),
  }
}
