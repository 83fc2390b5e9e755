import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import { loadConfiguration } from '../../src/main/config.ts'
import { direct } from './console-house.ts'
import { type Ready, ROOT, temporaryFolder } from './launch.ts'

// What lies in deploy/ works: systemd reads the unit, its command line starts a server for a user without rights, the
// container's command line and its health check do, with nothing in the environment.

const read = (name: string) => readFileSync(join(ROOT, 'deploy', name), 'utf8')
const UNIT = join(ROOT, 'deploy', 'nightpost.service')

const there = (program: string) => spawnSync(program, ['--version']).status === 0
const SYSTEMD = !there('systemd-analyze') && 'systemd is not installed'
const ROOTLESS = process.getuid?.() !== 0 && 'only root can become another user'

test('systemd finds nothing wrong with the unit', { skip: SYSTEMD }, () => {
  const done = spawnSync('systemd-analyze', ['verify', '--man=no', UNIT], { encoding: 'utf8' })
  assert.equal(done.stderr.replace(/^.*Command \/usr\/bin\/node is not executable.*\n/m, ''), '')
})

test('systemd counts the exposure of the unit as small (2.0 of 10 at most)', { skip: SYSTEMD }, () => {
  const args = ['security', '--offline=yes', '--no-pager', '--threshold=20', UNIT]
  const done = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`)
})

function unit(): ReadonlyMap<string, readonly string[]> {
  const lines = readFileSync(UNIT, 'utf8').split('\n')
  const found = new Map<string, string[]>()
  for (const line of lines) {
    const match = /^([A-Za-z]+)=(.*)$/.exec(line)
    if (match) found.set(match[1] ?? '', [...(found.get(match[1] ?? '') ?? []), match[2] ?? ''])
  }
  return found
}

test('the unit has what SECURITY 4 asks for, and V8 may write its code', () => {
  const settings = unit()
  const value = (name: string) => settings.get(name)?.at(-1)
  assert.notEqual(value('User') ?? 'root', 'root')
  assert.equal(value('CapabilityBoundingSet'), '')
  assert.equal(value('NoNewPrivileges'), 'yes')
  assert.equal(value('ProtectSystem'), 'strict')
  assert.equal(value('MemoryDenyWriteExecute'), 'no')
  assert.equal(value('StateDirectoryMode'), '0700')
  assert.ok(Number(value('TimeoutStopSec')) >= 30, 'drained and ended by 30 s')
  assert.ok(Number(value('LimitNOFILE')) > 20_000)
  assert.match(value('RestartPreventExitStatus') ?? '', /\b2\b/)
})

/** A server started by a command line that is not ours, as a user without rights. */
async function serve(command: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(
    'setpriv',
    ['--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all', '--no-new-privs', ...command],
    {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stdout = ''
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
      const line = stdout.split('\n').find((one) => one.includes('"ready":true'))
      if (line) resolve(JSON.parse(line) as Ready)
    })
    ended.then(() => reject(new Error(stderr)), reject)
  })
  return {
    ready,
    stderr: () => stderr,
    async end() {
      child.kill('SIGTERM')
      return (await ended)[0]
    },
  }
}

/** A folder that belongs to the user without rights. */
function folderForNobody(): string {
  const data = temporaryFolder()
  mkdirSync(data, { recursive: true, mode: 0o700 })
  chownSync(dirname(data), 65534, 65534)
  chownSync(data, 65534, 65534)
  return data
}

const FREE = ['--http-port', '0', '--https-port', '0', '--ssh-port', '0', '--ready-json']
/** What systemd gives a service, and nothing of ours. */
const BARE = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', LANG: 'C.UTF-8' }

test('the command line of the unit starts a server for a user without rights, with the example configuration', {
  skip: ROOTLESS,
}, async () => {
  const data = folderForNobody()
  const [line = ''] = unit().get('ExecStart') ?? []
  const configuration = join(data, 'nightpost.toml')
  // The names of the example, without its certificate of an authority.
  writeFileSync(configuration, read('nightpost.toml').replace(/\[tls\][\s\S]*/, ''), { mode: 0o600 })
  chownSync(configuration, 65534, 65534)
  const command = line
    .replace('/usr/bin/node', process.execPath)
    .replaceAll('/opt/nightpost', ROOT)
    .replace('/var/lib/nightpost', data)
    .replace('/etc/nightpost/nightpost.toml', configuration)
    .split(' ')
  const server = await serve([...command, ...FREE, '--listen', '127.0.0.1'], {
    ...BARE,
    STATE_DIRECTORY: data,
    INVOCATION_ID: 'test',
  })
  assert.equal(server.ready.domain, 'example.com')
  assert.equal((await fetch(`${server.ready.url}/readyz`)).status, 200)
  assert.equal(statSync(join(data, 'nightpost.db')).uid, 65534)
  assert.equal(statSync(data).mode & 0o077, 0)
  assert.doesNotMatch(server.stderr(), /running as root/)
  const doctor = await direct(['doctor', '--json', '--data', data])
  assert.ok(doctor.code === 0 || doctor.code === 3, doctor.stdout)
  assert.equal(await server.end(), 0)
})

test('a key from LoadCredential is taken: 0400, of the service alone', { skip: ROOTLESS }, async () => {
  const first = folderForNobody()
  const made = await serve(
    [process.execPath, join(ROOT, 'bin/nightpost.js'), 'start', '--data', first, ...FREE],
    BARE,
  )
  await made.end()
  const data = folderForNobody()
  const credentials = join(data, 'credentials')
  mkdirSync(credentials, { mode: 0o700 })
  for (const [from, to] of [
    ['cert.pem', 'tls.cert'],
    ['key.pem', 'tls.key'],
  ] as const) {
    writeFileSync(join(credentials, to), readFileSync(join(first, 'tls', from)), { mode: 0o400 })
    chownSync(join(credentials, to), 65534, 65534)
  }
  chownSync(credentials, 65534, 65534)
  const configuration = join(data, 'nightpost.toml')
  writeFileSync(
    configuration,
    `[tls]\ncertificate = "${credentials}/tls.cert"\nkey = "${credentials}/tls.key"\n`,
    { mode: 0o600 },
  )
  chownSync(configuration, 65534, 65534)
  const server = await serve(
    [process.execPath, join(ROOT, 'bin/nightpost.js'), 'start', '--data', data, ...FREE],
    BARE,
  )
  assert.equal(server.ready.certificate, join(credentials, 'tls.cert'))
  assert.equal(await server.end(), 0)
})

test('the example configuration has no key that is unknown', () => {
  const data = temporaryFolder()
  const loaded = loadConfiguration({ data, file: join(ROOT, 'deploy', 'nightpost.toml'), flags: {} })
  assert.equal(loaded.settings.publicUrl, 'https://im.example.com')
  assert.ok('tls' in parse(read('nightpost.toml')))
})

/** Instructions of the container file, continuation lines joined. */
function instructions(): readonly (readonly [name: string, rest: string])[] {
  return read('Containerfile')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const)
}
const last = (name: string) => instructions().findLast(([one]) => one === name)?.[1] ?? ''

test('the container runs as nobody in particular, keeps its data in a volume and has no secret baked in', () => {
  assert.match(last('USER'), /^[1-9]\d*:[1-9]\d*$/)
  assert.equal(last('VOLUME'), '/var/lib/nightpost')
  assert.deepEqual(JSON.parse(last('CMD')), ['start', '--data', '/var/lib/nightpost', '--listen', '0.0.0.0'])
  const env = instructions()
    .filter(([name]) => name === 'ENV' || name === 'ARG')
    .map(([, rest]) => rest)
  assert.deepEqual(
    env.filter((one) => /password|secret|token|key/i.test(one)),
    [],
  )
  assert.match(readFileSync(join(ROOT, '.containerignore'), 'utf8'), /^data$/m)
  const sources = instructions()
    .filter(([name]) => name === 'COPY')
    .map(([, rest]) => rest.split(' ').filter((word) => !word.startsWith('--'))[0] ?? '')
  for (const source of sources.filter((one) => one !== '.' && !one.startsWith('/')))
    assert.ok(existsSync(join(ROOT, source)), source)
})

test('its entry point serves and its health check says so, for a user without rights', {
  skip: ROOTLESS,
}, async () => {
  const data = folderForNobody()
  const entry = JSON.parse(last('ENTRYPOINT')) as string[]
  const arguments_ = JSON.parse(last('CMD')) as string[]
  const place = (word: string) => word.replace('/opt/nightpost', ROOT).replace('/var/lib/nightpost', data)
  const [, ...program] = entry.map(place)
  const command = [process.execPath, ...program, ...arguments_.map(place)]
  const server = await serve([...command, ...FREE], { ...BARE, NODE_ENV: 'production' })
  const [, check = ''] = /CMD (\[.*\])$/.exec(last('HEALTHCHECK')) ?? []
  const [, ...script] = JSON.parse(check) as string[]
  const run = (port: number | undefined) =>
    spawnSync(
      process.execPath,
      script.map((word) => word.replace('8080', String(port))),
      { encoding: 'utf8' },
    ).status
  assert.equal(run(server.ready.http), 0)
  assert.equal(await server.end(), 0)
  assert.equal(run(server.ready.http), 1, 'nobody answers any more')
})

test('alerts name metrics that there are', async () => {
  const { createMetrics } = await import('../../src/ops/metrics.ts')
  const { text } = await createMetrics().page()
  const names = [...new Set(read('prometheus-alerts.yml').match(/nightpost_\w+/g) ?? [])]
  assert.ok(names.length >= 5)
  for (const name of names)
    assert.match(text, new RegExp(`^# TYPE ${name.replace(/_bucket$/, '')} `, 'm'), name)
})
