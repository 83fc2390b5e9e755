import { readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { withFiles } from '../console/files.ts'
import { type OpenedConsole, openConsole } from '../console/link.ts'
import { jsonOutput, type Output, textOutput } from '../console/output.ts'
import { progressLine } from '../console/progress-bar.ts'
import { askTerminal } from '../console/questions.ts'
import { PROCESS_STREAMS, screenOf } from '../console/screen.ts'
import type { StartFlags } from '../flags.ts'
import { wrongUse } from '../words/say.ts'

/** Flags of `shell` (INTERFACES 3). */
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
  if (flags.command !== undefined && flags.file !== undefined) throw wrongUse('commandAndFile')
  const given = await scriptOf(flags)
  const opened =
    flags.url === undefined ? await openConsole(flags, false) : await openNetwork(flags, flags.url)
  try {
    if (given === undefined) {
      const { runPrompt } = await import('../console/prompt.ts')
      await runPrompt(opened, flags.json === true)
    } else process.exitCode = await runText(opened, given, flags.json === true)
  } finally {
    await opened.link.close()
  }
}

/** The console of a server over the network; the password is asked for, or is in NIGHTPOST_PASSWORD (INTERFACES 3). */
async function openNetwork(flags: ShellFlags, url: string): Promise<OpenedConsole> {
  if (flags.user === undefined) throw wrongUse('urlNeedsUser')
  const password = process.env.NIGHTPOST_PASSWORD ?? (await askTerminal(`Password of ${flags.user}: `, true))
  if (!password) throw wrongUse('noPassword')
  const [{ openPeer }, { networkConsole }] = await Promise.all([
    import('../console/network/post.ts'),
    import('../console/network/link.ts'),
  ])
  const peer = openPeer(url, { user: flags.user, password, certificate: flags.certificate })
  try {
    return { link: await networkConsole(peer, screenOf(false).width), folder: undefined, where: url }
  } catch (error) {
    peer.close()
    throw error
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
    const because = error instanceof Error ? error.message : String(error)
    throw wrongUse('unreadable', { file: `-f ${flags.file}`, because })
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
      { kind: 'script', text, screen: { ...screen, files: true } },
      (reply) => output.show(reply),
      withFiles(text, () => Promise.resolve(undefined)),
    )
  } finally {
    process.off('SIGINT', stop)
    output.finish()
  }
  return output.exitCode
}
