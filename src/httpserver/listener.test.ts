import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import type { HttpServer } from './listener.ts'
import { raw, startTestHttp } from './testing.ts'

let server: HttpServer & { port: number }
before(async () => {
  server = await startTestHttp({})
})
after(() => server.close(0))

const HOST = 'Host: localhost\r\n'
const answers = (text: string) => [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]))

/** SECURITY table B: exactly one answer, then the connection is closed. */
const REFUSED: readonly [name: string, request: string, status: number][] = [
  ['a start line above 8 KiB', `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`, 414],
  ['a header value above 16 KiB', `GET /hello HTTP/1.1\r\n${HOST}X: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
  [
    'headers above 48 KiB',
    `GET /hello HTTP/1.1\r\n${HOST}${`X: ${'a'.repeat(15_000)}\r\n`.repeat(5)}\r\n`,
    431,
  ],
  ['more than 256 headers', `GET /hello HTTP/1.1\r\n${HOST}${'X: a\r\n'.repeat(260)}\r\n`, 431],
  [
    'two Content-Length',
    `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
    400,
  ],
  ['a signed Content-Length', `POST /echo HTTP/1.1\r\n${HOST}Content-Length: +2\r\n\r\n{}`, 400],
  [
    'a Content-Length above 2^31-1',
    `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 2147483648\r\n\r\n{}`,
    400,
  ],
  [
    'Transfer-Encoding with Content-Length',
    `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'an encoding but chunked',
    `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a bare LF', `GET /hello HTTP/1.1\n${HOST}\n`, 400],
  ['a bare CR in a header', `GET /hello HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`, 400],
  ['two Host', `GET /hello HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
  ['no Host', 'GET /hello HTTP/1.1\r\n\r\n', 400],
  ['a NUL in a header', `GET /hello HTTP/1.1\r\n${HOST}X: a\u0000b\r\n\r\n`, 400],
  ['what is not HTTP', '\u0016\u0003\u0001\u0002\u0000\r\n\r\n', 400],
  ['an unknown method', `BREW /hello HTTP/1.1\r\n${HOST}\r\n`, 405],
  ['an unknown version', `GET /hello HTTP/3.1\r\n${HOST}\r\n`, 505],
  ['an unknown expectation', `POST /echo HTTP/1.1\r\n${HOST}Expect: tea\r\nContent-Length: 2\r\n\r\n{}`, 417],
]
for (const [name, request, status] of REFUSED) {
  test(`${name} is answered ${status}, once, and closed`, async () => {
    const text = await raw(server.port, [request, `GET /hello HTTP/1.1\r\n${HOST}\r\n`])
    assert.deepEqual(answers(text), [status], text)
    assert.match(text, /connection: close/i)
  })
}

test('a declared body above the limit is 413 at once and never read', async () => {
  const text = await raw(
    server.port,
    `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 300000\r\n\r\n`,
  )
  assert.deepEqual(answers(text), [413])
})

test('a chunked body that grows above the limit is 413', async () => {
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
  const head = `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  const text = await raw(server.port, [head, ...Array.from({ length: 6 }, () => chunk)])
  assert.deepEqual(answers(text), [413])
})

const at = () => `http://localhost:${server.port}`

test('an error of ours names no detail, only the id under which the log has it (SECURITY 27)', async () => {
  const answer = await fetch(`${at()}/fails`)
  const text = await answer.text()
  assert.match(text, /^\{"code":"ServiceFailure","id":"[0-9a-z]+-\d+"\}$/)
})

test('HEAD is GET without its body', async () => {
  const answer = await fetch(`${at()}/hello`, { method: 'HEAD' })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-length'), '14')
  assert.equal(await answer.text(), '')
})

test('a known path with another method is 405 with Allow, an unknown path 404', async () => {
  const wrong = await fetch(`${at()}/HELLO`, { method: 'DELETE' })
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD')
  assert.equal((await fetch(`${at()}/nothing`)).status, 404)
  assert.equal((await fetch(`${at()}/%zz`)).status, 400)
  assert.equal((await fetch(`${at()}/..%2f..%2fetc%2fpasswd`)).status, 404)
})

test('every answer has the security headers, and no name of a library (SECURITY 43)', async () => {
  const page = await fetch(`${at()}/page`)
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /require-trusted-types-for 'script'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /unsafe/)
  for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
    assert.equal(page.headers.get(name), null)
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
})

test('ids of the client are echoed, unless they are no ids', async () => {
  const good = await fetch(`${at()}/hello`, {
    headers: { 'Client-Request-Id': '{a1-b2}', 'X-MS-Correlation-Id': 'c3' },
  })
  assert.equal(good.headers.get('client-request-id'), '{a1-b2}')
  assert.equal(good.headers.get('x-ms-correlation-id'), 'c3')
  const bad = await fetch(`${at()}/hello`, { headers: { 'Client-Request-Id': 'x'.repeat(200) } })
  assert.equal(bad.headers.get('client-request-id'), null)
})

