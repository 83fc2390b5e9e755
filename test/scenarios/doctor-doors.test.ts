import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, test } from 'node:test'
import { loadConfiguration } from '../../src/main/config.ts'
import { ofCertificate } from '../../src/main/doctor/certificate.ts'
import { ofPorts } from '../../src/main/doctor/doors.ts'
import { configured, examine, PORTS } from './doctor-house.ts'
import { type Launched, launch, nightpost, temporaryFolder } from './launch.ts'

// What doctor says of doors, certificates and files that are really broken.

/** The data of a small organisation whose server has ended; each test breaks one thing of it and mends it again. */
let quiet: Launched
before(async () => {
  quiet = await launch()
  await quiet.end()
})

test('a port that another program has is found while the server does not run, and a door that does not answer while it does', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  const config = temporaryFolder('nightpost.toml')
  mkdirSync(join(config, '..'), { recursive: true })
  writeFileSync(config, `https.port = ${port}\nhttp.port = 0\nssh.port = "off"\n`)
  const taken = await examine(quiet.data, '--config', config)
  assert.deepEqual([taken.code, taken.codes('ports')], [1, ['portTaken']])
  assert.match(taken.of('ports')?.text ?? '', new RegExp(`https\\.port ${port}`))
  assert.match(taken.of('ports')?.fix ?? '', /https\.port/)
  other.close()
  const free = await examine(quiet.data, '--config', config)
  assert.deepEqual(free.codes('ports'), ['portsFree'])
  // A running server says which ports it has; nobody listens on this one any more.
  const loaded = loadConfiguration({ data: quiet.data, file: config, flags: {} })
  const silent = await ofPorts(loaded, { https: port ?? 0 })
  assert.deepEqual(
    silent.map(({ code }) => code),
    ['portSilent'],
  )
})

test('an address that the machine does not have, and names that nobody finds', async () => {
  const config = configured(
    'listen = "192.0.2.1"\ndomain = "nowhere.invalid"\npublicUrl = "https://im.nowhere.invalid"\n',
  )
  writeFileSync(
    config,
    `domain = "nowhere.invalid"\n${readFileSync(config, 'utf8').replace('domain = "nowhere.invalid"\n', '')}`,
  )
  await using house = await launch(['--domain', 'nowhere.invalid'])
  await house.end()
  const { codes, found, code } = await examine(house.data, '--config', config)
  assert.equal(code, 1)
  assert.deepEqual([...new Set(codes('ports'))], ['portAddress'])
  assert.deepEqual(codes('names'), ['nameMissing', 'nameMissing'])
  const names = found.filter(({ check }) => check === 'names').map(({ text }) => text.split(' ')[0])
  assert.deepEqual(names, ['lyncdiscover.nowhere.invalid', 'im.nowhere.invalid'])
  assert.deepEqual(codes('certificate'), ['certificateSelfSigned'])
})

test('certificates: ended, ending, for other names, without its issuer, with another key, not there', async () => {
  const folder = temporaryFolder('tls')
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'nightpost.toml')
  writeFileSync(config, `${PORTS}[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n`)
  // In this process: eight looks at one file need no eight processes.
  const codes = () => {
    const loaded = loadConfiguration({ data: quiet.data, file: config, flags: {} })
    return ofCertificate(quiet.data, loaded).map(({ code }) => code)
  }
  const write = async (options: Parameters<typeof makeChain>[0]) => {
    const made = await makeChain(options)
    writeFileSync(join(folder, 'cert.pem'), made.certificate)
    writeFileSync(join(folder, 'key.pem'), made.key, { mode: 0o600 })
    return made
  }
  const right = {
    names: ['nightpost.localhost', '*.nightpost.localhost', (await import('node:os')).hostname()],
    days: 90,
  }
  const { full } = await write(right)
  assert.deepEqual(codes(), ['certificateChain'])
  writeFileSync(join(folder, 'cert.pem'), full)
  assert.deepEqual(codes(), ['certificateFine'])
  writeFileSync(join(folder, 'cert.pem'), (await write({ ...right, days: -3 })).full)
  assert.deepEqual(codes(), ['certificateEnded'])
  writeFileSync(join(folder, 'cert.pem'), (await write({ ...right, days: 5 })).full)
  assert.deepEqual(codes(), ['certificateEnding'])
  writeFileSync(join(folder, 'cert.pem'), (await write({ ...right, names: ['elsewhere.test'] })).full)
  assert.deepEqual(codes(), ['certificateNames'])
  writeFileSync(join(folder, 'cert.pem'), full)
  assert.deepEqual(codes(), ['certificateKey'])
  writeFileSync(join(folder, 'cert.pem'), 'nothing of the kind')
  assert.deepEqual(codes(), ['certificateUnreadable'])
  rmSync(join(folder, 'cert.pem'))
  assert.deepEqual(codes(), ['certificateUnreadable'])
  chmodSync(join(folder, 'key.pem'), 0o644)
  const loose = await examine(quiet.data, '--config', config, '--fix')
  assert.ok(loose.found.some(({ mended }) => mended))
  assert.equal(statSync(join(folder, 'key.pem')).mode & 0o777, 0o600)
})

