import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Launched, launch, temporaryFolder } from './launch.ts'

// SECURITY 25: no input ends the process or is answered with 500. Requests of every door, changed at random, over real sockets.

let server: Launched
let seeds: readonly string[]
before(async () => {
  const config = temporaryFolder('short.toml')
  // Half of what is sent never becomes whole; nobody waits thirty seconds for each of them.
  writeFileSync(config, '[limits]\nrequestTime = "400 ms"\n', { mode: 0o600 })
  server = await launch(['--demo', '--config', config])
  seeds = await requests()
})
after(() => server.end())

/** Requests as real clients send them, signed in and not. */
async function requests(): Promise<readonly string[]> {
  const [person] = server.ready.users ?? []
  const credentials = { user: person?.user ?? '', password: person?.password ?? '' }
  const form = new URLSearchParams({
    grant_type: 'password',
    username: credentials.user,
    password: credentials.password,
  })
  const token = await fetch(`${server.ready.url}/WebTicket/oauthtoken`, { method: 'POST', body: form })
  const { access_token: bearer } = (await token.json()) as { access_token: string }
  const application = {
    userAgent: 'rude',
    endpointId: '0e6f1a8e-0f1c-4d55-9d7d-3c3ac53e9c11',
    culture: 'en-US',
  }
  const made = await fetch(`${server.ready.url}/ucwa/oauth/v1/applications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(application),
  })
  const { _links } = (await made.json()) as { _links: { self: { href: string } } }
  const self = new URL(_links.self.href, server.ready.url).pathname
  const write = (method: string, path: string, headers: readonly string[], body = '') =>
    `${[`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`])].join('\r\n')}\r\n\r\n${body}`
  const json = 'Content-Type: application/json'
  const signed = `Authorization: Bearer ${bearer}`
  return [
    write('GET', '/', ['Accept: text/html']),
    write('POST', '/session', [json], JSON.stringify({ ...credentials, password: 'wrong', keep: false })),
    write('GET', '/session', ['Cookie: nightpost=abc']),
    write('GET', '/metrics', []),
    write('POST', '/ucwa/oauth/v1/applications', [signed, json], JSON.stringify(application)),
    write('GET', self, [signed]),
    write('GET', `${self}/me/note`, [signed]),
    write('POST', `${self}/me/presence`, [signed, json], JSON.stringify({ availability: 'Online' })),
    write('GET', `${self}/search?query=tony&limit=5`, [signed]),
    write(
      'POST',
      `${self}/communication/messagingInvitations`,
      [signed, json],
      JSON.stringify({ to: 'sip:ken.myer@nightpost.localhost', operationId: 'a', importance: 'Normal' }),
    ),
    write(
      'POST',
      '/OcsPowershell',
      ['Content-Type: application/soap+xml;charset=UTF-8'],
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>',
    ),
    write(
      'POST',
      '/WebTicket/oauthtoken',
      ['Content-Type: application/x-www-form-urlencoded'],
      form.toString(),
    ),
  ]
}

/** Replaces, inserts, removes and repeats a few characters; lengths are left as they were, so that framing breaks too. */
function mutate(
  text: string,
  changes: readonly (readonly [at: number, how: number, value: number])[],
): string {
  let changed = text
  for (const [at, how, value] of changes) {
    const index = at % (changed.length + 1)
    const char = String.fromCharCode(value)
    if (how === 0) changed = `${changed.slice(0, index)}${char}${changed.slice(index + 1)}`
    else if (how === 1) changed = `${changed.slice(0, index)}${char}${changed.slice(index)}`
    else if (how === 2) changed = changed.slice(0, index) + changed.slice(index + (value % 16))
    else changed = changed.slice(0, index) + changed.slice(index, index + value) + changed.slice(index)
  }
  return changed
}

/** What comes back until the server closes, or until it has said something and then nothing more. */
function send(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(server.ready.http ?? 0, '127.0.0.1')
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      socket.setTimeout(100, () => socket.destroy())
    })
    socket.on('error', () => {}).on('close', () => resolve(text))
    socket.write(bytes, 'latin1')
  })
}

const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 255 })), {
  minLength: 1,
  maxLength: 5,
})

test('400 changed requests are answered or refused, never with 500, and the server is there afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), changes, async (which, change) => {
      const seed = seeds[which % seeds.length] ?? ''
      const answer = await send(mutate(seed, change))
      assert.doesNotMatch(answer, /^HTTP\/1\.1 500/m, mutate(seed, change))
    }),
    { numRuns: 400, seed: 25 },
  )
  assert.equal((await fetch(`${server.ready.url}/livez`)).status, 200)
  assert.doesNotMatch(server.output().stderr, /"level":"(?:error|fatal)"/)
})

test('the unchanged requests are answered as clients expect', async () => {
  for (const seed of seeds) assert.match(await send(seed), /^HTTP\/1\.1 (?:2|4)\d\d /, seed)
})
