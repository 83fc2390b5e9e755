import { StringDecoder } from 'node:string_decoder'
import type { ServerChannel } from 'ssh2'
import { createLineReader } from '../codec/psrp/packet.ts'
import { END_REASONS, type LinePipe, type LineSession } from '../remoting/line-session.ts'
import type { PoolEnd } from '../remoting/pools.ts'

/** Octets to one peer that do not move for so long: the peer is gone (SECURITY 20). */
const STALLED_MS = 60_000

/** One channel with the subsystem `powershell`: lines in, lines out, nothing else (powershell-remoting.md section 10). */
export function serveChannel(
  channel: ServerChannel,
  unsent: number,
  open: (pipe: LinePipe) => LineSession | string,
): LineSession | undefined {
  const pipe = pipeOf(channel, unsent)
  const opened = open(pipe)
  if (typeof opened === 'string') {
    refuseChannel(channel, opened)
    return undefined
  }
  readLines(channel, opened)
  channel.on('error', () => channel.destroy())
  channel.on('close', () => opened.lost())
  // The end of what the client says is its Close (section 10).
  channel.on('end', () => {
    opened.lost()
    finish(channel, 0)
  })
  return opened
}

/** Says why somebody may not enter; the one line that clients show as the reason (powershell-7-observed.md section 5). */
export function refuseChannel(channel: ServerChannel, reason: string): void {
  channel.write(`__NamedPipeError__:${reason}\n`)
  finish(channel, 1)
}

function finish(channel: ServerChannel, code: number): void {
  if (channel.destroyed) return
  channel.exit(code)
  channel.end()
}

function readLines(channel: ServerChannel, session: LineSession): void {
  const decoder = new StringDecoder('utf8')
  const reader = createLineReader()
  channel.on('data', (chunk: Buffer) => {
    const lines = reader.push(decoder.write(chunk))
    if (!lines) {
      session.close('protocol')
      return
    }
    const busy = lines.map((line) => session.take(line)).filter((taken) => taken !== undefined)
    if (busy.length === 0) return
    channel.pause()
    Promise.all(busy).then(() => channel.resume())
  })
}

function pipeOf(channel: ServerChannel, unsent: number): LinePipe {
  let stalled: NodeJS.Timeout | undefined
  /** Who waits for room. */
  let held: (() => void)[] = []
  const release = (): void => {
    clearTimeout(stalled)
    stalled = undefined
    const released = held
    held = []
    for (const go of released) go()
  }
  channel.on('close', release)
  return {
    send(packet) {
      if (!channel.writable) return undefined
      // Not by `drain`: the channel's own mark is above our limit, and below it that event never comes.
      if (channel.writableLength < unsent) {
        channel.write(`${packet}\n`)
        return undefined
      }
      stalled ??= setTimeout(() => channel.destroy(), STALLED_MS).unref()
      return new Promise<void>((resolve) => {
        held.push(resolve)
        channel.write(`${packet}\n`, release)
      })
    },
    end(because: PoolEnd) {
      // ssh prints what comes here; lines of the protocol are on the other stream.
      if (because !== 'closed') channel.stderr.write(`${END_REASONS[because]}\n`)
      finish(channel, because === 'closed' ? 0 : 1)
    },
  }
}
