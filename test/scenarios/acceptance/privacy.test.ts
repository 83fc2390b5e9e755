import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UcwaClient } from '../../client/ucwa-client.ts'
import { eventually, itemsOf, type Office, openOffice, relate, tell } from './office.ts'

// Privacy mode (M12, E1): presence is for contacts alone, messages pass all the same.

async function seen(client: UcwaClient): Promise<string | undefined> {
  return (await client.get(`${client.path}/people/ken@example.test/presence`)).json.availability
}

/** Ken puts Tony on the list. */
async function befriend(ken: UcwaClient): Promise<void> {
  const { status } = await ken.post(ken.link('myGroupMemberships'), { contactUri: 'sip:tony@example.test' })
  assert.ok(status < 300, `${status}`)
}

async function watching(office: Office, name: 'tony' | 'pilar'): Promise<UcwaClient> {
  const client = await office.web(name)
  const { status } = await client.post(client.link('presenceSubscriptions'), {
    duration: 30,
    uris: [office.sip('ken')],
  })
  assert.equal(status, 201)
  return client
}

test('M12: presence hides from who is no contact of the person, at once, and shows to contacts', async () => {
  await using office = await openOffice()
  const ken = await office.web('ken')
  const tony = await watching(office, 'tony')
  const pilar = await watching(office, 'pilar')
  await befriend(ken)
  assert.deepEqual([await seen(tony), await seen(pilar)], ['Online', 'Online'])
  assert.deepEqual(await office.type('Set-CsPrivacyConfiguration -EnablePrivacyMode $True'), [])
  assert.deepEqual([await seen(tony), await seen(pilar)], ['Online', undefined])
  await pilar.event('contactPresence updated', ({ resource }) => resource.availability === undefined)
  // The other way round is the other one's list.
  assert.equal(
    (await pilar.get(`${pilar.path}/people/tony@example.test/presence`)).json.availability,
    undefined,
  )
  await office.restart()
  const again = await office.web('ken')
  assert.deepEqual(
    [await seen(await office.sender('tony')), await seen(await office.sender('pilar'))],
    ['Online', undefined],
  )
  await again.signOut()
})

test('M12: who becomes a contact sees, who is removed or blocked sees no more', async () => {
  await using office = await openOffice()
  await office.type('Set-CsPrivacyConfiguration -EnablePrivacyMode $True')
  const ken = await office.web('ken')
  const tony = await watching(office, 'tony')
  assert.equal(await seen(tony), undefined)
  await befriend(ken)
  await tony.event('contactPresence updated', ({ resource }) => resource.availability === 'Online')
  assert.equal(await seen(tony), 'Online')
  await relate(ken, 'tony', 'Blocked')
  assert.equal(await seen(tony), 'Offline', 'a block looks like absence')
  await office.type('Set-CsPrivacyConfiguration -EnablePrivacyMode $False')
  assert.equal(await seen(await office.sender('pilar')), 'Online')
})

test('M12: messages go by reachability, as M1 and M7, with the codes of both', async () => {
  await using office = await openOffice()
  await office.type('Set-CsPrivacyConfiguration -EnablePrivacyMode $True')
  const tony = await office.web('tony')
  const stored = await tell(tony, office.sip('ken'), 'away')
  assert.match(stored.text ?? '', /is not signed in/)
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'])
  const ken = await office.web('ken')
  await tell(tony, office.sip('ken'), 'here', { threadId: 'T-here' })
  await ken.until('the text', () => ken.received[0])
  await eventually('delivered', async () =>
    tony.events.some(({ resource }) => resource.delivery === 'Delivered'),
  )
  // Nothing claims beforehand that the person is absent, or that writing is in vain.
  const modalities = await tony.get(`${tony.path}/people/ken@example.test/supportedMedia`)
  assert.match(modalities.text, /Messaging/)
})

test('M12: a site of its own may be private', async () => {
  await using office = await openOffice()
  await office.type('New-CsPrivacyConfiguration -Identity "Site:Redmond" -EnablePrivacyMode $True')
  const [, david] = [await office.web('ken'), await office.web('david')]
  const pilar = await office.sender('pilar')
  assert.equal(await seen(pilar), undefined)
  const other = await pilar.get(`${pilar.path}/people/david@example.test/presence`)
  assert.equal(other.json.availability, 'Online')
  await david.signOut()
})
