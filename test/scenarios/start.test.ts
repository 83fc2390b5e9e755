import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { isAlive, launch, nightpost, temporaryFolder } from './launch.ts'

test('one line says that it is ready; SIGTERM ends it with 0 and leaves no child', async () => {
  await using server = await launch()
  const { ready } = server
  assert.equal(server.output().stdout.split('\n').length, 2, 'exactly one line on standard output')
  assert.equal(ready.version, '0.1.0')
  assert.equal(ready.data, server.data)
  assert.equal(ready.domain, 'nightpost.localhost')
  assert.equal(ready.url, `http://localhost:${ready.http}`)
  assert.equal('configuration' in ready, false)
  assert.equal('sip' in ready, false, 'doors that are not built are absent')
  assert.notEqual(ready.pid, server.child.pid, 'the pid is the server, not the launcher')
  assert.equal((await fetch(`${ready.url}/livez`)).status, 200)
  assert.equal(await server.end(), 0)
  assert.equal(isAlive(ready.pid), false)
})

test('a second start is refused with the pid of the first', async () => {
  await using server = await launch()
  const second = await nightpost(['start', '--data', server.data, '--http-port', '0', '--https-port', '0'])
  assert.equal(second.code, 1)
  assert.match(second.stderr, new RegExp(`process ${server.ready.pid}\\b`))
  assert.equal((await fetch(`${server.ready.url}/livez`)).status, 200, 'the first one goes on')
})

test('kill -9 of the server leaves nothing to clean up', async () => {
  await using first = await launch()
  const gone = once(first.child, 'exit')
  process.kill(first.ready.pid, 'SIGKILL')
  await gone
  await using second = await launch([], { data: first.data })
  assert.equal((await fetch(`${second.ready.url}/livez`)).status, 200)
})

test('kill -9 of the launcher ends the server too', async () => {
  await using server = await launch()
  await server.end('SIGKILL')
  // The next start has the folder as soon as the server has drained: there is nothing to wait for but that.
  for (;;) {
    const again = await nightpost(['start', '--data', server.data, '--http-port', 'nonsense'])
    assert.equal(again.code, 2)
    if (!isAlive(server.ready.pid)) break
  }
})

test('the data folder and all that is in it are for the owner only (SECURITY 3)', async () => {
  await using server = await launch()
  const walk = (path: string): string[] => [
    path,
    ...(statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : []),
  ]
  for (const path of walk(server.data)) assert.equal(statSync(path).mode & 0o077, 0, path)
})

test('a data folder that others can read is refused, unless it is said aloud', async () => {
  const data = temporaryFolder()
  mkdirSync(data)
  writeFileSync(join(data, 'nightpost.toml'), '')
  chmodSync(data, 0o755)
  const refused = await nightpost(['start', '--data', data, '--http-port', '0', '--https-port', '0'])
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /chmod -R go-rwx/)
  await using server = await launch(['--allow-loose-files'], { data })
  assert.match(server.output().stderr, /--allow-loose-files/)
})

test('the certificate is self-signed, ECDSA P-256, for a year and for every name (SECURITY 2)', async () => {
  await using server = await launch(['--domain', 'example.test', '--domain', 'second.test'])
  const certificate = new X509Certificate(readFileSync(server.ready.certificate))
  for (const name of ['example.test', 'lyncdiscover.example.test', 'sip.second.test', 'localhost']) {
    assert.ok(certificate.checkHost(name), name)
  }
  assert.ok(certificate.checkIP('127.0.0.1'))
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000
  assert.ok(days > 360 && days < 366)
  assert.equal(certificate.ca, false)
})

for (const [protocol, version] of [
  ['TLSv1.2', 'TLSv1.2'],
  ['TLSv1.3', 'TLSv1.3'],
] as const) {
  test(`${protocol} is spoken, with an AEAD cipher (SECURITY 5)`, async () => {
    await using server = await launch(['--http-port', 'off'])
    assert.equal(server.ready.http, undefined)
    assert.equal(server.ready.url, `https://localhost:${server.ready.https}`)
    const socket = connect({
      port: server.ready.https ?? 0,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
    })
    await once(socket, 'secureConnect')
    assert.match(socket.getCipher().name, /GCM|CHACHA20/)
    socket.destroy()
  })
}

