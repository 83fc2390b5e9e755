import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connectConsole, ServerGone } from '../../control/client.ts'
import type { Reply, Wanted } from '../../control/messages.ts'
import { humanLine } from '../../ops/log.ts'
import { isLevel, isRoom, LEVELS, LOG_ROOMS } from '../../ops/log-levels.ts'
import { PROCESS_STREAMS } from '../console/screen.ts'
import { dataFolder } from '../data-folder.ts'
import { failed, say, wrongUse } from '../words/say.ts'

/** Flags of `watch`; each may be repeated where that makes sense. */
export interface WatchFlags {
  readonly data?: string
  readonly level?: string
  readonly room?: readonly string[]
  readonly user?: readonly string[]
  readonly json?: boolean
}

/**
 * `nightpost watch [USER…]`: the log of the running server as it happens, for one person, one room, one level; the log
 * itself stays as it is. Ends with Ctrl+C, or with the server.
 * @throws UsageError for an unknown level or room, Error when no server runs
 */
export async function watch(people: readonly string[], flags: WatchFlags): Promise<void> {
  const wanted = wantedBy(people, flags)
  const folder = dataFolder(flags.data)
  const link = existsSync(folder) ? await connectConsole(folder) : undefined
  if (!link) throw failed('noServer', { folder })
  const stop = () => link.stop()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  try {
    await link.work(
      { kind: 'watch', ...wanted },
      (reply) => show(reply, flags.json === true),
      () => Promise.resolve(undefined),
    )
  } catch (error) {
    if (!(error instanceof ServerGone)) throw error
    PROCESS_STREAMS.err(`${say('serverEnded')}\n`)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
    await link.close()
  }
}

function wantedBy(people: readonly string[], { level = 'debug', room = [], user = [] }: WatchFlags): Wanted {
  if (!isLevel(level)) throw wrongUse('unknownLevel', { level, levels: LEVELS.join(', ') })
  const strange = room.find((name) => !isRoom(name))
  if (strange !== undefined) throw wrongUse('unknownRoom', { room: strange, rooms: LOG_ROOMS.join(', ') })
  return { level, rooms: room, users: [...people, ...user] }
}

/** Resolves when standard output can take more: a slow terminal is what makes the server leave lines out. */
async function show(reply: Reply, json: boolean): Promise<void> {
  if (reply.kind === 'log') {
    const line = json ? `${JSON.stringify(reply.record)}\n` : humanLine(reply.record)
    if (!process.stdout.write(line)) await once(process.stdout, 'drain')
  }
  if (reply.kind === 'lost') PROCESS_STREAMS.err(`${say('linesLost', { lines: reply.lines })}\n`)
}
