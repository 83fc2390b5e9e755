import { lookup } from 'node:dns/promises'
import { connect, createServer } from 'node:net'
import type { Loaded } from '../config.ts'
import { isLoopbackOnly } from '../limits.ts'
import { because, type Finding, failure, warning, well } from './finding.ts'

/** Doors that are built. */
const DOORS = ['https', 'http', 'ssh'] as const
export type Door = (typeof DOORS)[number]
/** Ports that a running server has open. */
export type OpenPorts = Readonly<Partial<Record<Door, number>>>

const ANSWER_MS = 3000

/** Every port of the running server is connected to; those of a server that does not run are tried. */
export async function ofPorts(loaded: Loaded, open: OpenPorts | undefined): Promise<readonly Finding[]> {
  const results = await Promise.all(
    DOORS.map((door) => (open ? answering(door, open[door], loaded) : free(door, loaded))),
  )
  const problems = results.filter((result) => typeof result === 'object')
  const fine = results.filter((result) => typeof result === 'string').join(', ')
  if (problems.length > 0) return problems
  return [open ? well('ports', 'portsOpen', { ports: fine }) : well('ports', 'portsFree', { ports: fine })]
}

/** @returns undefined for a door that is off, its name for one that answers */
async function answering(
  door: Door,
  port: number | undefined,
  { settings }: Loaded,
): Promise<string | Finding | undefined> {
  if (port === undefined) return undefined
  const host = door === 'http' ? '127.0.0.1' : localAddress(settings.listen)
  const refused = await reach(host, port)
  return refused === undefined
    ? `${door} ${port}`
    : failure('ports', 'portSilent', { door, port, because: refused })
}

const localAddress = (listen: string) =>
  listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen

const TRIED = { EADDRINUSE: 'portTaken', EACCES: 'portForbidden', EADDRNOTAVAIL: 'portAddress' } as const

async function free(door: Door, { settings }: Loaded): Promise<string | Finding | undefined> {
  const { port } = settings[door]
  if (port === 'off') return undefined
  const address = door === 'http' ? '127.0.0.1' : settings.listen
  const server = createServer()
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve)
    server.listen({ port, host: address }, () => server.close(() => resolve(undefined)))
  })
  if (error === undefined) return `${door} ${port}`
  const code = TRIED[error.code as keyof typeof TRIED] ?? 'portSilent'
  return failure('ports', code, { door, port, address, because: because(error) })
}

/** Names that clients look for (ucwa.md, discovery), and whether the public address leads here; only beyond this machine. */
export async function ofNames({ settings }: Loaded): Promise<readonly Finding[]> {
  if (isLoopbackOnly(settings)) return [well('names', 'namesLocal')]
  const discovery = settings.domain.map((domain) => `lyncdiscover.${domain}`)
  const url = settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl)
  const found: string[] = []
  const problems = await Promise.all([
    ...discovery.map(async (name) => {
      if (await exists(name)) found.push(name)
      else return warning('names', 'nameMissing', { name, what: 'UCWA' })
      return undefined
    }),
    url && publicAddress(url, found),
  ])
  const wrong = problems.filter((one) => one !== undefined)
  return wrong.length > 0 ? wrong : [well('names', 'namesFound', { names: found.toSorted().join(', ') })]
}

async function publicAddress(url: URL, found: string[]): Promise<Finding | undefined> {
  const name = url.hostname.replace(/^\[|\]$/g, '')
  if (!(await exists(name))) return warning('names', 'nameMissing', { name, what: 'publicUrl' })
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const refused = await reach(name, port)
  if (refused !== undefined) return warning('names', 'nameUnreached', { name, port, because: refused })
  found.push(name)
  return undefined
}

async function exists(name: string): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(resolve, ANSWER_MS, false).unref())
  const asked = lookup(name).then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late])
}

/** @returns undefined when somebody listens there, else why not */
function reach(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS })
    const done = (answer: string | undefined) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(undefined))
    socket.once('timeout', () => done('ETIMEDOUT'))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
  })
}