const WRONG: readonly [name: string, args: readonly string[], toml: string, message: RegExp][] = [
  ['an unknown flag', ['start', '--porf', '1'], '', /unknown option '--porf'/],
  ['a flag without its value', ['start', '--data'], '', /argument missing/],
  ['a port that is none', ['start', '--https-port', '99999'], '', /write a port/],
  [
    'no port for anybody',
    ['start', '--https-port', 'off', '--http-port', 'off'],
    '',
    /both off; write a port/,
  ],
  ['an unknown verb', ['stat'], '', /unknown command 'stat'; write start/],
  [
    'an unknown key',
    ['start'],
    '[limits]\nmessageTxt = 1',
    /unknown key limits\.messageTxt; write limits\.messageText/,
  ],
  ['a value that is none', ['start'], '[session]\nkeep = "soon"', /session\.keep: write a number of seconds/],
  [
    'a configuration that is not there',
    ['start', '--config', '/nonexistent.toml'],
    '',
    /\/nonexistent\.toml: cannot be read/,
  ],
]
for (const [name, args, toml, message] of WRONG) {
  test(`${name} is exit 2 with one line`, async () => {
    const data = temporaryFolder()
    mkdirSync(data, { mode: 0o700 })
    if (toml !== '') writeFileSync(join(data, 'nightpost.toml'), toml, { mode: 0o600 })
    const done = await nightpost(
      args.includes('--data') || args.length > 1 ? args : [...args, '--data', data],
    )
    assert.equal(done.code, 2, done.stderr)
    assert.equal(done.stdout, '')
    assert.match(done.stderr, message)
    assert.match(done.stderr, /^nightpost: [^\n]+\n$/)
  })
}

test('a port that is taken is exit 1 with a line that names it', async () => {
  await using server = await launch()
  const done = await nightpost([
    'start',
    '--data',
    temporaryFolder(),
    '--http-port',
    String(server.ready.http),
    '--https-port',
    '0',
  ])
  assert.equal(done.code, 1)
  assert.match(
    done.stderr,
    new RegExp(
      `^nightpost: http\\.port: port ${server.ready.http} is taken [^\\n]+--http-port[^\\n]+\\n$`,
      'm',
    ),
  )
})

test('a server whose output nobody reads any more goes on, and ends as always', async () => {
  await using server = await launch(['--log-level', 'debug'])
  server.child.stdout?.destroy()
  server.child.stderr?.destroy()
  for (let i = 0; i < 5; i++) assert.equal((await fetch(`${server.ready.url}/livez`)).status, 200)
  assert.equal(await server.end(), 0)
  assert.equal(isAlive(server.ready.pid), false)
})

test('a crash is recorded, and the launcher starts the server again (SECURITY 25)', async () => {
  const folder = temporaryFolder('crash')
  mkdirSync(folder, { recursive: true })
  const data = join(folder, 'data')
  const once = join(data, 'crashed-once')
  const planted = join(folder, 'planted.mjs')
  writeFileSync(
    planted,
    `import { existsSync, writeFileSync } from 'node:fs'
     if (process.argv[1]?.endsWith('cli.ts') && !existsSync(${JSON.stringify(once)})) {
       const wait = setInterval(() => {
         if (!existsSync(${JSON.stringify(join(data, 'admin.sock'))})) return
         clearInterval(wait)
         setTimeout(() => {
           writeFileSync(${JSON.stringify(once)}, '', { mode: 0o600 })
           throw new Error('planted crash')
         }, 500)
       }, 20).unref()
     }`,
  )
  await using server = await launch([], { data, env: { NODE_OPTIONS: `--import ${planted}` } })
  const lines = () => server.output().stdout.trim().split('\n')
  while (lines().length < 2) await new Promise((resolve) => setTimeout(resolve, 50))
  const again = JSON.parse(lines()[1] ?? '') as { pid: number; url: string }
  assert.notEqual(again.pid, server.ready.pid)
  assert.equal((await fetch(`${again.url}/livez`)).status, 200)
  assert.match(server.output().stderr, /planted crash/)
  assert.match(server.output().stderr, /is started again/)
  const [day = ''] = readdirSync(join(data, 'security-log'))
  const events = readFileSync(join(data, 'security-log', day), 'utf8')
  assert.match(events, /"event":"crash".*planted crash/, 'in the security log too (SECURITY 58)')
  assert.equal(await server.end(), 0)
})

const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

test('--listen opens HTTPS to others and says that the certificate is self-signed; plain HTTP never leaves this machine', {
  skip: elsewhere === undefined && 'this machine has no address but loopback',
}, async () => {
  await using server = await launch(['--listen', '0.0.0.0'])
  assert.match(server.output().stderr, /self-signed certificate; set tls\.certificate/)
  const reaches = (port: number | undefined) =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection({ port: port ?? 0, host: elsewhere ?? '' })
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
  assert.equal(await reaches(server.ready.https), true)
  assert.equal(await reaches(server.ready.http), false)
  const weak = await nightpost(
    [
      'account',
      'add',
      'ken@nightpost.localhost',
      '--password-stdin',
      '--allow-weak-password',
      '--data',
      server.data,
    ],
    { input: 'pw\n' },
  )
  assert.equal(weak.code, 1)
  assert.match(weak.stderr, /loopback/)
})

