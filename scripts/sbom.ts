import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// `npm run --silent sbom`: what is shipped, as CycloneDX 1.5 JSON (SECURITY 67), read from the lockfile alone. `npm sbom` leaves packages out
// that a package of the build needs too.

const root = join(import.meta.dirname, '..')

interface Entry {
  readonly version: string
  readonly license?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}
type Packages = Readonly<Record<string, Entry>>

/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '')
/** Package URL (purl-spec, npm): the `@` of a scope is written `%40`. */
const purlOf = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`

/** The licence as the lockfile or, for packages with the older list, the package says it. */
function licenceOf(path: string, entry: Entry): string | undefined {
  if (entry.license !== undefined) return entry.license
  const file = join(root, path, 'package.json')
  if (!existsSync(file)) return undefined
  const { licenses } = JSON.parse(readFileSync(file, 'utf8')) as { licenses?: readonly { type: string }[] }
  return licenses?.[0]?.type
}

function component(path: string, entry: Entry) {
  const name = nameOf(path)
  const purl = purlOf(name, entry.version)
  const licence = licenceOf(path, entry)
  const hash = entry.integrity?.startsWith('sha512-')
    ? [{ alg: 'SHA-512', content: Buffer.from(entry.integrity.slice(7), 'base64').toString('hex') }]
    : []
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version: entry.version,
    scope: entry.optional ? 'optional' : 'required',
    hashes: hash,
    licenses: licence === undefined ? [] : [{ expression: licence }],
    purl,
  }
}

/** Where Node would find `name` from a package: its own folder first, then those above. */
function resolve(packages: Packages, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (Object.hasOwn(packages, path)) return path
    if (at === '') return undefined
  }
}

function dependenciesOf(packages: Packages, path: string, entry: Entry): readonly string[] {
  const names = Object.keys({
    ...entry.dependencies,
    ...entry.optionalDependencies,
    ...entry.peerDependencies,
  })
  const found = names.flatMap((name) => {
    const at = resolve(packages, path, name)
    const there = at === undefined ? undefined : packages[at]
    return there && !there.dev ? [purlOf(name, there.version)] : []
  })
  return [...new Set(found)].sort()
}

/** The bill of materials of one lockfile. */
export function bill(lock: { readonly packages: Packages }, time: Date) {
  const { '': own, ...others } = lock.packages
  const shipped = Object.entries(others).filter(([, entry]) => !entry.dev)
  const version = own?.version ?? ''
  const ref = purlOf('nightpost', version)
  const components = new Map(
    shipped.map(([path, entry]) => [purlOf(nameOf(path), entry.version), component(path, entry)]),
  )
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: time.toISOString(),
      component: { type: 'application', 'bom-ref': ref, name: 'nightpost', version, purl: ref },
    },
    components: [...components.values()],
    dependencies: [
      { ref, dependsOn: own ? dependenciesOf(lock.packages, '', own) : [] },
      ...shipped.map(([path, entry]) => ({
        ref: purlOf(nameOf(path), entry.version),
        dependsOn: dependenciesOf(lock.packages, path, entry),
      })),
    ],
  }
}

if (import.meta.filename === process.argv[1]) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages }
  const epoch = process.env.SOURCE_DATE_EPOCH
  const time = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000)
  process.stdout.write(`${JSON.stringify(bill(lock, time), undefined, 1)}\n`)
}
