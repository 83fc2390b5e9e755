import type { IncomingMessage } from 'node:http'

/** One id per connection and a number per request on it (`k3f-2`), so that the log shows what came over one connection. */
export function nameRequests(): (message: { readonly socket?: object } | IncomingMessage) => string {
  const connections = new WeakMap<object, { readonly id: string; count: number }>()
  // Begins anywhere, so that ids of two runs do not look alike in one log.
  let next = Date.now() % 46_656
  return (message) => {
    const socket = message.socket ?? message
    const known = connections.get(socket)
    const connection = known ?? { id: (next++).toString(36), count: 0 }
    if (!known) connections.set(socket, connection)
    connection.count++
    return `${connection.id}-${connection.count}`
  }
}
