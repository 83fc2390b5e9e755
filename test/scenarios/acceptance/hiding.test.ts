import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, eventually, itemsOf, markOf, type Name, openOffice, readAll, tell } from './office.ts'

// Appear Offline (M3, DECISIONS 15c): whoever hides cannot be told from whoever is away.

test('14.16 (M3): code, text and marks are the same for somebody who hides and somebody who is away, and the hidden one has the message at once', async () => {
  await using office = await openOffice()
  const ken = await office.web('ken')
  // Pilar was here with the same client and has gone.
  await (await office.web('pilar')).signOut()
  await choose(ken, 'Offline')
  const tony = await office.web('tony')
  const told = async (name: Name) => {
    const { status, code, subcode, text, answer } = await tell(tony, office.sip(name), `to ${name}`)
    const { delivery, deliveryReason } = (
      await tony.event(
        'message completed',
        ({ resource }) => resource.messageId === answer.headers['x-nightpost-message-id'],
      )
    ).resource
    const said = text?.replace(/^(Ken Myer|Pilar Ackerman)/, 'X')
    const headers = Object.keys(answer.headers).sort()
    return { status, code, subcode, said, delivery, deliveryReason, http: answer.status, headers }
  }
  const hidden = await told('ken')
  assert.deepEqual(hidden, await told('pilar'))
  assert.equal(hidden.delivery, 'Stored')
  await ken.until('the text', () => ken.received[0])

  // Reading, typing, notes, the device: nothing shows.
  await readAll(ken)
  await ken.request('PUT', `${ken.path}/me/note`, { json: { message: 'not here, officially' } })
  const seen = async (name: Name) => {
    const { json } = await tony.get(`${tony.path}/people/${name}@example.test/presence`)
    return [json.availability, json.activity, json.deviceType]
  }
  assert.deepEqual(await seen('ken'), await seen('pilar'))
  const note = await tony.get(`${tony.path}/people/ken@example.test/note`)
  assert.doesNotMatch(note.text, /officially/)
  assert.deepEqual([await markOf(tony, 'to ken'), await markOf(tony, 'to pilar')], ['Stored', 'Stored'])

  // Visible again, the marks come, with the time of their release.
  const released = Date.now()
  await choose(ken)
  await eventually('read', async () => (await markOf(tony, 'to ken')) === 'Read')
  const id = await office.type('Trace-NpMessage -From "Tony Smith" -To "Ken Myer" -Last 1h')
  const mark = id.find(({ Decision }) => Decision === 'ReadReleased')
  assert.ok(Date.parse(mark.Time) >= released - 1000)
})

test('M3: with the gate of the sender closed nothing reaches whoever hides', async () => {
  await using office = await openOffice()
  const ken = await office.web('ken')
  await choose(ken, 'Offline')
  await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  const tony = await office.sender('tony')
  const hidden = await tell(tony, office.sip('ken'), 'x')
  const absent = await tell(tony, office.sip('pilar'), 'x')
  assert.deepEqual([hidden.status, hidden.code, hidden.subcode], [absent.status, absent.code, absent.subcode])
  await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $True')
  await tell(tony, office.sip('ken'), 'marker')
  await ken.until('the marker', () => ken.received[0])
  assert.deepEqual(ken.received, ['marker'])
})

test('M3: on the own side the row is live: history, and an item only when it is missed', async () => {
  await using office = await openOffice('[delivery]\nunreadAfter = "2 s"')
  const ken = await office.web('ken')
  await choose(ken, 'Offline')
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'hello')
  await ken.until('the text', () => ken.received[0])
  const [counts] = await office.type('Get-NpMailboxStatistics -Identity "Ken Myer"')
  const [sent] = await office.type('Get-NpMailboxStatistics -Identity "Tony Smith"')
  assert.deepEqual([sent.HistoryMessages, sent.SentWaiting], [0, 1])
  assert.equal(counts.HistoryMessages + counts.InboxMessages, 1)
  await eventually('missed', async () => (await itemsOf(office, 'ken')).length === 1)
})

test('M3, E2: where EnableAppearOffline is False nobody hides', async () => {
  await using office = await openOffice()
  await office.type('Set-CsClientPolicy -Identity Global -EnableAppearOffline $False')
  const ken = await office.web('ken')
  const { status } = await ken.post(`${ken.path}/me/presence`, { availability: 'Offline' })
  assert.equal(status, 403)
  await tell(await office.sender('tony'), office.sip('ken'), 'x')
  await ken.until('the text', () => ken.received[0])
})

test('DECISIONS 15c: what others see of somebody who hides stays as it was, also over a restart of the server', async () => {
  await using office = await openOffice()
  let ken = await office.web('ken')
  const note = (text: string) => ken.request('PUT', `${ken.path}/me/note`, { json: { message: text } })
  const annotate = async (text: string) => {
    const answer = await note(text)
    if (answer.status >= 300)
      assert.equal((await ken.post(`${ken.path}/me/note`, { message: text })).status, 204)
  }
  await annotate('in the office')
  await choose(ken, 'Offline')
  await annotate('secretly at home')
  const seen = async () => {
    const tony = await office.sender('tony')
    const { text } = await tony.get(`${tony.path}/people/ken@example.test/note`)
    await tony.close()
    return text
  }
  assert.match(await seen(), /in the office/)
  await office.restart()
  assert.match(await seen(), /in the office/)
  ken = await office.web('ken')
  assert.match(await seen(), /in the office/)
  await choose(ken)
  await eventually('shown at last', async () => /secretly at home/.test(await seen()))
})