test('a port of SSH that was named and is taken is exit 1', async () => {
  await using first = await launch(['--ssh-port', '0'])
  const port = String(first.ready.ssh)
  const named = await nightpost([
    'start',
    '--data',
    temporaryFolder(),
    '--http-port',
    '0',
    '--https-port',
    '0',
    '--ssh-port',
    port,
  ])
  assert.equal(named.code, 1)
  assert.match(named.stderr, new RegExp(port))
})

test('flags of doors that are not built are accepted', async () => {
  await using server = await launch(['--sip-port', '0', '--sips-port', '0', '--ssh-port', '0'])
  assert.equal('sip' in server.ready, false)
  assert.equal('sips' in server.ready, false)
  assert.ok((server.ready.ssh ?? 0) > 0, 'the door of SSH is built')
  assert.match(server.ready.sshHostKey ?? '', /^SHA256:[A-Za-z0-9+/]{43}$/)
})

test('a certificate of one’s own is used; a key that others can read, or half of the pair, is exit 2', async () => {
  await using first = await launch()
  await first.end()
  const folder = temporaryFolder('tls')
  mkdirSync(folder, { recursive: true })
  for (const name of ['cert.pem', 'key.pem']) copyFileSync(join(first.data, 'tls', name), join(folder, name))
  const config = join(folder, 'nightpost.toml')
  const write = (tls: string) => writeFileSync(config, `[tls]\n${tls}\n`, { mode: 0o600 })
  write('certificate = "cert.pem"\nkey = "key.pem"')
  chmodSync(join(folder, 'key.pem'), 0o600)
  await using second = await launch(['--config', config])
  assert.equal(second.ready.certificate, join(folder, 'cert.pem'))
  assert.equal(second.ready.configuration, config)
  await second.end()

  const start = () =>
    nightpost([
      'start',
      '--data',
      temporaryFolder(),
      '--config',
      config,
      '--http-port',
      '0',
      '--https-port',
      '0',
      '--ssh-port',
      '0',
    ])
  chmodSync(join(folder, 'key.pem'), 0o644)
  const loose = await start()
  assert.equal(loose.code, 2)
  assert.match(loose.stderr, /^nightpost: tls\.key: [^\n]+chmod 600[^\n]+\n$/)
  write('certificate = "cert.pem"')
  const half = await start()
  assert.equal(half.code, 2)
  assert.match(half.stderr, /belong together/)
})

test('config prints what is in force and where it came from', async () => {
  const data = temporaryFolder()
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(join(data, 'nightpost.toml'), 'domain = "example.test"\n[limits]\nmessageText = "32 KiB"\n', {
    mode: 0o600,
  })
  const done = await nightpost(['config', '--data', data, '--http-port', '0', '--json'])
  assert.equal(done.code, 0, done.stderr)
  const { settings, file } = JSON.parse(done.stdout) as {
    file: string
    settings: readonly { name: string; value: unknown; from: string }[]
  }
  assert.equal(file, join(data, 'nightpost.toml'))
  const row = (name: string) => settings.find((setting) => setting.name === name)
  assert.deepEqual(row('domain'), { name: 'domain', value: ['example.test'], from: 'file' })
  assert.deepEqual(row('http.port'), { name: 'http.port', value: 0, from: 'flag' })
  assert.deepEqual(row('https.port'), { name: 'https.port', value: 8443, from: 'default' })
  assert.deepEqual(row('limits.messageText'), { name: 'limits.messageText', value: 32_768, from: 'file' })
})

test('help names every verb and shows examples', async () => {
  const done = await nightpost(['--help'])
  assert.equal(done.code, 0)
  for (const verb of [
    'start',
    'config',
    'backup',
    'restore',
    'doctor',
    'shell',
    'watch',
    'completion',
    'account',
  ])
    assert.match(done.stdout, new RegExp(`^ {2}${verb}\\b`, 'm'))
  assert.match(done.stdout, /Examples:/)
  const start = await nightpost(['start', '--help'])
  for (const flag of [
    'data',
    'config',
    'domain',
    'listen',
    'https-port',
    'http-port',
    'sip-port',
    'sips-port',
    'ssh-port',
    'public-url',
    'demo',
    'ready-json',
    'log-level',
  ]) {
    assert.match(start.stdout, new RegExp(`--${flag}\\b`), flag)
  }
})
