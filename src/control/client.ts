import { createConnection, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import { socketAddress } from './address.ts'
import type { Ask, Send } from './console.ts'
import { linesOf, writeLine } from './lines.ts'
import { decodeReply, encodeRequest, type Work } from './messages.ts'

/** A console wherever it runs: in the server behind `admin.sock`, or in this process where no server runs. */
export interface ConsoleLink {
  /** One work at a time. Ends with the reply `done`. @throws ServerGone when the server went away */
  work(work: Work, send: Send, ask: Ask): Promise<void>
  /** Stops what runs now (Ctrl+C). */
  stop(): void
  close(): Promise<void>
}

/** The server ended the connection before it was done: it was stopped, or it broke. */
export class ServerGone extends Error {
  constructor(cause?: unknown) {
    super('the server ended the connection before it was done', { cause })
  }
}

/** The name under which the console's acts are recorded. */
export function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown') // a container's number without a name
  }
}

/** `admin.sock` belongs to another user of the system. */
export class ForeignSocket extends Error {
  readonly folder: string

  constructor(folder: string) {
    super(`${folder}/admin.sock belongs to another user; run this as the user who runs the server`)
    this.folder = folder
  }
}

/** @returns undefined when nobody listens on `DIR/admin.sock`. @throws ForeignSocket when it belongs to somebody else */
export async function connectConsole(folder: string): Promise<ConsoleLink | undefined> {
  const socket = await connected(folder)
  if (!socket) return undefined
  const lines = linesOf(socket)
  await writeLine(socket, encodeRequest({ kind: 'hello', user: systemUser() }))
  return {
    async work(work, send, ask) {
      await writeLine(socket, encodeRequest(work))
      for (;;) {
        const next = await lines.next().catch((cause: unknown) => {
          throw new ServerGone(cause)
        })
        if (next.done) throw new ServerGone()
        const reply = decodeReply(next.value)
        if (!reply) throw new Error('the server answered with something else than a record')
        if (reply.kind === 'question') {
          const value = await ask(reply.question)
          await writeLine(socket, encodeRequest({ kind: 'answer', value: value ?? null }))
          continue
        }
        await send(reply)
        if (reply.kind === 'done') return
      }
    },
    stop: () => void writeLine(socket, encodeRequest({ kind: 'stop' })),
    close: () => ended(socket),
  }
}

function connected(folder: string): Promise<Socket | undefined> {
  const { path, release } = socketAddress(folder)
  return new Promise<Socket | undefined>((resolve, reject) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => socket.destroy())
      resolve(socket)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK')
        resolve(undefined)
      else if (error.code === 'EACCES' || error.code === 'EPERM') reject(new ForeignSocket(folder))
      else reject(error)
    })
  }).finally(release)
}

function ended(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.destroySoon()
    socket.resume()
  })
}
