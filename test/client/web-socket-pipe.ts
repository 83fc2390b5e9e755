import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ClientPipe } from './line-client.ts'

export interface Handshake {
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly protocols?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** What a handshake came to: the pipe, or the status and the reason of the refusal. */
export type Opened =
  | { readonly kind: 'open'; readonly pipe: ClientPipe; readonly socket: WebSocket }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

export async function openWebSocket(handshake: Handshake): Promise<Opened> {
  const { url, user, password, headers, protocols = ['powershell'] } = handshake
  const authorization =
    user === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
  const socket = new WebSocket(url, [...protocols], {
    headers: { ...authorization, ...headers },
    rejectUnauthorized: false,
    perMessageDeflate: false,
  })
  const refused = new Promise<Opened>((resolve) =>
    socket.once('unexpected-response', (_request, response) => {
      response.resume()
      resolve({
        kind: 'refused',
        status: response.statusCode ?? 0,
        reason: String(response.headers['x-nightpost-reason'] ?? ''),
      })
    }),
  )
  const opened = once(socket, 'open').then((): Opened => ({ kind: 'open', pipe: pipeOf(socket), socket }))
  return Promise.race([opened, refused])
}

function pipeOf(socket: WebSocket): ClientPipe {
  return {
    send: (packet) => socket.send(packet),
    end: () => socket.close(1000),
    onPacket: (take) => socket.on('message', (data) => take(String(data))),
    onEnd: (ended) => socket.on('close', (code, reason) => ended(`${code} ${reason.toString()}`)),
  }
}
