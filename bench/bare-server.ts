import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The ruler of `bench/memory.ts`: Node's own HTTP server, which holds event streams and knows nothing of them. Its port is its first line. */
const server = createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-store' })
  response.write(': \n\n')
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${port}\n`)
})