const FOREIGN: readonly [string, string][] = [
  ['a Host of somebody else (DNS rebinding)', 'Host: evil.example\r\n'],
  ['Forwarded', `${HOST}Forwarded: for=192.0.2.1\r\n`],
  ['X-Forwarded-For', `${HOST}X-Forwarded-For: 192.0.2.1\r\n`],
  ['Via', `${HOST}Via: 1.1 proxy\r\n`],
]
for (const [name, headers] of FOREIGN) {
  test(`${name} on plain HTTP is 403 with what to do (SECURITY 5)`, async () => {
    const text = await raw(server.port, `GET /hello HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)
    assert.deepEqual(answers(text), [403])
    assert.match(text, /--https-port/)
    assert.match(text, /http\.trustedProxies/)
  })
}
for (const host of ['localhost', 'a.localhost', '127.0.0.1:1', '[::1]:8080', 'nightpost.localhost']) {
  test(`the Host ${host} may use plain HTTP`, async () => {
    const text = await raw(server.port, `GET /hello HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    assert.deepEqual(answers(text), [200])
  })
}

test('requests of one address without sign-in above the rate are 429 with Retry-After; the clock gives them back (SECURITY 21)', async () => {
  let now = 0
  const small = await startTestHttp({
    limits: { unsignedBurst: 3, unsignedPerSecond: 1 },
    monotonicMs: () => now,
  })
  const get = () => fetch(`http://localhost:${small.port}/hello`)
  try {
    for (let i = 0; i < 3; i++) assert.equal((await get()).status, 200)
    const limited = await get()
    assert.equal(limited.status, 429)
    assert.equal(limited.headers.get('retry-after'), '1')
    const claim = (token: string) =>
      fetch(`http://localhost:${small.port}/hello`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal((await claim('unknown')).status, 429, 'a claim alone is not a sign-in')
    assert.equal((await claim('known')).status, 200)
    now += 1000
    assert.equal((await get()).status, 200)
  } finally {
    await small.close(0)
  }
})

test('connections of one address above the limit are closed at accept (SECURITY 19)', async () => {
  const small = await startTestHttp({ limits: { connectionsPerAddress: 2 } })
  const open = () =>
    new Promise<{ socket: ReturnType<typeof connect>; closed: Promise<boolean> }>((resolve) => {
      const socket = connect(small.port, '127.0.0.1', () => {
        const closed = new Promise<boolean>((done) => {
          socket.on('close', () => done(true))
          socket.on('error', () => done(true))
        })
        resolve({ socket, closed })
      })
    })
  try {
    const first = await open()
    const second = await open()
    assert.equal(await (await open()).closed, true)
    first.socket.destroy()
    await first.closed
    second.socket.destroy()
  } finally {
    await small.close(0)
  }
})

test('an incomplete request is 408 and closed, whatever drips in (SECURITY 12)', async () => {
  const small = await startTestHttp({ limits: { requestTime: 500 } })
  try {
    const text = await raw(
      small.port,
      `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`,
    )
    assert.deepEqual(answers(text), [408])
  } finally {
    await small.close(0)
  }
})

test('closing lets a taken request finish and takes no new connection (SECURITY 65)', async () => {
  const small = await startTestHttp({})
  const socket = connect(small.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(`POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{`)
  // A second request answered on another connection shows that the first one has been taken.
  assert.equal((await fetch(`http://localhost:${small.port}/hello`)).status, 200)
  const closed = small.close(5000)
  socket.write('}')
  const text = await new Promise<string>((resolve) => {
    let all = ''
    socket.on('data', (chunk) => {
      all += chunk.toString('latin1')
    })
    socket.on('close', () => resolve(all))
  })
  await closed
  assert.deepEqual(answers(text), [200])
  await assert.rejects(fetch(`http://localhost:${small.port}/hello`))
})

test('a peer that asks and never reads is closed (SECURITY 20)', async () => {
  const small = await startTestHttp({ limits: { stalledTime: 400 } })
  const socket = connect(small.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.on('error', () => {})
  socket.pause()
  socket.write(`GET /large HTTP/1.1\r\n${HOST}\r\n`)
  const until = async (count: number) => {
    const line = `nightpost_connections{protocol="http"} ${count}`
    while (!(await small.metricsPage()).includes(line))
      await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await until(1)
  await until(0)
  socket.destroy()
  await small.close(0)
})

test('closing waits for no connection that is idle, was busy, or has asked for nothing yet', async () => {
  const small = await startTestHttp({})
  const ahead = connect(small.port, '127.0.0.1')
  const kept = connect(small.port, '127.0.0.1')
  const ends = [ahead, kept].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  kept.write(`GET /hello HTTP/1.1\r\n${HOST}\r\n`)
  await new Promise((resolve) => kept.once('data', resolve))
  // Far longer than a test may take: it must not be what ends the connections.
  await small.close(3_600_000)
  await Promise.all(ends)
})
