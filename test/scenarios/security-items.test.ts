import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { settingRows } from '../../src/main/config.ts'
import { UcwaClient } from '../client/ucwa-client.ts'
import { type Launched, launch, ROOT } from './launch.ts'

// Items of the security requirements that no other test names; the page docs/standards.md says which test proves which item.

let house: Launched
before(async () => {
  house = await launch(['--demo'])
})
after(() => house.end())

test('a start as root is warned of (SECURITY 4)', { skip: process.getuid?.() !== 0 && 'not root' }, () => {
  assert.match(house.output().stderr, /running as root/)
})

/** @returns whether a handshake with these options comes to an end */
async function handshake(options: ConnectionOptions): Promise<boolean> {
  const socket = connect({
    port: house.ready.https ?? 0,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...options,
  })
  const done = await Promise.race([
    once(socket, 'secureConnect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false)
  socket.destroy()
  return done
}

test('older TLS, and ciphers without AEAD or forward secrecy, are refused (SECURITY 5)', async () => {
  assert.equal(await handshake({}), true)
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
  assert.equal(await handshake(old), false)
  for (const ciphers of ['ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA-AES128-SHA256', 'AES256-GCM-SHA384'])
    assert.equal(await handshake({ maxVersion: 'TLSv1.2', ciphers }), false, ciphers)
  assert.equal(await handshake({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }), true)
})

test('no code accepts just any certificate (SECURITY 6)', () => {
  const found = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}', 'bin/*.js', 'scripts/*.ts'], { cwd: ROOT })
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .filter((file) =>
      /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|strict-?ssl/i.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    )
  // The console shows the fingerprint of an unknown certificate and sends nothing there.
  assert.deepEqual(found, ['src/main/console/network/post.ts'])
  const post = readFileSync(join(ROOT, 'src/main/console/network/post.ts'), 'utf8')
  assert.equal(post.match(/rejectUnauthorized: false/g)?.length, 1)
})

/** Table B as far as HTTP and WSMan go: the numbers of the page, by the keys that hold them. */
const NUMBERS: readonly [item: number, key: string, value: number][] = [
  [7, 'requestLine', 8 * 1024],
  [8, 'headerValue', 16 * 1024],
  [8, 'headerBlock', 48 * 1024],
  [8, 'headerCount', 256],
  [9, 'requestBody', 256 * 1024],
  [9, 'startMessagingBody', 1024 * 1024],
  [9, 'envelope', 1024 * 1024],
  [9, 'messageText', 64 * 1024],
  [12, 'requestTime', 30_000],
  [13, 'handshakeTime', 10_000],
  [19, 'connectionsPerAddress', 200],
  [19, 'connections', 20_000],
  [20, 'pipelined', 64],
  [20, 'unsent', 1024 * 1024],
  [20, 'stalledTime', 60_000],
  [21, 'unsignedPerSecond', 50],
  [21, 'unsignedBurst', 1000],
  [21, 'messagesPerSecond', 20],
  [21, 'messagesBurst', 60],
  [21, 'messagesPerMinuteToAbsent', 60],
  [22, 'inboxMessages', 10_000],
  [22, 'inboxUnreadItems', 500],
  [22, 'inboxBytes', 100 * 1024 * 1024],
  [23, 'shellsPerUser', 20],
  [23, 'shells', 200],
  [23, 'shellOperations', 60],
  [23, 'shellIdle', 60 * 60_000],
  [23, 'fragmentsOpen', 16],
  [23, 'objectBytes', 10 * 1024 * 1024],
  [24, 'clixmlObjects', 10_000],
]
for (const [item, key, value] of NUMBERS) {
  test(`limits.${key} is the number of table B, and a raised one is a warning (SECURITY ${item})`, () => {
    const row = settingRows().find(({ name }) => name === `limits.${key}`)
    assert.equal(row?.preset, value)
    assert.equal(row?.meta.loose?.(value + 1), true)
    assert.equal(row?.meta.loose?.(value), false)
  })
}

test('of a token only its SHA-256 is in the file; it has 256 bits (SECURITY 38)', async () => {
  const tony = house.ready.users?.[0]
  const client = new UcwaClient({
    base: house.ready.url,
    user: tony?.user ?? '',
    password: tony?.password ?? '',
  })
  await client.authenticate()
  const token = client.token.replace(/^cwt=/, '')
  assert.equal(Buffer.from(token, 'base64url').length, 32)
  const database = new DatabaseSync(join(house.data, 'nightpost.db'), { readOnly: true })
  const hash = createHash('sha256').update(token).digest()
  assert.ok(database.prepare('select 1 from token where hash = ?').get(hash), 'its hash is')
  database.close()
  for (const name of ['nightpost.db', 'nightpost.db-wal']) {
    const path = join(house.data, name)
    if (existsSync(path)) assert.equal(readFileSync(path).includes(token), false, name)
  }
  await client.close()
})

test('the token service answers no-store, takes the documented grants alone and redirects nowhere (SECURITY 39)', async () => {
  const ask = (form: Record<string, string>) =>
    fetch(`${house.ready.url}/WebTicket/oauthtoken`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    })
  const tony = house.ready.users?.[0]
  const right = await ask({
    grant_type: 'password',
    username: tony?.user ?? '',
    password: tony?.password ?? '',
  })
  assert.equal(right.status, 200)
  assert.match(right.headers.get('cache-control') ?? '', /no-store/)
  for (const grant of ['client_credentials', 'authorization_code', 'refresh_token', 'implicit']) {
    const wrong = await ask({ grant_type: grant, redirect_uri: 'https://elsewhere.test/' })
    assert.equal(wrong.status, 400, grant)
    assert.equal(wrong.headers.get('location'), null)
    assert.match(wrong.headers.get('cache-control') ?? '', /no-store/)
  }
})

test('the log of the store is written through: FULL, and its journal is a WAL (SECURITY 61)', () => {
  const database = new DatabaseSync(join(house.data, 'nightpost.db'), { readOnly: true })
  assert.equal(database.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal')
  database.close()
  const source = readFileSync(join(ROOT, 'src/store/sqlite.ts'), 'utf8')
  assert.deepEqual(source.match(/synchronous = \w+/g), ['synchronous = FULL'])
})

test('a kill at any time leaves a whole file, which serves again (SECURITY 65)', async () => {
  await using first = await launch(['--demo'])
  const gone = once(first.child, 'exit')
  process.kill(first.ready.pid, 'SIGKILL')
  await gone
  await using second = await launch([], { data: first.data })
  assert.equal((await fetch(`${second.ready.url}/readyz`)).status, 200)
  const database = new DatabaseSync(join(first.data, 'nightpost.db'), { readOnly: true })
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok')
  database.close()
})
