import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

// What comes in from outside, and what must not go out (SECURITY 67, 68).

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Entry {
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly dev?: boolean
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Entry>> }
const entries = Object.entries(packages).filter(([path]) => path !== '')
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '')

/** Licences that let everybody run, change and pass on the whole under Apache-2.0. */
const SHIPPED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense']
/** For building and testing; nothing of it is shipped. */
const TOOLS = [...SHIPPED, 'MIT OR Apache-2.0', 'MPL-2.0']

/** Older packages name theirs in a list, which the lockfile does not copy. */
function licenceOf(path: string, entry: Entry): string {
  if (entry.license !== undefined) return entry.license
  const file = join(root, path, 'package.json')
  if (!existsSync(file)) return 'not installed'
  const { licenses } = JSON.parse(readFileSync(file, 'utf8')) as { licenses?: readonly { type: string }[] }
  return licenses?.map(({ type }) => type).join(' AND ') ?? 'none'
}

/** An optional part of ssh2 whose list could not be read where it is not installed; it is MIT. */
const READ_BY_HAND: Readonly<Record<string, string>> = { 'cpu-features': 'MIT', buildcheck: 'MIT' }

test('every package has a licence of the list (SECURITY 67)', () => {
  const strange = entries.flatMap(([path, entry]) => {
    const found = licenceOf(path, entry)
    const licence = found === 'not installed' ? (READ_BY_HAND[nameOf(path)] ?? found) : found
    return (entry.dev ? TOOLS : SHIPPED).includes(licence) ? [] : [`${nameOf(path)}: ${licence}`]
  })
  assert.deepEqual(strange, [])
})

test('packages are installed by the lockfile and without their scripts, everywhere', () => {
  for (const file of [
    'bin/nightpost.js',
    'deploy/Containerfile',
    '.ci/run',
    'package.json',
    'scripts/run.ts',
  ]) {
    const text = read(file)
    assert.doesNotMatch(text, /\bnpm (?:install|i|add)\b/, file)
    for (const [call] of text.matchAll(/npm (?:ci|prune)\b[^\n&|]*/g))
      assert.match(call, /--ignore-scripts/, file)
  }
  assert.match(read('bin/nightpost.js'), /\['ci', '--ignore-scripts'/)
})

interface Bom {
  readonly bomFormat: string
  readonly metadata: { readonly component: { readonly purl: string } }
  readonly components: readonly {
    readonly name: string
    readonly purl: string
    readonly hashes: readonly { readonly content: string }[]
    readonly licenses: readonly { readonly expression: string }[]
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

test('npm run sbom lists every package that is shipped, with its hash (CycloneDX)', () => {
  const done = spawnSync(process.execPath, ['bin/nightpost.js', 'run', 'sbom'], {
    cwd: root,
    encoding: 'utf8',
  })
  assert.equal(done.status, 0, done.stderr)
  const bom = JSON.parse(done.stdout) as Bom
  assert.equal(bom.bomFormat, 'CycloneDX')
  const { components, dependencies } = bom
  const listed = components.map(({ purl }) => purl.replace('pkg:npm/', '').replace('%40', '@'))
  const shipped = entries
    .filter(([, entry]) => !entry.dev)
    .map(([path, entry]) => `${nameOf(path)}@${entry.version}`)
  assert.deepEqual([...new Set(listed)].sort(), [...new Set(shipped)].sort())
  for (const { name, hashes, licenses } of components) {
    assert.equal(hashes[0]?.content.length, 128, name)
    assert.ok((licenses[0]?.expression ?? READ_BY_HAND[name]) !== undefined, name)
  }
  // Whatever is listed is reached from the program itself.
  const reached = new Set<string>()
  const walk = (ref: string) => {
    if (reached.has(ref)) return
    reached.add(ref)
    for (const next of dependencies.find((one) => one.ref === ref)?.dependsOn ?? []) walk(next)
  }
  walk(bom.metadata.component.purl)
  assert.deepEqual(
    components.map(({ purl }) => purl).filter((purl) => !reached.has(purl)),
    [],
  )
})

/** Shapes of secrets that are never right in a repository. */
const SECRETS: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
  ['a key of a cloud', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of a forge', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20})\b/],
  ['a token of a registry', /\bnpm_[A-Za-z0-9]{36}\b|_authToken=["']?[\w-]{16,}/],
  ['a token of a chat', /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  ['a signed token', /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/],
  ['a password in an address', /\b[a-z+]+:\/\/[^\s:/@'"`$<{]+:[^\s:/@'"`$<{]{6,}@[a-z0-9]/i],
]

/** Made for these tests and good for nothing: file and what is allowed there. */
const PLANTED: Readonly<Record<string, string>> = {
  'src/domain/ssh-public-key.test.ts': 'a private key',
}

test('no secret lies in the repository (SECURITY 68)', {
  skip: !existsSync(join(root, '.git')) && 'not a clone',
}, () => {
  const files = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .stdout.split('\0')
    .filter(Boolean)
  assert.ok(files.length > 500, 'the files were found')
  const found: string[] = []
  for (const file of files) {
    const path = join(root, file)
    if (!existsSync(path)) continue
    const text = readFileSync(path, 'latin1')
    for (const [what, shape] of SECRETS)
      if (shape.test(text) && PLANTED[file] !== what) found.push(`${file}: ${what}`)
  }
  assert.deepEqual(found, [])
})

test('the scan would see each of them', () => {
  const join_ = (...parts: string[]) => parts.join('')
  const examples = [
    join_('-----BEGIN EC PRIVATE', ' KEY-----'),
    join_('AKIA', 'ABCDEFGHIJKLMNOP'),
    join_('ghp_', 'a'.repeat(36)),
    join_('npm_', 'a'.repeat(36)),
    join_('xoxb-', '1'.repeat(24)),
    join_('eyJ', 'a'.repeat(24), '.eyJ', 'b'.repeat(24), '.', 'c'.repeat(24)),
    join_('https://user:', 'secret-word@host.example'),
  ]
  assert.deepEqual(
    examples.map((text) => SECRETS.findIndex(([, shape]) => shape.test(text))),
    SECRETS.map((_, at) => at),
  )
})
