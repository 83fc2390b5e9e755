import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UcwaClient } from '../client/ucwa-client.ts'
import { launch } from './launch.ts'
import { openUcwaHouse } from './ucwa-house.ts'

// Photos in `<img>` (ucwa.md 3.3) and the exception by name of SECURITY 41.

const NOBODY = { user: '', password: '' }

function cookieOf(answer: { headers: { readonly 'set-cookie'?: string[] | undefined } }): string {
  return answer.headers['set-cookie']?.find((one) => one.startsWith('cwt_ucwa=')) ?? ''
}

test('SECURITY 41: the cookie for photos is a token of its own, for the photos of its application alone', async () => {
  await using house = await openUcwaHouse()
  for (const name of ['alice', 'bob']) await house.person(name)
  const alice = await house.client('alice', { endpointId: 'desk' })
  const made = await alice.createApplication()
  const cookie = cookieOf(made)
  // On the loopback HTTP port without `secure` (SECURITY 5).
  assert.match(cookie, new RegExp(`^cwt_ucwa=[\\w-]{40,}; path=${alice.path}/photos; HttpOnly$`))
  assert.equal(cookieOf(await alice.get(alice.path)), cookie, 'reading sets the same one')
  const [pair = ''] = cookie.split(';')
  assert.notEqual(pair, `cwt_ucwa=${alice.token.replace(/^cwt=/, '')}`)

  const image = new UcwaClient({ base: house.base, ...NOBODY })
  const photo = `${alice.path}/photos/bob@example.test`
  for (const method of ['GET', 'HEAD']) {
    const there = await image.request(method, photo, { headers: { Cookie: pair } })
    assert.equal(there.status, 404, 'let in; there is no photo')
  }
  assert.equal((await image.get(photo)).status, 401)
  assert.equal((await image.get(photo, { Cookie: 'cwt_ucwa=made-up' })).status, 401)

  // Good for nothing else, wherever it stands.
  for (const path of [
    `${alice.path}/me`,
    alice.path,
    '/ucwa/oauth/v1/applications',
    `${alice.path}/events?ack=1`,
  ]) {
    assert.equal((await image.get(path, { Cookie: pair })).status, 401, path)
    const asBearer = await image.get(path, { Authorization: `Bearer ${pair.slice('cwt_ucwa='.length)}` })
    assert.equal(asBearer.status, 401, path)
  }
  assert.equal((await image.request('POST', photo, { headers: { Cookie: pair } })).status, 401)
  // Nor does a token of the person stand in for it.
  const swapped = await image.get(photo, { Cookie: `cwt_ucwa=${alice.token.replace(/^cwt=/, '')}` })
  assert.equal(swapped.status, 401)

  // Another person's application is none for it.
  const bob = await house.client('bob')
  const foreign = await image.get(`${bob.path}/photos/alice@example.test`, { Cookie: pair })
  assert.equal(foreign.json.subcode, 'ApplicationNotFound')

  await alice.request('DELETE', alice.path)
  assert.equal((await image.get(photo, { Cookie: pair })).status, 401, 'over with its application')
  await image.close()
})

test('no resource links to a photo while there are none, and policies say so', async () => {
  await using house = await openUcwaHouse()
  for (const name of ['alice', 'bob']) await house.person(name)
  const alice = await house.online('alice')
  assert.equal((await alice.get(`${alice.path}/me`)).json._links?.photo, undefined)
  assert.equal(
    (await alice.get(`${alice.path}/people/bob@example.test`)).json._links?.contactPhoto,
    undefined,
  )
  assert.equal((await alice.get(alice.link('policies'))).json.photos, 'Disabled')
  const asked = await alice.get(`${alice.path}/photos/bob@example.test?size=HR48X48`)
  assert.equal(asked.status, 404)
  assert.deepEqual(asked.json, { code: 'NotFound' })
})

test('over TLS the cookie for photos is secure, as documented (ucwa.md 3.3)', async () => {
  await using server = await launch(['--domain', 'example.test'])
  const { ready } = server
  const client = await UcwaClient.signIn({
    base: `https://127.0.0.1:${ready.https}`,
    user: ready.admin?.user ?? '',
    password: ready.admin?.password ?? '',
    endpointId: 'desk',
  })
  const cookie = cookieOf(await client.createApplication())
  assert.match(cookie, new RegExp(`^cwt_ucwa=[\\w-]{40,}; path=${client.path}/photos; secure; HttpOnly$`))
  await client.close()
})
