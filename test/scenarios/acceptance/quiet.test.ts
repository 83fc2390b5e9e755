import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  choose,
  eventually,
  itemsOf,
  missedOf,
  type Office,
  openOffice,
  relate,
  tell,
  transcriptsOf,
} from './office.ts'

// Do Not Disturb and Presenting (R7, M4 to M6, DECISIONS 15a).

/** Items that nobody has read; a device that counts silently makes them Delivered sooner or later. */
async function unreadOf(office: Office): Promise<readonly string[]> {
  return (await itemsOf(office, 'ken')).filter((item) => /^(Unread|Delivered) /.test(item))
}

const STATES = [
  ['Do Not Disturb', {}, /^Ken Myer does not want to be disturbed\. Your message is waiting/],
  ['Presenting', { activity: 'presenting' }, /^Ken Myer is presenting\. Your message is waiting/],
] as const

for (const [name, more, words] of STATES) {
  test(`14.6 (R7; M4, M6): in ${name} nobody is alerted, an item is made, also with Global False, and the sender is told`, async () => {
    await using office = await openOffice()
    const ken = await office.web('ken')
    const phone = await office.phone('ken')
    await choose(ken, 'DoNotDisturb', more)
    const tony = await office.sender('tony')
    const told = await tell(tony, office.sip('ken'), 'one')
    assert.equal(told.status, 'Success')
    assert.match(told.text ?? '', words)
    assert.equal((await unreadOf(office)).length, 1)

    // The item is the recipient's doing: the sender's own closed gate does not stop it, the sender hears T4 (R7).
    await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
    const refused = await tell(tony, office.sip('ken'), 'two')
    assert.deepEqual([refused.status, refused.subcode], ['Failure', 'Unreachable'])
    await eventually('both are there', async () => (await missedOf(ken)).unread === 2)
    const rings = [ken, phone].flatMap(({ events }) =>
      events.filter(({ rel }) => rel === 'messagingInvitation' || rel === 'message'),
    )
    assert.deepEqual(rings, [])
    // A refusal leaves no line with its sender.
    assert.equal((await transcriptsOf(tony)).filter((line) => line.includes('two')).length, 0)
  })

  test(`14.6 (DECISIONS 15a): an open conversation stays live in ${name}, and closes when the person leaves it`, async () => {
    await using office = await openOffice()
    const tony = await office.sender('tony')
    const ken = await office.phone('ken')
    const talk = await tony.conversation(office.sip('ken'), 'before')
    const invitation = await ken.accept()
    await ken.until('the first', () => ken.received[0])
    await choose(ken, 'DoNotDisturb', more)
    await talk.send('still here?')
    await ken.until('the second', () => ken.received[1])
    const told = await tony.event('message completed', ({ resource }) => resource.delivery === 'Delivered')
    assert.equal(told.status, 'Success')
    const conversation = invitation.resource._links?.conversation?.href ?? ''
    assert.equal((await ken.post(`${conversation}/messaging/terminate`)).status, 204)
    await talk.send('third')
    await tony.event('message completed', ({ resource }) => resource.deliveryReason === 'doNotDisturb')
    assert.deepEqual(ken.received, ['before', 'still here?'])
    assert.equal((await unreadOf(office)).length, 1)
  })
}

test('14.6: when the state ends, a client without inbox view gets what waited', async () => {
  await using office = await openOffice()
  const phone = await office.phone('ken')
  await choose(phone, 'DoNotDisturb')
  await tell(await office.sender('tony'), office.sip('ken'), 'psst')
  await choose(phone)
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
})

test('14.7 (M5): a close colleague interrupts Do Not Disturb, not Presenting; others do neither', async () => {
  await using office = await openOffice()
  const ken = await office.web('ken')
  await relate(ken, 'tony', 'Workgroup')
  await choose(ken, 'DoNotDisturb')
  const tony = await office.sender('tony')
  const pilar = await office.sender('pilar')
  const seen = await tony.get(`${tony.path}/people/ken@example.test/presence`)
  assert.equal(seen.json.activity, 'urgent-interruptions-only')
  await tell(pilar, office.sip('ken'), 'not urgent')
  await tell(tony, office.sip('ken'), 'fire')
  await ken.until('the interruption', () => ken.received[0])
  assert.deepEqual(ken.received, ['fire'])
  assert.equal((await unreadOf(office)).length, 1)

  await choose(ken, 'DoNotDisturb', { activity: 'presenting' })
  const told = await tell(tony, office.sip('ken'), 'fire again')
  assert.match(told.text ?? '', /is presenting/)
  assert.deepEqual(ken.received, ['fire'])
  assert.equal((await unreadOf(office)).length, 2)
})

for (const state of ['Online', 'Busy', 'Away', 'BeRightBack', 'Offwork'] as const) {
  test(`M7, M10: to somebody who is ${state} a message is live, whatever the sender's gates and the note say`, async () => {
    await using office = await openOffice()
    await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
    const ken = await office.web('ken')
    await choose(ken, state)
    const note = await ken.request('PUT', `${ken.path}/me/note`, {
      json: { message: 'out of office until Monday' },
    })
    assert.ok(note.status < 500)
    const tony = await office.sender('tony')
    assert.equal((await tell(tony, office.sip('ken'), 'hello')).status, 'Success')
    await ken.until('the text', () => ken.received[0])
    assert.deepEqual(await itemsOf(office, 'ken'), [])
  })
}
