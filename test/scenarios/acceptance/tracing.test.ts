import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, eventually, markOf, openOffice, readAll, tell } from './office.ts'

// Trace-NpMessage tells the whole way of a message, from a console beside a running server (R51, INTERFACES 4 and 5).

const TEXT = 'nobody reads this in a trace'

test('R51: the whole way of one message that waited, and no text anywhere', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  const told = await tell(tony, office.sip('ken'), TEXT)
  const id = String(told.answer.headers['x-nightpost-message-id'])
  const ken = await office.web('ken')
  await choose(ken, 'Offline')
  const phone = await office.phone('ken')
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
  await eventually('held back', async () =>
    (await office.type(`Trace-NpMessage ${id}`)).some(({ Decision }) => /Withheld|Delivered/.test(Decision)),
  )
  await readAll(ken)
  await choose(ken)
  await eventually('read', async () => (await markOf(tony, TEXT)) === 'Read')
  const steps = await office.type(`Trace-NpMessage -MessageId ${id}`)
  const told2 = steps.map(({ Place, Decision }) => `${Place} ${Decision}`)
  assert.deepEqual(told2.slice(0, 3), ['Gate Accepted', 'Store Stored', 'Endpoint Announced'])
  for (const step of ['Endpoint Pushed', 'Endpoint Confirmed', 'Sender ReadWithheld', 'Sender ReadReleased'])
    assert.ok(told2.includes(step), `${step} of ${told2}`)
  assert.equal(steps[1].Reason, 'offline')
  assert.equal(steps.find(({ Decision }) => Decision === 'Announced').Detail, 'ucwa, inbox view')
  assert.equal(steps.find(({ Decision }) => Decision === 'Pushed').Detail, 'ucwa')
  assert.ok(
    steps.every(
      ({ MessageId, From, To }) =>
        MessageId === id && From === office.sip('tony') && To === office.sip('ken'),
    ),
  )
  assert.doesNotMatch(JSON.stringify(steps), /nobody reads|127\.0\.0\.1/)
  const times = steps.map(({ Time }) => Date.parse(Time))
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  )
})

test('R51: every refusal is found by who wrote to whom, with its reason and its gate, also after a restart', async () => {
  await using office = await openOffice('[limits]\ninboxMessages = 1')
  const old = await office.sender('tony', { userAgent: 'OC/15.0.4420.1017' })
  const tony = await office.sender('tony')
  await tell(old, office.sip('ken'), TEXT)
  await tell(tony, office.sip('ken'), TEXT)
  await tell(tony, office.sip('ken'), TEXT)
  await office.type('Set-CsClientPolicy -EnableIMAutoArchiving $False')
  await tell(tony, office.sip('ken'), TEXT)
  await office.type('Set-CsImConfiguration -EnableOfflineIm $False')
  await tell(tony, office.sip('ken'), TEXT)
  await office.type(
    'Set-CsImConfiguration -EnableOfflineIm $True; Set-CsClientPolicy -EnableIMAutoArchiving $True',
  )
  await office.type('New-CsImConfiguration -Identity "Site:Tokyo" -EnableOfflineIm $False')
  await tell(tony, office.sip('david'), TEXT)
  await office.type('Set-CsUser "Alex Darrow" -Enabled $False')
  await tell(tony, office.sip('alex'), TEXT)
  await tell(tony, 'sip:nobody@example.test', TEXT)

  const traced = async (to: string) => {
    const steps = await office.type(`Trace-NpMessage -From "Tony Smith" -To "${to}" -Last 1h`)
    assert.doesNotMatch(JSON.stringify(steps), /nobody reads/)
    return steps
      .filter(({ Decision }) => Decision === 'Refused')
      .map(({ Gate, Reason }) => `${Gate} ${Reason}`)
  }
  const all = async () => [
    await traced('Ken Myer'),
    await traced('David Longmire'),
    await traced('Alex Darrow'),
    await traced('sip:nobody@example.test'),
    await traced('Pilar Ackerman'),
  ]
  const expected = [
    ['G5 senderClient', 'G7 inboxFull', 'G4 senderPolicy', 'G3 deploymentOff'],
    ['G6 recipientSite'],
    ['G1 disabled'],
    ['G1 unknownRecipient'],
    [],
  ]
  assert.deepEqual(await all(), expected)
  await office.restart()
  assert.deepEqual(await all(), expected)
  const [client] = await office.type('Trace-NpMessage -From "Tony Smith" -To "Ken Myer" -Last 1h')
  assert.equal(client.Detail, 'OC/15.0.4420.1017')
})

test('R51: a client that asks first and is refused never sends; that is in the trace too', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await office.type('Set-CsClientPolicy -EnableIMAutoArchiving $False')
  await assert.rejects(tony.conversation(office.sip('ken')), /invitation failed/)
  const steps = await office.type('Trace-NpMessage -From "Tony Smith" -To "Ken Myer" -Last 1h')
  assert.deepEqual(
    steps.map(({ Decision, Reason }) => `${Decision} ${Reason}`),
    ['Refused senderPolicy'],
  )
})

test('R51: refusals are counted with their reason, as rows are', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const read = async () => (await fetch(`${office.server.ready.url}/metrics`)).text()
  const value = (metrics: string, outcome: string, reason: string) =>
    Number(
      metrics
        .split('\n')
        .find((line) => line.startsWith(`nightpost_messages_total{outcome="${outcome}",reason="${reason}"}`))
        ?.split(' ')[1],
    )
  const counted = async () => {
    const metrics = await read()
    return [value(metrics, 'stored', 'offline'), value(metrics, 'refused', 'unknownRecipient')]
  }
  const [stored = 0, refused = 0] = await counted()
  await tell(tony, office.sip('ken'), 'x')
  await tell(tony, 'sip:nobody@example.test', 'x')
  assert.deepEqual(await counted(), [stored + 1, refused + 1])
})
