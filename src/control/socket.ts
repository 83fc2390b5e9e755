import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { asRequest } from '../ops/correlation.ts'
import { socketAddress } from './address.ts'
import { type ConsoleParts, openConsole } from './console.ts'
import { linesOf, writeLine } from './lines.ts'
import { decodeRequest, encodeReply, type Reply, type Work } from './messages.ts'
import type { Wire } from './values.ts'

/** Consoles open at once; each is a person or a script of the owner. */
const MAX_CONSOLES = 64

/** The socket while it listens. */
export interface ControlSocket {
  /** Ends what runs and removes the socket. */
  close(): Promise<void>
}

/**
 * Listens on `DIR/admin.sock` (0600): one JSON request per line, records back as they come (ARCHITECTURE, One writer).
 * Whoever can open it owns the data folder; there is no other sign-in. The caller holds the folder, so a socket that lies there is a dead one's.
 */
export async function openControlSocket(
  options: ConsoleParts & {
    readonly folder: string
    /** One connection more (1) or less (-1). */
    readonly connections?: (change: 1 | -1) => void
    /** Tells of a connection whose work broke; the client sees an error record. */
    readonly broken?: (error: unknown) => void
  },
): Promise<ControlSocket> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    if (sockets.size >= MAX_CONSOLES) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    options.connections?.(1)
    socket.on('close', () => {
      sockets.delete(socket)
      options.connections?.(-1)
    })
    connections += 1
    asRequest(`console-${connections}`, () => serve(socket, options)).catch((error: unknown) => {
      options.broken?.(error)
      socket.destroy()
    })
  })
  const { path, release } = socketAddress(options.folder)
  if (process.platform !== 'win32') rmSync(join(options.folder, 'admin.sock'), { force: true })
  try {
    await listening(server, path)
  } finally {
    release()
  }
  if (process.platform !== 'win32') chmodSync(join(options.folder, 'admin.sock'), 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
      if (process.platform !== 'win32') rmSync(join(options.folder, 'admin.sock'), { force: true })
    },
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** One connection: works one after another; answers and stop come in between. */
async function serve(socket: Socket, parts: ConsoleParts): Promise<void> {
  let console = openConsole(parts, 'unknown')
  let running: AbortController | undefined
  let answer: ((value: Wire | undefined) => void) | undefined
  let queue: Promise<void> = Promise.resolve()
  let failed: unknown
  const send = (reply: Reply) => writeLine(socket, encodeReply(reply))
  const ask = async (question: Extract<Reply, { kind: 'question' }>['question']) => {
    await send({ kind: 'question', question })
    return new Promise<Wire | undefined>((resolve) => {
      answer = resolve
    })
  }
  const start = (work: Work) => {
    queue = queue
      .then(async () => {
        running = new AbortController()
        if (!socket.destroyed) await console.work(work, send, ask, running.signal)
      })
      .catch((error: unknown) => {
        failed = error
        socket.destroy()
      })
  }
  const gone = () => {
    running?.abort()
    answer?.(undefined)
  }
  socket.on('close', gone)
  try {
    for await (const line of linesOf(socket)) {
      const request = decodeRequest(line)
      if (!request) break
      if (request.kind === 'hello') console = openConsole(parts, request.user)
      else if (request.kind === 'stop') running?.abort()
      else if (request.kind === 'answer') answer?.(request.value)
      else start(request)
    }
  } catch {
    // The client went away in the middle of a line; what it asked for is stopped below.
  }
  gone()
  await queue
  socket.destroy()
  if (failed !== undefined) throw failed
}