/** A certificate of an authority of its own. */
async function makeChain({ names, days }: { names: readonly string[]; days: number }) {
  await import('reflect-metadata')
  const {
    X509CertificateGenerator,
    PemConverter,
    SubjectAlternativeNameExtension,
    BasicConstraintsExtension,
  } = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const make = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [authority, own] = [await make(), await make()]
  const notBefore = new Date(Date.now() - 400 * 86_400_000)
  const root = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test Authority',
    notBefore,
    notAfter: new Date(Date.now() + 400 * 86_400_000),
    signingAlgorithm: algorithm,
    keys: authority,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  const leaf = await X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: root.subject,
    notBefore,
    notAfter: new Date(Date.now() + days * 86_400_000 + 3_600_000),
    signingAlgorithm: algorithm,
    publicKey: own.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
    ],
  })
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', own.privateKey), 'PRIVATE KEY')
  const certificate = `${leaf.toString('pem')}\n`
  assert.ok(new X509Certificate(certificate).checkHost(names[0]?.replace('*', 'any') ?? ''))
  return { certificate, key, full: `${certificate}${root.toString('pem')}\n` }
}

test('a database that is broken, and one of a newer or an older version', async () => {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'nightpost.db')
  const config = configured('')
  const copy = () => copyFileSync(join(quiet.data, 'nightpost.db'), file)
  const version = (change: number) => {
    const database = new DatabaseSync(file)
    const known = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    database.exec(`PRAGMA user_version = ${known + change}`)
    database.close()
    chmodSync(file, 0o600)
  }
  copy()
  version(1)
  const newer = await examine(folder, '--config', config)
  assert.deepEqual([newer.code, newer.of('schema')?.code], [1, 'schemaNewer'])
  copy()
  version(-1)
  const older = await examine(folder, '--config', config)
  assert.deepEqual([older.of('schema')?.code, older.of('schema')?.state], ['schemaOlder', 'warning'])
  const database = new DatabaseSync(file, { readOnly: true })
  const left = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  database.close()
  copy()
  const kept = new DatabaseSync(file, { readOnly: true })
  assert.equal(
    left,
    Number(kept.prepare('PRAGMA user_version').get()?.user_version) - 1,
    'looking migrates nothing',
  )
  kept.close()
  const bytes = readFileSync(file)
  bytes.fill(0xff, 4096 * 3, 4096 * 12)
  writeFileSync(file, bytes, { mode: 0o600 })
  const broken = await examine(folder, '--config', config)
  assert.deepEqual([broken.code, broken.of('database')?.code], [1, 'databaseBroken'])
  assert.match(broken.of('database')?.fix ?? '', /restore/)
  writeFileSync(file, 'nothing of a database', { mode: 0o600 })
  const foreign = await examine(folder, '--config', config)
  assert.deepEqual([foreign.code, foreign.of('database')?.code], [1, 'databaseBroken'])
  assert.ok(foreign.of('certificate'), 'the other checks go on')
  const refused = await nightpost(['start', '--data', folder, '--config', config])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^nightpost: the database is broken: [^\n]+ \[databaseBroken\]\n$/)
  const none = await examine(temporaryFolder(), '--config', config)
  assert.deepEqual([none.code, none.of('database')?.code], [3, 'databaseNone'])
})
