import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type Launched, launch } from './launch.ts'

let server: Launched
let url: string
before(async () => {
  server = await launch(['--demo'])
  url = server.ready.url
})
after(() => server.end())

const tony = () => {
  const person = server.ready.users?.find(({ displayName }) => displayName === 'Tony Smith')
  return { user: person?.user ?? '', password: person?.password ?? '' }
}

function signIn(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

interface SessionAnswer {
  readonly signedIn: boolean
  readonly user?: string
  readonly sip?: string
  readonly displayName?: string
  readonly csrf?: string
}

async function signedIn(): Promise<{ cookie: string; csrf: string }> {
  const answer = await signIn(tony())
  assert.equal(answer.status, 200)
  const { csrf = '' } = (await answer.json()) as SessionAnswer
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf }
}

test('the right password is a cookie that script cannot read and no other site sends (SECURITY 41)', async () => {
  const answer = await signIn(tony(), { origin: url })
  assert.equal(answer.status, 200)
  const cookie = answer.headers.get('set-cookie') ?? ''
  assert.match(cookie, /^nightpost=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const body = (await answer.json()) as SessionAnswer
  assert.equal(body.signedIn, true)
  assert.equal(body.user, 'tony.smith@nightpost.localhost')
  assert.equal(body.sip, 'sip:tony.smith@nightpost.localhost')
  assert.equal(body.displayName, 'Tony Smith')
  assert.ok(body.csrf)
})

for (const user of [
  'tony.smith',
  'TONY.SMITH@nightpost.localhost',
  'sip:tony.smith@nightpost.localhost',
  'NIGHTPOST\\tony.smith',
]) {
  test(`${user} is a name for signing in`, async () => {
    assert.equal((await signIn({ ...tony(), user })).status, 200)
  })
}

test('a wrong password and an unknown name are one answer (SECURITY 36)', async () => {
  const wrong = await signIn({ ...tony(), password: 'wrong' })
  const unknown = await signIn({ user: 'nobody', password: 'wrong' })
  assert.equal(wrong.status, 400)
  assert.equal(unknown.status, 400)
  const body = await wrong.text()
  assert.equal(body, '{"code":"invalid_grant"}')
  assert.equal(await unknown.text(), body)
})

const REFUSED: readonly [name: string, send: () => Promise<Response>, status: number][] = [
  ['an Origin of somebody else', () => signIn(tony(), { origin: 'https://evil.example' }), 403],
  [
    'a form',
    () =>
      fetch(`${url}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'user=a&password=b',
      }),
    415,
  ],
  [
    'text',
    () => fetch(`${url}/session`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
    415,
  ],
  ['no password', () => signIn({ user: 'tony.smith' }), 400],
  ['a number for a name', () => signIn({ user: 1, password: 'x' }), 400],
  ['a body that is too large', () => signIn({ user: 'a', password: 'x'.repeat(20_000) }), 413],
  [
    'what is not JSON',
    () =>
      fetch(`${url}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }),
    400,
  ],
]
for (const [name, send, status] of REFUSED) {
  test(`${name} is refused with ${status}`, async () => assert.equal((await send()).status, status))
}

test('GET /session says who is signed in, and is 200 for nobody', async () => {
  const { cookie, csrf } = await signedIn()
  const somebody = (await (await fetch(`${url}/session`, { headers: { cookie } })).json()) as SessionAnswer
  assert.equal(somebody.displayName, 'Tony Smith')
  assert.equal(somebody.csrf, csrf)
  for (const headers of [{}, { cookie: 'nightpost=nonsense' }] as Record<string, string>[]) {
    const nobody = await fetch(`${url}/session`, { headers })
    assert.equal(nobody.status, 200)
    assert.deepEqual(await nobody.json(), { signedIn: false })
  }
})

test('a state change with the cookie needs our Origin and the CSRF word, else 403 and nothing happens', async () => {
  const { cookie, csrf } = await signedIn()
  const end = (headers: Record<string, string>) =>
    fetch(`${url}/session`, { method: 'DELETE', headers: { cookie, ...headers } })
  assert.equal((await end({})).status, 403)
  assert.equal((await end({ origin: url })).status, 403)
  assert.equal((await end({ 'x-nightpost-csrf': csrf })).status, 403)
  assert.equal((await end({ origin: url, 'x-nightpost-csrf': 'nonsense' })).status, 403)
  assert.equal((await end({ origin: 'https://evil.example', 'x-nightpost-csrf': csrf })).status, 403)
  const still = (await (await fetch(`${url}/session`, { headers: { cookie } })).json()) as SessionAnswer
  assert.equal(still.signedIn, true)
  const ended = await end({ origin: url, 'x-nightpost-csrf': csrf })
  assert.equal(ended.status, 204)
  assert.match(ended.headers.get('set-cookie') ?? '', /^nightpost=; .*Max-Age=0/)
  assert.deepEqual(await (await fetch(`${url}/session`, { headers: { cookie } })).json(), { signedIn: false })
})

