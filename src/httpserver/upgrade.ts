import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** The connection of a request that asks for another protocol, and what came behind its head. */
export interface Upgrade {
  readonly socket: Duplex
  readonly head: Buffer
}

const asked = new WeakMap<IncomingMessage, Upgrade & { readonly response: ServerResponse }>()

/** RFC 6455 §4.1: GET with `Upgrade: websocket`. Any other Upgrade header is an ordinary request (RFC 9110 §7.8). */
export function asksForWebSocket(request: IncomingMessage): boolean {
  return request.method === 'GET' && /^websocket$/i.test(request.headers.upgrade ?? '')
}

/**
 * Lets requests for a WebSocket go the way of every request, with all its checks: limits, loopback, sign-in. A refusal is an ordinary
 * answer, after which the connection closes; the route that grants it calls `takeUpgrade`.
 */
export function routeUpgrades(server: Server, handler: RequestListener): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(request.socket)
    response.once('finish', () => {
      response.detachSocket(request.socket)
      socket.end()
    })
    asked.set(request, { socket, head, response })
    handler(request, response as Parameters<RequestListener>[1])
  })
}

/** The connection of a request that `asksForWebSocket`, which is the caller's from now on. @returns undefined for any other request. */
export function takeUpgrade(request: IncomingMessage): Upgrade | undefined {
  const upgrade = asked.get(request)
  if (!upgrade) return undefined
  asked.delete(request)
  upgrade.response.detachSocket(request.socket)
  return upgrade
}
