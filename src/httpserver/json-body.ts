import type { FastifyInstance } from 'fastify'

const MAX_DEPTH = 32
const MAX_KEYS = 1000
const DROPPED = new Set(['__proto__', 'constructor', 'prototype'])

/** A body that is not the JSON we take; the text says what a client did wrong, never more. */
export class MalformedJson extends Error {
  readonly statusCode = 400
}

/**
 * JSON as it may come from anybody (SECURITY 16): UTF-8 only, at most 32 deep, 1,000 keys, no key that reaches a
 * prototype. An empty body is `undefined`.
 * @throws MalformedJson
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  const text = decodeUtf8(bytes)
  if (depthOf(text) > MAX_DEPTH) throw new MalformedJson('JSON is nested too deeply')
  let keys = 0
  try {
    return JSON.parse(text, function (this: unknown, key, value) {
      if (Array.isArray(this)) return value
      if (++keys > MAX_KEYS + 1) throw new MalformedJson('JSON has too many keys')
      return DROPPED.has(key) ? undefined : value
    })
  } catch (error) {
    throw error instanceof MalformedJson ? error : new MalformedJson('the body is not JSON')
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new MalformedJson('the body is not UTF-8')
  }
}

/** Deepest nesting, counted before parsing: JSON.parse recurses. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (quoted) {
      if (char === 0x5c) i++
      else if (char === 0x22) quoted = false
    } else if (char === 0x22) quoted = true
    else if (char === 0x5b || char === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (char === 0x5d || char === 0x7d) depth--
  }
  return deepest
}

/** Makes every JSON body of the server go through `parseJsonBody`. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
}
