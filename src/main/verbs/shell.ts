import { readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { UsageError } from '../config.ts'
import { type OpenedConsole, openConsole } from '../console/link.ts'
import { jsonOutput, type Output, textOutput } from '../console/output.ts'
import { progressLine } from '../console/progress-bar.ts'
import { PROCESS_STREAMS, screenOf } from '../console/screen.ts'
import type { StartFlags } from '../flags.ts'

export interface ShellFlags extends StartFlags {
  readonly command?: string
  readonly file?: string
  readonly json?: boolean
  readonly url?: string
  readonly user?: string
  readonly certificate?: string
}

/** `nightpost shell`: a prompt at a terminal; one text with `-c`, `-f` or on standard input. The exit code is INTERFACES 3. */
export async function shell(flags: ShellFlags): Promise<void> {
  if (flags.url !== undefined)
    throw new UsageError(
      '--url: the console over the network is not built yet; leave it out and use --data, or use Enter-PSSession',
    )
  if (flags.command !== undefined && flags.file !== undefined)
    throw new UsageError('-c and -f belong to different calls; write one of them')
  const given = await scriptOf(flags)
  const opened = await openConsole(flags, false)
  try {
    if (given === undefined) {
      const { runPrompt } = await import('../console/prompt.ts')
      await runPrompt(opened, flags.json === true)
    } else process.exitCode = await runText(opened, given, flags.json === true)
  } finally {
    await opened.link.close()
  }
}

/** The text to run; undefined: somebody sits at a terminal. */
async function scriptOf(flags: ShellFlags): Promise<string | undefined> {
  if (flags.command !== undefined) return flags.command
  if (flags.file === undefined && process.stdin.isTTY) return undefined
  if (flags.file === undefined || flags.file === '-') return readAll(process.stdin)
  try {
    return readFileSync(flags.file, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    throw new UsageError(
      `-f ${flags.file}: cannot be read (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

/** Runs one text to its end. @returns the exit code. */
async function runText({ link }: OpenedConsole, text: string, json: boolean): Promise<number> {
  const screen = screenOf(false)
  const output: Output = json
    ? jsonOutput(PROCESS_STREAMS)
    : textOutput(PROCESS_STREAMS, screen.width, text, progressLine(process.stderr))
  const stop = () => link.stop()
  process.once('SIGINT', stop)
  try {
    await link.work(
      { kind: 'script', text, screen },
      (reply) => output.show(reply),
      () => Promise.resolve(undefined),
    )
  } finally {
    process.off('SIGINT', stop)
    output.finish()
  }
  return output.exitCode
}