test('Keep me signed in is a cookie of 30 days', async () => {
  const answer = await signIn({ ...tony(), keep: true })
  assert.match(answer.headers.get('set-cookie') ?? '', /; Max-Age=2592000$/)
})

/** Over TLS, trusting the certificate that the server made. */
function overTls(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const request = httpsRequest(
        {
          host: '127.0.0.1',
          port: server.ready.https,
          path,
          method: options.method ?? 'GET',
          headers: options.headers ?? {},
          ca: readFileSync(server.ready.certificate),
          servername: 'nightpost.localhost',
        },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
        },
      )
      request.on('error', reject)
      request.end(options.body)
    },
  )
}

test('over TLS the cookie has the prefix __Host- and Secure; the chain of the made certificate holds', async () => {
  const body = JSON.stringify(tony())
  const answer = await overTls('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  assert.equal(answer.status, 200)
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-nightpost=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  )
})

const HSTS: readonly [string, boolean][] = [
  ['im.example.com', true],
  ['localhost', false],
  ['nightpost.localhost', false],
  ['127.0.0.1', false],
  ['[::1]:8443', false],
]
for (const [host, expected] of HSTS) {
  test(`HSTS for ${host}: ${expected ? 'yes' : 'never'} (DECISIONS 9)`, async () => {
    const answer = await overTls('/livez', { headers: { host } })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['strict-transport-security'] !== undefined, expected)
  })
}

test('details of health and the metrics are for this machine, or for who is signed in (SECURITY 60)', async () => {
  const forwarded = { 'x-forwarded-for': '192.0.2.1' }
  const outside = await overTls('/readyz', { headers: forwarded })
  assert.deepEqual(JSON.parse(outside.text), {
    ok: true,
    parts: { store: { ok: true }, listeners: { ok: true } },
  })
  assert.equal((await overTls('/metrics', { headers: forwarded })).status, 401)
  assert.equal((await overTls('/first-run', { headers: forwarded })).status, 404)
  const basic = (user: string, password: string) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const { admin } = server.ready
  const authorization = basic(admin?.user ?? '', admin?.password ?? '')
  assert.equal((await overTls('/metrics', { headers: { ...forwarded, authorization } })).status, 200)
  const person = basic(tony().user, tony().password)
  assert.equal((await overTls('/metrics', { headers: { ...forwarded, authorization: person } })).status, 401)
})

test('/ is the web client for a browser and discovery for everybody else', async () => {
  const page = await fetch(url, { headers: { accept: 'text/html,*/*' } })
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  const client = await fetch(url, { headers: { accept: 'application/json' } })
  assert.match(await client.text(), /Autodiscover/i)
  const host = 'lyncdiscover.nightpost.localhost'
  const discover = await overTls('/', { headers: { host, accept: 'text/html' } })
  assert.match(discover.text, /Autodiscover/i)
})

test('files of the web client are those of the index; nothing else can be named', async () => {
  const html = await (await fetch(url, { headers: { accept: 'text/html' } })).text()
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1]
  assert.ok(script, 'the built page names its script')
  const file = await fetch(`${url}${script}`, { headers: { 'accept-encoding': 'br' } })
  assert.equal(file.status, 200)
  assert.equal(file.headers.get('content-encoding'), 'br')
  assert.match(file.headers.get('cache-control') ?? '', /immutable/)
  for (const path of [
    '/assets/',
    '/assets/..%2findex.html',
    '/..%2f..%2fpackage.json',
    '/package.json',
    '/assets/none.js',
  ]) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path)
  }
})

test('first-run names two people of the demo', async () => {
  const state = (await (await fetch(`${url}/first-run`)).json()) as {
    users: number
    demo: { user: string; password: string }[]
  }
  assert.ok(state.users >= 6)
  assert.equal(state.demo.length, 2)
  for (const { user, password } of state.demo) assert.equal((await signIn({ user, password })).status, 200)
})

test('a large body without sign-in is answered 401 before it is read (SECURITY 49)', async () => {
  const socket = connect(server.ready.http ?? 0, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.on('error', () => {})
  socket.write(
    `POST /OcsPowershell HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/soap+xml\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`,
  )
  const text = await new Promise<string>((resolve) =>
    socket.once('data', (chunk) => resolve(chunk.toString('latin1'))),
  )
  assert.match(text, /^HTTP\/1\.1 401 /)
  assert.match(text, /connection: close/i)
  socket.destroy()
})

test('the secrets of this run are in no line of the log (SECURITY 56)', async () => {
  await signIn({ ...tony(), password: 'planted-wrong-password' })
  const { stderr } = server.output()
  const secrets = [tony().password, server.ready.admin?.password ?? '', 'planted-wrong-password']
  for (const secret of secrets) assert.ok(!stderr.includes(secret))
})
