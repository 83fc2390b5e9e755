import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { formatZip } from '../codec/zip.ts'

/** Where the connector module is fetched (INTERFACES 4). */
export const MODULE_PATH = '/powershell/SkypeOnlineConnector.zip'

/** Both module folders, so that the archive is unpacked into a folder of `$env:PSModulePath` as it is. */
const MODULES = ['SkypeOnlineConnector', 'LyncOnlineConnector']

/** Serves the module of the folder `powershell` as one archive, made once, at start; 404 where the folder is not installed. */
export function serveModule(app: FastifyInstance, folder: string): void {
  const files = MODULES.flatMap((name) => filesOf(folder, name))
  if (files.length === 0) return
  const archive = Buffer.from(formatZip(files))
  const etag = `"${createHash('sha256').update(archive).digest('base64url').slice(0, 27)}"`

  app.get(MODULE_PATH, async (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache')
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply
      .type('application/zip')
      .header('content-disposition', 'attachment; filename="SkypeOnlineConnector.zip"')
      .send(archive)
  })
}

function filesOf(folder: string, module: string) {
  const root = join(folder, module)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      name: `${module}${path.slice(root.length).replaceAll('\\', '/')}`,
      bytes: readFileSync(path),
    }))
}
