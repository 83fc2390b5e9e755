import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { loadConfiguration } from '../../src/main/config.ts'
import { ofCertificate } from '../../src/main/doctor/certificate.ts'
import { direct, typed } from './console-house.ts'
import { type Launched, launch, temporaryFolder } from './launch.ts'

interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly code: string
  readonly text: string
  readonly fix?: string
  readonly mended?: true
}

async function examine(data: string, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await direct(['doctor', '--json', '--data', data, ...flags])
  assert.equal(stderr, '')
  const found = JSON.parse(stdout) as readonly Finding[]
  const of = (name: string) => found.find(({ check }) => check === name)
  const codes = (name: string) => found.filter(({ check }) => check === name).map((one) => one.code)
  return { code, found, of, codes }
}

/** The data of a small organisation whose server has ended; each test breaks one thing of it and mends it again. */
let quiet: Launched
before(async () => {
  quiet = await launch()
  await quiet.end()
})

/** Ports that are free for a server that is not there. */
const PORTS = 'https.port = 0\nhttp.port = 0\nssh.port = 0\n'

function configured(toml: string): string {
  const file = temporaryFolder('nightpost.toml')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${PORTS}${toml}`, { mode: 0o600 })
  return file
}

test('doctor finds an audit record that was changed by hand in the file (SECURITY 59)', async () => {
  await using house = await launch()
  await typed(
    house.data,
    'New-CsClientPolicy -Identity One | Out-Null\nNew-CsClientPolicy -Identity Two | Out-Null',
  )
  const before = await examine(house.data)
  assert.equal(before.of('audit')?.state, 'ok')
  assert.equal(before.code, 3, 'made passwords and no backup: works but degraded')
  await house.end()

  const database = new DatabaseSync(join(house.data, 'nightpost.db'))
  const { number } = database.prepare("select number from audit where target = 'Tag:One'").get() as {
    number: number
  }
  database
    .prepare('update audit set entry = replace(entry, ?, ?) where number = ?')
    .run('Tag:One', 'Tag:Oen', number)
  database.close()

  const after = await examine(house.data)
  assert.deepEqual([after.code, after.of('audit')?.state], [1, 'failed'])
  assert.ok(after.of('audit')?.text.includes(`record ${number} `), after.of('audit')?.text)
})

test('doctor names loose files, demo passwords and a missing backup, each with what to type; --fix mends the files', async () => {
  await using house = await launch(['--demo'])
  const demo = await examine(house.data)
  const states = ['demo', 'backup', 'file rights', 'certificate', 'disk', 'clock', 'ports', 'queue'].map(
    (name) => demo.of(name)?.state,
  )
  assert.deepEqual(states, ['warning', 'warning', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'])
  assert.equal(demo.code, 3)
  assert.match(demo.of('server')?.text ?? '', new RegExp(`process ${house.ready.pid}\\b`))
  assert.match(
    demo.of('ports')?.text ?? '',
    new RegExp(`https ${house.ready.https}, http ${house.ready.http}`),
  )
  if (process.platform === 'win32') return
  const file = join(house.data, 'demo-accounts.json')
  chmodSync(file, 0o644)
  const loose = await examine(house.data)
  assert.deepEqual([loose.code, loose.of('file rights')?.state], [1, 'failed'])
  const text = await direct(['doctor', '--data', house.data])
  assert.match(
    text.stdout,
    /✗ file rights: .*demo-accounts\.json can be read by other users\n {4}chmod -R go-rwx /,
  )
  assert.equal(statSync(file).mode & 0o777, 0o644, 'nothing is mended that nobody asked for')
  const mended = await examine(house.data, '--fix')
  assert.deepEqual(mended.of('file rights')?.mended, true)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(mended.code, 3)
  assert.equal((await examine(house.data)).of('file rights')?.code, 'filesPrivate')
})

test('doctor notices a clock that was set back', async () => {
  const file = join(quiet.data, 'nightpost.db')
  const { atime, mtime } = statSync(file)
  const later = Date.now() / 1000 + 7200
  utimesSync(file, later, later)
  const { of, code } = await examine(quiet.data, '--config', configured(''))
  assert.deepEqual([code, of('clock')?.state, of('clock')?.code], [3, 'warning', 'clockBehind'])
  assert.ok(of('clock')?.fix)
  utimesSync(file, atime, mtime)
})

test('a configuration that cannot be read is exit 2 with the key and what to write', async () => {
  const { code, found } = await examine(quiet.data, '--config', configured('[limits]\nmessageTxt = 1\n'))
  assert.equal(code, 2)
  assert.deepEqual(
    found.map(({ code }) => code),
    ['configurationWrong'],
  )
  assert.match(found[0]?.text ?? '', /unknown key limits\.messageTxt; write limits\.messageText/)
})

test('loose settings are named', async () => {
  const { of } = await examine(quiet.data, '--config', configured('[limits]\nshells = 5000\n'))
  assert.deepEqual([of('settings')?.code, of('settings')?.state], ['settingLoose', 'warning'])
  assert.match(of('settings')?.text ?? '', /limits\.shells/)
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
  const none = await examine(temporaryFolder(), '--config', config)
  assert.deepEqual([none.code, none.of('database')?.code], [3, 'databaseNone'])
})

test('messages that expiry left behind are a stuck queue', async () => {
  await using house = await launch(['--demo'])
  const { UcwaClient } = await import('../client/ucwa-client.ts')
  const [tony, ken] = house.ready.users ?? []
  const client = await UcwaClient.online({
    base: house.ready.url,
    user: tony?.user ?? '',
    password: tony?.password ?? '',
  })
  await client.conversation(ken?.sip ?? '', 'hello')
  await client.close()
  const waiting = await examine(house.data)
  assert.deepEqual([waiting.of('queue')?.code, waiting.of('queue')?.state], ['queueMoving', 'ok'])
  await house.end()
  const database = new DatabaseSync(join(house.data, 'nightpost.db'))
  const past = Date.now() - 2 * 3_600_000
  database.exec(`update message set until = ${past}; update thread_side set min_until = ${past}`)
  database.close()
  const stuck = await examine(house.data, '--config', configured(''))
  assert.deepEqual([stuck.code, stuck.of('queue')?.code], [1, 'queueStuck'])
  assert.match(stuck.of('queue')?.text ?? '', /^1 messages/)
})

test('backup and its last test: never, made, tried; restore --test leaves nothing behind', async () => {
  await using house = await launch()
  const ages = async () => {
    const { of } = await examine(house.data)
    return [of('backup')?.code, of('restore test')?.code]
  }
  assert.deepEqual(await ages(), ['backupNever', undefined])
  const file = temporaryFolder('backup.db')
  assert.equal((await direct(['backup', file, '--data', house.data])).code, 0)
  assert.deepEqual(await ages(), ['backupRecent', 'restoreUntested'])
  const tried = await direct(['restore', file, '--test', '--data', house.data])
  assert.equal(tried.code, 0, tried.stderr)
  assert.match(tried.stdout, /^it can be restored: whole, 1 accounts/)
  assert.deepEqual(await ages(), ['backupRecent', 'restoreTested'])
  const { readdirSync } = await import('node:fs')
  assert.deepEqual(readdirSync(join(house.data, 'tmp')), [])
  const changed = new DatabaseSync(file)
  changed.exec("update audit set entry = replace(entry, 'admin@', 'other@')")
  changed.close()
  const bad = await direct(['restore', file, '--test', '--data', house.data])
  assert.equal(bad.code, 1)
  assert.match(bad.stderr, /record 1 of its audit trail[^\n]*\[restoreBroken\]\n$/)
})

test('crashes of the last days are counted from the security log', async () => {
  const config = configured('')
  assert.equal((await examine(quiet.data, '--config', config)).of('crashes')?.code, 'crashesNone')
  const time = new Date().toISOString()
  const file = join(quiet.data, 'security-log', `${time.slice(0, 10)}.jsonl`)
  const before = readFileSync(file)
  appendFileSync(
    file,
    `${JSON.stringify({ time, event: 'crash', err: { message: 'planted' } })}\n{"event":"crash"`,
  )
  const found = (await examine(quiet.data, '--config', config)).of('crashes')
  assert.deepEqual([found?.code, found?.state], ['crashesSome', 'warning'])
  assert.match(found?.text ?? '', /^1 in the last 7 days.*planted$/)
  writeFileSync(file, before)
})

test('sip sign-in names what is weak, and says when nothing of it is kept (DECISIONS 28)', async () => {
  const on = await examine(quiet.data, '--config', configured(''))
  assert.match(on.of('sip sign-in')?.text ?? '', /NTLM.*Digest MD5/)
  const off = await examine(quiet.data, '--config', configured('[accounts]\nsipSignIn = false\n'))
  assert.equal(off.of('sip sign-in')?.code, 'sipOff')
})

test('a server that is stopped is reported as deaf, in time (under 20 s)', async () => {
  await using house = await launch()
  process.kill(house.ready.pid, 'SIGSTOP')
  try {
    const { of, code } = await examine(house.data)
    assert.equal(code, 1)
    assert.deepEqual([of('server')?.code, of('server')?.state], ['serverDeaf', 'failed'])
    assert.match(of('server')?.text ?? '', new RegExp(`process ${house.ready.pid} `))
    assert.equal(of('database')?.state, 'ok', 'the file is looked at all the same')
  } finally {
    process.kill(house.ready.pid, 'SIGCONT')
  }
})

test('the same report in Japanese, by locale or by --language', async () => {
  const config = configured('')
  const flags = ['doctor', '--data', quiet.data, '--config', config]
  const english = await direct(flags)
  const japanese = await direct([...flags, '--language', 'ja'])
  const byLocale = await direct(flags, '', { LC_ALL: 'ja_JP.UTF-8' })
  const shape = (text: string) => text.split('\n').map((line) => line.slice(0, 2))
  assert.deepEqual(shape(japanese.stdout), shape(english.stdout), 'line by line the same')
  const withoutTimes = (text: string) => text.replace(/\d/g, '0')
  assert.equal(
    withoutTimes(byLocale.stdout).replace(/.*(?:書き込み時間|メモリ).*\n/g, ''),
    withoutTimes(japanese.stdout).replace(/.*(?:書き込み時間|メモリ).*\n/g, ''),
  )
  for (const line of japanese.stdout.split('\n').filter((one) => /^[✓!✗] /.test(one)))
    assert.match(line, /^[✓!✗] [^:]*[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}][^:]*: /u)
  assert.match(
    japanese.stdout,
    /^! バックアップ: 一度も作成されていません\n {4}nightpost backup ファイル名$/m,
  )
})

after(() => quiet.end())
