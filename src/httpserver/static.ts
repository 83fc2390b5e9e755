import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/** One file of the web client, whole in memory, with its compressed forms. */
export interface StaticFile {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  readonly gzip: Buffer | undefined
  readonly brotli: Buffer | undefined
  /** Its name holds the hash of its content: it never changes. */
  readonly immutable: boolean
}

/** Files by URL path. A path that is not here does not exist: no path from input reaches the file system (SECURITY 46). */
export type StaticIndex = ReadonlyMap<string, StaticFile>

/** Reads a built web client; an empty index where there is none. Files of an unknown type are left out. */
export function readStaticIndex(folder: string): StaticIndex {
  const index = new Map<string, StaticFile>()
  if (!existsSync(folder)) return index
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const url = path.slice(folder.length).replaceAll('\\', '/')
    index.set(url, toFile(readFileSync(path), type, /-[\w-]{8,}\.\w+$/.test(entry.name)))
  }
  return index
}

function toFile(plain: Buffer, type: string, immutable: boolean): StaticFile {
  const text = !type.startsWith('image/png') && !type.startsWith('font/')
  return {
    type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`,
    plain,
    gzip: text ? gzipSync(plain) : undefined,
    brotli: text ? brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }) : undefined,
    immutable,
  }
}

/** One route per file; `/index.html` is left to `routes.ts`, which decides who gets it. */
export function serveStatic(app: FastifyInstance, index: StaticIndex): void {
  for (const [path, file] of index) {
    if (path !== '/index.html') app.get(path, async (request, reply) => sendFile(request, reply, file))
  }
}

/** Sends a file of the index, compressed as the client takes it. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const accepts = request.headers['accept-encoding'] ?? ''
  reply
    .header('content-type', file.type)
    .header('vary', 'Accept, Accept-Encoding')
    .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('etag', file.etag)
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  if (file.brotli && /\bbr\b/.test(accepts)) return reply.header('content-encoding', 'br').send(file.brotli)
  if (file.gzip && /\bgzip\b/.test(accepts)) return reply.header('content-encoding', 'gzip').send(file.gzip)
  return reply.send(file.plain)
}
