import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { UcwaConfig } from './house.ts'

/** A body above its limit: 413 at once, nothing above it is ever kept (SECURITY 9). */
class TooLarge extends Error {
  readonly statusCode = 413
}

/**
 * Bodies as bytes, whatever their type says: this door takes texts, forms and batches beside JSON, and clients name types
 * that do not exist. The handlers decode.
 */
export function readRawBodies(scope: FastifyInstance, config: UcwaConfig): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', async (request: { url: string }, payload: IncomingMessage) => {
    const limit = /\/communication\/messaginginvitations(?:\?|$)/i.test(request.url)
      ? config.startMessagingBody
      : config.requestBody
    return collect(payload, limit)
  })
}

async function collect(payload: IncomingMessage, limit: number): Promise<Uint8Array> {
  if (Number(payload.headers['content-length'] ?? 0) > limit) throw new TooLarge('the body is too large')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) throw new TooLarge('the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
