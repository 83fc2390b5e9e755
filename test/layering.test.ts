import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** Which room may import which; a name with a file is that file alone (STYLE 1). */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  domain: ['base'],
  codec: ['base'],
  ops: ['base'],
  actions: ['domain', 'base', 'ops'],
  // The language subset is in codec/powershell; Where-Object and ForEach-Object evaluate script blocks with it.
  admin: ['actions', 'domain', 'base', 'ops', 'codec/powershell'],
  store: ['actions/ports', 'domain', 'base', 'ops'],
  bus: ['actions/ports', 'domain', 'base', 'ops'],
  mail: ['actions/ports', 'domain', 'base', 'ops'],
  sipserver: ['codec', 'admin', 'actions', 'domain', 'base', 'ops'],
  // What every carrier of PowerShell remoting shares: WSMan and WebSocket in httpserver, SSH in sshserver.
  remoting: ['codec', 'admin', 'actions', 'domain', 'base', 'ops'],
  httpserver: ['remoting', 'codec', 'admin', 'actions', 'domain', 'base', 'ops'],
  sshserver: ['remoting', 'codec', 'admin', 'actions', 'domain', 'base', 'ops'],
  control: ['codec', 'admin', 'actions', 'domain', 'base', 'ops'],
  web: ['domain', 'codec/ucwa', 'base'],
}

/** Rooms without I/O, clock and randomness have one way out each (STYLE 1). */
const PURE = ['base', 'domain', 'codec']
const PURE_OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  'src/base/hash.ts': ['node:crypto'],
  'src/base/xml.ts': ['saxes'],
}
/** Globals that read the world; passed in instead. */
const WORLD =
  /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|process\.|console\.|fetch\()/

interface Import {
  readonly file: string
  readonly target: string
}

function sources(): readonly string[] {
  const found = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}'], { cwd: root })
  return found.filter((file) => !file.startsWith('web/dist') && !file.includes('node_modules')).sort()
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  // Only names, braces, stars and commas stand between the keyword and `from`, so that prose is no import.
  const pattern =
    /^(?:import|export)\s[\w$*\s{},]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    target: match[1] ?? match[2] ?? match[3] ?? '',
  }))
}

function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'src' ? second : first
}

const isTest = (file: string) => /\.(?:test|fuzz|bench)\.tsx?$/.test(file) || /\btesting\b/.test(file)

/** @returns why `target` may not be imported by `file`, or undefined. */
function objection({ file, target }: Import): string | undefined {
  const room = roomOf(file)
  if (room === 'main') return undefined
  if (!target.startsWith('.')) return outsideObjection(file, room, target)
  const path = relative(root, join(root, dirname(file), target))
  if (path === 'package.json') return undefined
  const other = roomOf(path)
  if (other === room) return undefined
  const allowed = ROOMS[room] ?? []
  const inside = path.replace(/^src\//, '')
  if (allowed.some((name) => inside === name || inside.startsWith(`${name}/`))) return undefined
  return `${file} imports ${path}: ${room} may import ${allowed.join(', ') || 'nothing'}`
}

function outsideObjection(file: string, room: string, target: string): string | undefined {
  if (!PURE.includes(room) || isTest(file)) return undefined
  if (PURE_OUTSIDE[file]?.includes(target)) return undefined
  return `${file} imports ${target}: ${room} imports nothing from outside`
}

test('every import follows the table of rooms', () => {
  const files = sources()
  assert.ok(files.length > 20, 'the sources were found')
  const imports = files.filter((file) => !isTest(file) || PURE.includes(roomOf(file))).flatMap(importsOf)
  assert.ok(imports.length > 50, 'the imports were read')
  assert.deepEqual(
    imports
      .filter((one) => !isTest(one.file) || one.target.startsWith('.'))
      .map(objection)
      .filter(Boolean),
    [],
  )
})

test('the table would refuse an import upwards, sideways and outwards', () => {
  const refused = (file: string, target: string) =>
    assert.notEqual(objection({ file, target }), undefined, `${file} → ${target}`)
  refused('src/domain/delivery.ts', '../store/log.ts')
  refused('src/domain/delivery.ts', '../codec/limits.ts')
  refused('src/codec/limits.ts', '../domain/time.ts')
  refused('src/store/log.ts', '../actions/send-message.ts')
  refused('src/actions/send-message.ts', '../store/log.ts')
  refused('src/admin/invoke.ts', '../store/log.ts')
  refused('web/session.ts', '../src/codec/psrp/clixml.ts')
  refused('src/base/xml.ts', 'node:fs')
  assert.equal(objection({ file: 'web/session.ts', target: '../src/domain/time.ts' }), undefined)
  assert.equal(objection({ file: 'src/store/log.ts', target: '../actions/ports/log.ts' }), undefined)
})

test('base, domain and codec read no clock, make no random numbers and print nothing', () => {
  const found = sources()
    .filter((file) => PURE.includes(roomOf(file)) && !isTest(file))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .map((line, at) => ({
          place: `${file}:${at + 1}`,
          code: line.replace(/\/\/.*$|^\s*\*.*$|\/\*.*\*\//, ''),
        }))
        .filter(({ code }) => WORLD.test(code))
        .map(({ place, code }) => `${place} ${code.trim()}`),
    )
  assert.deepEqual(found, [])
})
