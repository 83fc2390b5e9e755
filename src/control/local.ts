import { type ConsoleLink, systemUser } from './client.ts'
import { type Console, type ConsoleParts, openConsole } from './console.ts'

/** The same console without a server. */
export function localConsole(parts: ConsoleParts, close: () => Promise<void>): ConsoleLink {
  const console: Console = openConsole(parts, systemUser())
  let running: AbortController | undefined
  return {
    work(work, send, ask) {
      running = new AbortController()
      return console.work(work, send, ask, running.signal)
    },
    stop: () => running?.abort(),
    close,
  }
}
