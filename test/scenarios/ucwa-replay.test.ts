import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SeenEvent, textOfMessage, type UcwaClient } from '../client/ucwa-client.ts'
import { eventually, openOffice, tell } from './acceptance/office.ts'

// What clients without an inbox view get of waiting messages, through the running server (offline-im 14.17, 14.16; ucwa.md 8.2).

/** Takes what rings, one after another, until so many texts are there. @returns the texts in their order */
async function takeAll(client: UcwaClient, count: number): Promise<readonly string[]> {
  const taken = new Set<string>()
  const rings = (e: SeenEvent) =>
    e.rel === 'messagingInvitation' && e.type === 'started' && !taken.has(e.href)
  for (;;) {
    const next = await client.until('texts or an invitation', () =>
      client.received.length >= count ? 'all' : client.events.find(rings),
    )
    if (next === 'all') return client.received
    taken.add(next.href)
    await client.post(next.resource._links?.accept?.href ?? '', {})
  }
}

/** What nobody confirmed stays unread: the server has the ack of everything that this client took. */
async function everythingRead(client: UcwaClient): Promise<void> {
  await eventually('nothing unread', async () => {
    const { json } = await client.get(client.link('missedItems'))
    return Number(json.unreadMissedConversationsCount) === 0
  })
}

test('14.17 (R38, R39): an application without inbox view gets what waits once for ever, a second one nothing that was read', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const pilar = await office.sender('pilar')
  await tell(tony, office.sip('ken'), 'one', { threadId: 'T', subject: 'Lunch' })
  await tell(tony, office.sip('ken'), 'two', { threadId: 'T', subject: 'Lunch' })
  await tell(pilar, office.sip('ken'), 'three')

  const phone = await office.phone('ken', { endpointId: 'phone' })
  const missed = await phone.event('missedItems updated')
  assert.equal(Number(missed.resource.unreadMissedConversationsCount), 2)
  const first = await phone.event('messagingInvitation started')
  assert.deepEqual(
    [first.resource.offline, first.resource.subject, first.resource.threadId],
    [true, 'Lunch', 'T'],
  )
  assert.deepEqual(await takeAll(phone, 3), ['one', 'two', 'three'])
  // Each with the time it was sent, one package each, the same address whoever asks.
  const messages = phone.events.filter((e) => e.rel === 'message')
  assert.equal(new Set(messages.map((e) => e.package)).size, 3)
  const times = messages.map((e) => Number(/\d+/.exec(e.resource.timeStamp ?? '')?.[0]))
  assert.deepEqual(times, [...times].sort())
  await everythingRead(phone)
  await phone.signOut()

  // The same endpoint again, after the server was started again too.
  await office.restart()
  const again = await office.phone('ken', { endpointId: 'phone' })
  const tablet = await office.phone('ken', { endpointId: 'tablet' })
  // What comes after is a sure sign that nothing is still on its way.
  const sender = await office.sender('tony')
  await tell(sender, office.sip('ken'), 'marker')
  for (const client of [again, tablet]) {
    const invitation = await client.event('messagingInvitation started')
    assert.equal(textOfMessage(invitation.resource), 'marker')
  }
  await again.accept()
  await again.until('the marker', () => again.received[0])
  assert.deepEqual(again.received, ['marker'])
  assert.deepEqual(tablet.received, [])
})

test('14.17 (R38): what one application did not take waits for the next, and what it took does not', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const pilar = await office.sender('pilar')
  await tell(tony, office.sip('ken'), 'taken')
  await tell(pilar, office.sip('ken'), 'left')
  const phone = await office.phone('ken', { endpointId: 'phone' })
  assert.deepEqual(await takeAll(phone, 1), ['taken'])
  const left = await phone.event('messagingInvitation started', (e) => textOfMessage(e.resource) === 'left')
  assert.ok(left)
  await eventually('one is read', async () => {
    const { json } = await phone.get(phone.link('missedItems'))
    return Number(json.unreadMissedConversationsCount) === 1
  })
  await phone.signOut()
  const tablet = await office.phone('ken', { endpointId: 'tablet' })
  assert.deepEqual(await takeAll(tablet, 1), ['left'])
})

test('14.17 (O4): whoever vanishes before the ack has read nothing, and gets it again with the same id', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'once')
  const phone = await office.phone('ken', { endpointId: 'phone' })
  await phone.event('messagingInvitation started')
  phone.pause()
  await phone.accept()
  await phone.close()
  // A kill is the hardest way to vanish.
  await office.restart('SIGKILL')
  const again = await office.phone('ken', { endpointId: 'phone' })
  assert.deepEqual(await takeAll(again, 1), ['once'])
  await everythingRead(again)
})

test('14.16 (M3): of a silent device the sender hears late, of somebody hidden or away at once and alike', async () => {
  await using office = await openOffice()
  await office.type(
    'Set-CsClientPolicy -PolicyEntry @{Replace=(New-CsClientPolicyEntry -Name OfflineIMInviteSeconds -Value 15)}',
  )
  const [hidden, live] = [await office.phone('ken'), await office.phone('alex')]
  await hidden.post(`${hidden.path}/me/presence`, { availability: 'Offline' })
  // Neither device confirms anything from here on.
  for (const client of [hidden, live]) client.pause()
  const tony = await office.phone('tony')
  const send = async (name: 'ken' | 'pilar' | 'alex') => {
    const talk = await tony.conversation(office.sip(name))
    const sent = await talk.send(`to ${name}`)
    return { talk, location: String(sent.headers.location) }
  }
  const slow = await send('alex')
  const told: SeenEvent[] = []
  for (const name of ['ken', 'pilar'] as const) {
    const { talk, location } = await send(name)
    told.push(await tony.event('message completed', (e) => e.href === location))
    const { reason } = talk.completed
    assert.equal(
      reason?.message,
      `${name === 'ken' ? 'Ken Myer' : 'Pilar Ackerman'} is not signed in. Your message will be kept in their mailbox.`,
    )
  }
  // Order, not time: both came while the silent one was still waited for.
  assert.equal(
    tony.events.some((e) => e.rel === 'message' && e.type === 'completed' && e.href === slow.location),
    false,
  )
  const shape = ({ status, type, reason, resource }: SeenEvent) => ({
    status,
    type,
    code: reason?.code,
    text: reason?.message?.replace(/^\w+ \w+/, 'X'),
    delivery: resource.delivery,
    deliveryReason: resource.deliveryReason,
    names: Object.keys(resource).sort(),
    links: Object.keys(resource._links ?? {}).sort(),
  })
  const [one, other] = told
  assert.deepEqual(one && shape(one), other && shape(other))
  const late = await eventually('the late answer', async () =>
    tony.events.find((e) => e.rel === 'message' && e.type === 'completed' && e.href === slow.location),
  )
  assert.deepEqual([late.status, late.resource.delivery], ['Success', 'Stored'])
})
