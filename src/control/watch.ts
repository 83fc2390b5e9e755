import type { LogRecord, RoomLog } from '../ops/log.ts'
import type { Send } from './console.ts'
import type { Wanted } from './messages.ts'

/** Lines that wait for one watcher; what comes when it is full is lost and counted, so that a slow terminal costs no memory. */
const MOST_WAITING = 1000

/** Fields of a line that name a person. */
const NAMES = ['who', 'name', 'user'] as const

/** Sends the wanted lines of the log as they happen, until the client stops or is gone. The log itself stays as it is. */
export async function watchLog(
  log: Pick<RoomLog, 'watch'>,
  wanted: Wanted,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  const wants = matcher(wanted)
  const waiting: LogRecord[] = []
  let lost = 0
  let wake: () => void = () => undefined
  const end = log.watch(wanted.level, (record) => {
    if (!wants(record)) return
    if (waiting.length < MOST_WAITING) waiting.push(record)
    else lost += 1
    wake()
  })
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      const record = waiting.shift()
      if (record) await send({ kind: 'log', record })
      else if (lost > 0) {
        const lines = lost
        lost = 0
        await send({ kind: 'lost', lines })
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
          if (signal.aborted) resolve()
        })
      }
    }
  } finally {
    end()
  }
}

/** Whether a line is wanted: its room, and one of its names. A person may be named by the whole address or by the part before `@`. */
export function matcher({ rooms, users }: Pick<Wanted, 'rooms' | 'users'>): (record: LogRecord) => boolean {
  const people = users.map((user) => user.replace(/^sips?:/i, '').toLowerCase())
  return (record) => {
    if (rooms.length > 0 && !rooms.includes(String(record.room))) return false
    if (people.length === 0) return true
    return NAMES.some((field) => {
      const name = record[field]
      if (typeof name !== 'string') return false
      const whole = name.replace(/^sips?:/i, '').toLowerCase()
      return people.some((one) => whole === one || (!one.includes('@') && whole.split('@')[0] === one))
    })
  }
}
