import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changePassword } from '../../src/actions/change-password.ts'
import { digestHa1, ntHash } from '../../src/base/hash.ts'
import { BrowserSession } from '../client/browser-session.ts'
import { DOMAIN, openUcwaHouse, PASSWORD, type UcwaHouse } from './ucwa-house.ts'

const NEXT = 'another long and quiet sentence'

async function house(): Promise<UcwaHouse> {
  const opened = await openUcwaHouse()
  await opened.person('alice', { passwordMadeByUs: true })
  return opened
}

const browserOf = (at: UcwaHouse, password = PASSWORD) =>
  BrowserSession.signIn(at.base, `alice@${DOMAIN}`, password)
const change = (browser: BrowserSession, next: string, current = PASSWORD) =>
  browser.send('POST', '/session/password', { current, new: next })

test('the own password is another one on every door at once; this session goes on, the others end', async () => {
  await using at = await house()
  const here = await browserOf(at)
  assert.equal((await here.send('GET', '/session')).json.changePassword, true)
  const there = await browserOf(at)
  const application = await at.client('alice')
  assert.equal((await change(here, NEXT)).status, 204)

  assert.equal((await here.send('GET', '/session')).json.changePassword, false)
  assert.equal(await there.isSignedIn(), false)
  assert.equal((await application.get(application.path)).status, 401)
  await assert.rejects(browserOf(at), /answered 400/)
  assert.equal(await (await browserOf(at, NEXT)).isSignedIn(), true)
  await assert.rejects(at.client('alice'), 'the old password gives no bearer token')
  await at.client('alice', { password: NEXT })
})

test('what an administrator changes of the account at the same moment stays', async () => {
  await using at = await house()
  const alice = at.ports.facts.byUpn(`alice@${DOMAIN}`)
  assert.ok(alice)
  const { ports } = at
  let renamed: Promise<void> | undefined
  const passwords: typeof ports.passwords = {
    verify: (password, phc) => ports.passwords.verify(password, phc),
    canCheck: (phc) => ports.passwords.canCheck(phc),
    async hash(password) {
      const hash = await ports.passwords.hash(password)
      // On its way to the disk when the password follows.
      const patch = { fields: { displayName: 'Alice Adams' }, directory: {} }
      renamed = ports.ledger.commit([{ kind: 'patchAccount', id: alice.id, patch }], [])
      return hash
    },
  }
  const outcome = await changePassword(
    { ...ports, passwords },
    { account: alice, current: PASSWORD, next: NEXT, address: '127.0.0.1', token: '' },
  )
  await renamed
  assert.equal(outcome.kind, 'changed')
  assert.equal(ports.facts.account(alice.id)?.displayName, 'Alice Adams')
  assert.equal(ports.facts.account(alice.id)?.passwordMadeByUs, false)
})

test('the password-equivalents of SIP are renewed with it (SECURITY 32)', async () => {
  await using at = await house()
  const here = await browserOf(at)
  assert.equal((await change(here, NEXT)).status, 204)
  const alice = at.ports.facts.byUpn(`alice@${DOMAIN}`)
  assert.ok(alice)
  const secrets = await at.ports.ledger.secrets(alice.id)
  assert.deepEqual(Buffer.from(secrets.ntHash ?? []), Buffer.from(ntHash(NEXT)))
  assert.deepEqual(secrets.ha1?.user, digestHa1('alice', DOMAIN, NEXT))
})

const REFUSED: readonly [next: string, because: string][] = [
  ['short', 'tooShort'],
  ['x1'.repeat(129), 'tooLong'],
  ['passwordpassword', 'common'],
  ['Password12345', 'common'],
  ['alice1234567', 'containsName'],
  [PASSWORD, 'same'],
  ['a bell \u0007 in the middle', 'control'],
]
for (const [next, because] of REFUSED) {
  test(`"${next.slice(0, 20)}" is refused as ${because}, and nothing changes (SECURITY 31)`, async () => {
    await using at = await house()
    const here = await browserOf(at)
    const there = await browserOf(at)
    const answer = await change(here, next)
    assert.equal(answer.status, 422)
    assert.deepEqual(answer.json, { code: 'PasswordRefused', because })
    assert.equal(await there.isSignedIn(), true)
  })
}

test('a wrong current password is counted as at sign-in, and shuts the door in the end (SECURITY 37)', async () => {
  await using at = await house()
  const here = await browserOf(at)
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await change(here, NEXT, 'wrong password')).status)
  assert.deepEqual(statuses, [400, 400, 400, 400, 400])
  const gate = at.ports.lockouts.gate(`alice@${DOMAIN}`, '127.0.0.1')
  assert.ok(gate.kind === 'open' && gate.delayMs > 0, 'the next one waits')
  assert.equal(await here.isSignedIn(), true, 'the session itself is not touched')
})

const FORBIDDEN: readonly [name: string, headers: Record<string, string>, status: number][] = [
  ['without the CSRF word', { 'x-nightpost-csrf': '' }, 403],
  ['from another origin', { origin: 'https://evil.example' }, 403],
  ['without a session', { cookie: '' }, 401],
]
for (const [name, headers, status] of FORBIDDEN) {
  test(`a change of password ${name} is ${status}, and the old one stays (SECURITY 41)`, async () => {
    await using at = await house()
    const here = await browserOf(at)
    const answer = await here.fetch('/session/password', {
      method: 'POST',
      headers,
      body: JSON.stringify({ current: PASSWORD, new: NEXT }),
    })
    assert.equal(answer.status, status)
    await browserOf(at)
  })
}

test('whatever ends the sessions of a person ends an open event stream at once (SECURITY 38)', {
  timeout: 30_000,
}, async () => {
  await using at = await house()
  const here = await browserOf(at)
  const made = await here.send('POST', '/ucwa/oauth/v1/applications', {
    UserAgent: 'NightpostWeb/1',
    EndpointId: 'here',
    Culture: 'en-US',
  })
  const path = (made.json._links as Record<string, { href: string }>).self?.href ?? ''
  const stream = await here.fetch(`${path}/eventStream?ack=1`, { headers: { accept: 'text/event-stream' } })
  const account = at.ports.facts.byUpn(`alice@${DOMAIN}`)
  assert.ok(account)
  // As the cmdlets do it. The sweep that looks at all tokens comes once a minute only.
  await at.ports.ledger.commit([{ kind: 'endSessions', id: account.id }], [])
  await stream.text()
  assert.equal(await here.isSignedIn(), false)
})
