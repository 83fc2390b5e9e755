import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Manifest {
  readonly version: string
  readonly scripts: Readonly<Record<string, string>>
  readonly [kind: string]: unknown
}
const manifest = JSON.parse(read('package.json')) as Manifest

/** Files that may cite a standard or name a place. */
function sources(): readonly string[] {
  return globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}', 'scripts/*.ts', 'bin/*.js'], { cwd: root })
    .filter((file) => !file.startsWith('web/dist'))
    .sort()
}

test('docs/standards.md lists every document that the code cites, with a state', () => {
  const rows = [...read('docs/standards.md').matchAll(/^\| (RFC \d+|\[MS-[A-Z0-9-]+\]) \|[^|]*\| (\w+) \|/gm)]
  const states = new Map(rows.map(([, name, state]) => [name, state]))
  for (const [name, state] of states) assert.match(String(state), /^(?:Yes|Partial|Planned|No)$/, name)
  const cited = new Map<string, string>()
  for (const file of sources()) {
    for (const [name] of read(file).matchAll(/\bRFC \d{3,5}\b|\[MS-[A-Z0-9-]+\]/g)) cited.set(name, file)
  }
  assert.ok(cited.size > 10, 'citations were found')
  assert.deepEqual(
    [...cited].filter(([name]) => !states.has(name)),
    [],
  )
})

test('docs/dependencies.md has a line for every package, and no other', () => {
  const listed = new Set(
    [...read('docs/dependencies.md').matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    ),
  )
  const used = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  )
  assert.deepEqual([...listed].sort(), [...new Set(used)].sort())
})

test('every file and folder that docs/architecture.md names is there', () => {
  const files = globSync('{bench,bin,deploy,powershell,scripts,src,test,web}/**/*', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  })
  const known = new Set<string>()
  for (const file of files) for (let at = file; at !== ''; at = at.replace(/^[^/]*\/?/, '')) known.add(at)
  const named = [...read('docs/architecture.md').matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)]
    .map(([, name = '']) => name.replace(/\/$/, ''))
    .filter((name) => /\.(?:ts|js|sql)$/.test(name) || (name.includes('/') && !name.startsWith('DIR/')))
  assert.ok(named.length > 80, 'names were found')
  assert.deepEqual(
    named.filter((name) => !known.has(name) && name !== '.ci/run'),
    [],
  )
})

test('versions of packages are exact', () => {
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries((manifest[kind] ?? {}) as Record<string, string>)) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name)
    }
  }
})

/** Packages that have an install script and work without it: it builds a faster cipher, or watches files on macOS. */
const WITHOUT_THEIR_SCRIPT = ['cpu-features', 'fsevents', 'ssh2']

test('no package needs its install script, because none is run (SECURITY 67)', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  const scripted = Object.entries(packages)
    .filter(([, entry]) => entry.hasInstallScript)
    .map(([name]) => name.replace(/^.*node_modules\//, ''))
  assert.deepEqual(
    scripted.filter((name) => !WITHOUT_THEIR_SCRIPT.includes(name)),
    [],
  )
})

test('every package of the lockfile has the hash of its content', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { integrity?: string }>
  }
  const without = Object.entries(packages).filter(
    ([name, entry]) => name !== '' && !entry.integrity?.startsWith('sha512-'),
  )
  assert.deepEqual(
    without.map(([name]) => name),
    [],
  )
})

test('the change log begins with the version of package.json', () => {
  assert.equal(/^## (?!Unreleased)(\S+)/m.exec(read('CHANGELOG.md'))?.[1], manifest.version)
})

test('the README shows how to start and how to test, and names no script that is not there', () => {
  const readme = read('README.md')
  assert.match(readme, /npm start/)
  assert.match(readme, /npm test/)
  assert.ok(readme.split('\n').length <= 80, 'one screen')
  for (const [, name = ''] of readme.matchAll(/npm (?:run )?(start|test|[a-z]+:[a-z]+)\b/g))
    assert.ok(name in manifest.scripts, name)
})

test('no text of a program is run by a program (SECURITY 47)', () => {
  const forbidden =
    /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|from 'node:vm'|from 'node:child_process'|from 'node:repl'/
  const found = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}'], { cwd: root })
    .filter((file) => !file.startsWith('web/dist') && !/\.test\.tsx?$/.test(file))
    .filter((file) => forbidden.test(read(file).replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')))
  assert.deepEqual(found, [])
})
