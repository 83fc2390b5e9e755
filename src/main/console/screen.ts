import type { Screen } from '../../control/messages.ts'
import { systemLanguage } from '../words/language.ts'
import type { Streams } from './output.ts'

/** Columns where nobody looks: nothing is wrapped or cut for a file or a pipe. */
const UNLIMITED_COLUMNS = 4096

/** The streams of this process: data on standard output, everything about it on standard error. */
export const PROCESS_STREAMS: Streams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}

// `| head` closes the pipe before we are done: nobody reads on, which is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(process.exitCode ?? 0)
})

/** The screen of this process; `interactive` when somebody can be asked. */
export function screenOf(interactive: boolean): Screen {
  const width = process.stdout.isTTY ? Math.max(40, process.stdout.columns) : UNLIMITED_COLUMNS
  return { width, language: systemLanguage(), interactive }
}
