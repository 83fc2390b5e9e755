import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemsOf, type Office, openOffice, tell } from './office.ts'

// Gate G5: which clients may leave messages (offline-im section 5), each one a real application of that name.

/** Client, whether it may by default, and with `OfflineIMOtherClients` = `Refuse`. A UCWA application always has a name; none at all is SIP's. */
const CLIENTS: readonly (readonly [name: string, userAgent: string, byDefault: boolean, only: boolean])[] = [
  ['Click-to-Run at the edge', 'UCCAPI/16.0.6701.1000 OC/16.0.6701.1000 (Skype for Business)', true, true],
  ['a newer one', 'UCCAPI/16.0.7766.5281 OC/16.0.7766.2047 (Skype for Business)', true, true],
  ['one whose build has a digit more', 'OC/16.0.10000.1', true, true],
  ['one for a mailbox on premises', 'OC/16.0.6920.1000', true, true],
  ['one build below the edge', 'OC/16.0.6701.999', false, false],
  ['an older Click-to-Run', 'UCCAPI/16.0.6001.1073 OC/16.0.6001.1073 (Skype for Business)', false, false],
  ['2016 by MSI', 'UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)', false, false],
  ['2013', 'UCCAPI/15.0.4420.1017 OC/15.0.4420.1017 (Skype for Business | Microsoft Lync)', false, false],
  ['an OC token that cannot be parsed', 'OC/current', false, false],
  ['an OC token with three numbers', 'OC/16.0.6701', false, false],
  ['another family', 'lyncbotApp/1.0 (Linux)', true, false],
  ['the platform without the client', 'UCCAPI/16.0.6701.1000', true, false],
  ['our own', 'Nightpost/1.0', true, false],
]

async function whoMay(office: Office): Promise<Record<string, boolean>> {
  const may: Record<string, boolean> = {}
  for (const [name, userAgent] of CLIENTS) {
    const tony = await office.sender('tony', { userAgent })
    const told = await tell(tony, office.sip('ken'), name)
    if (told.status === 'Failure') assert.equal(told.subcode, 'Unreachable', name)
    may[name] = told.status === 'Success'
    await tony.signOut()
  }
  return may
}

test('14.4 (R8, R8a to R8d, DECISIONS 16): every User-Agent of section 5, by default and with Refuse', async () => {
  await using office = await openOffice()
  const expected = (column: 2 | 3) => Object.fromEntries(CLIENTS.map((row) => [row[0], row[column]]))
  assert.deepEqual(await whoMay(office), expected(2))
  await office.type(
    '$x = New-CsClientPolicyEntry -Name OfflineIMOtherClients -Value Refuse; Set-CsClientPolicy -PolicyEntry @{Add=$x}',
  )
  assert.deepEqual(await whoMay(office), expected(3))
  const kept = CLIENTS.filter((row) => row[2]).length + CLIENTS.filter((row) => row[3]).length
  const [count] = await office.type('Get-NpMailboxStatistics -Identity "Ken Myer"')
  assert.equal(count.InboxMessages, kept)
})

test('R8a (DECISIONS 17): OfflineIMMinimumClientVersion of the sender moves the edge, and decides for each message of a running application', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony', { userAgent: 'OC/16.0.6701.1000' })
  const sends = async () => (await tell(tony, office.sip('ken'), 'x')).status
  assert.equal(await sends(), 'Success')
  const entry = (value: string) =>
    office.type(
      `$x = New-CsClientPolicyEntry -Name OfflineIMMinimumClientVersion -Value ${value}; Set-CsClientPolicy -PolicyEntry @{Replace=$x}`,
    )
  await entry('16.0.6920.1000')
  assert.equal(await sends(), 'Failure')
  await entry('15.0.0.0')
  assert.equal(await sends(), 'Success')
  await office.type('Set-CsClientPolicy -PolicyEntry $Null')
  assert.equal(await sends(), 'Success')
})

test('R8c: the gate looks at the endpoint that sends, and at nobody who is there', async () => {
  await using office = await openOffice()
  const old = await office.sender('tony', { userAgent: 'OC/15.0.4420.1017' })
  const current = await office.sender('tony')
  assert.equal((await tell(old, office.sip('ken'), 'away')).status, 'Failure')
  assert.equal((await tell(current, office.sip('ken'), 'away')).status, 'Success')
  const ken = await office.web('ken')
  assert.equal((await tell(old, office.sip('ken'), 'here')).status, 'Success')
  await ken.until('the text', () => ken.received.find((text) => text === 'here'))
})

test('6a (R8): who may not send with a client receives everything with it', async () => {
  await using office = await openOffice()
  await tell(await office.sender('tony'), office.sip('ken'), 'while away')
  const ken = await office.phone('ken', { userAgent: 'OC/15.0.4420.1017' })
  await ken.accept()
  await ken.until('the text', () => ken.received[0])
  assert.deepEqual(ken.received, ['while away'])
  assert.deepEqual(await itemsOf(office, 'pilar'), [])
  assert.equal((await tell(ken, office.sip('pilar'), 'x')).status, 'Failure')
})

test('section 5: the client version policy comes first; a blocked client never gets as far as a message', async () => {
  await using office = await openOffice()
  await office.type(
    'New-CsClientVersionPolicyRule -Parent Global -RuleId 7b4a1f7e-0d8d-4f0f-9a57-1f1f4b7a2c11 -UserAgent OC -MajorVersion 16 -MinorVersion 0 -BuildNumber 6701 -CompareOp LSS -Action Block',
  )
  await assert.rejects(
    office.sender('tony', { userAgent: 'OC/16.0.6001.1073' }),
    /no application: 410 .*UserAgentNotAllowed/,
  )
  await office.sender('tony', { userAgent: 'OC/16.0.7766.2047' })
  await office.type('Set-CsClientVersionConfiguration -Enabled $False')
  const tony = await office.sender('tony', { userAgent: 'OC/16.0.6001.1073' })
  assert.equal((await tell(tony, office.sip('ken'), 'x')).status, 'Failure', 'gate G5 is another matter')
})
