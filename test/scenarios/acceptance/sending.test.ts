import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, itemsOf, missedOf, openOffice, tell } from './office.ts'

// Who may leave a message, and who is told what: the gates of offline-im section 4, typed at the console of a running server.

const T1 = 'Ken Myer is not signed in. Your message will be kept in their mailbox.'
const T4 = 'Not delivered: Ken Myer is unavailable or offline.'

test('14.1 (R1, R2, R5, R6; M1, M15): a message to somebody who never signed in is accepted, is one unread item, and is announced at the first sign-in', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const told = await tell(tony, office.sip('ken'), 'the key is under the mat')
  assert.deepEqual([told.status, told.text], ['Success', T1])

  const [item, ...more] = await office.type('Get-NpOfflineMessage -Identity "Ken Myer"')
  assert.deepEqual(more, [])
  assert.deepEqual(
    [item.From, item.FromDisplayName, item.To, item.Count, item.State, item.Text],
    [office.sip('tony'), 'Tony Smith', office.sip('ken'), 1, 'Unread', null],
  )
  assert.equal(item.Messages[0].Reason, 'offline')

  // An inbox view is told number, sender and text; a client without one gets the message itself (R39).
  const ken = await office.web('ken')
  const announced = await ken.event('missedItems updated')
  assert.equal(announced.resource.unreadMissedConversationsCount, 1)
  const phone = await office.phone('ken')
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
  assert.deepEqual(phone.received, ['the key is under the mat'])
})

test('14.1 (R6): nothing is announced where nothing waits', async () => {
  await using office = await openOffice()
  const ken = await office.phone('ken')
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'live')
  await ken.accept()
  await ken.until('the text', () => ken.received[0])
  assert.deepEqual(
    ken.events.filter(({ rel }) => rel === 'missedItems'),
    [],
  )
})

test('14.2 (R10, R17; M2): Global False refuses everybody with T4 and keeps nothing, True accepts again', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  const refused = await tell(tony, office.sip('ken'), 'no')
  assert.deepEqual(
    [refused.status, refused.code, refused.subcode, refused.text],
    ['Failure', 'RemoteFailure', 'Unreachable', T4],
  )
  assert.deepEqual(await itemsOf(office, 'ken'), [])
  await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $True')
  assert.equal((await tell(tony, office.sip('ken'), 'yes')).status, 'Success')
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'])
})

test('14.3 (R11, R12, R13): the three lines of the article refuse Tony Smith alone, and the step in between changes nothing', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const ken = await office.sender('ken')
  const to = office.sip('pilar')
  const both = async () => [(await tell(tony, to, 'x')).status, (await tell(ken, to, 'x')).status]
  await office.type('New-CsClientPolicy -Identity OfflineIM')
  await office.type('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM')
  assert.deepEqual(await both(), ['Success', 'Success'])
  await office.type('Set-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $False')
  assert.deepEqual(await both(), ['Failure', 'Success'])
  await office.type('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName $Null')
  assert.deepEqual(await both(), ['Success', 'Success'])
})

test('14.9 (R20): EnableOfflineIm False beats every client policy, and True lifts none', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const sends = async () => (await tell(tony, office.sip('ken'), 'x')).status
  await office.type('Set-CsImConfiguration -EnableOfflineIm $False')
  assert.equal(await sends(), 'Failure')
  await office.type(
    'New-CsClientPolicy On -EnableIMAutoArchiving $True; Grant-CsClientPolicy "Tony Smith" On',
  )
  assert.equal(await sends(), 'Failure')
  await office.type(
    'Set-CsImConfiguration -EnableOfflineIm $True; Set-CsClientPolicy On -EnableIMAutoArchiving $False',
  )
  assert.equal(await sends(), 'Failure')
  await office.type('Set-CsClientPolicy On -EnableIMAutoArchiving $True')
  assert.equal(await sends(), 'Success')
})

test('14.10 (M11, M13, M14; R17): blocked reads like any closed gate, suspended like unknown; nothing is kept', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const ken = await office.web('ken')
  const at = `${ken.path}/people/tony@example.test/privacyRelationship`
  const { json } = await ken.get(at)
  await ken.request('PUT', at, {
    json: { relationshipLevel: 'Blocked' },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  const blockedThere = await tell(tony, office.sip('ken'), 'x')
  await ken.signOut()
  const blockedAway = await tell(tony, office.sip('ken'), 'x')
  assert.deepEqual(
    [blockedThere.code, blockedThere.subcode, blockedThere.text],
    ['RemoteFailure', 'Unreachable', T4],
  )
  assert.deepEqual({ ...blockedAway, answer: 0 }, { ...blockedThere, answer: 0 })
  assert.equal((await tell(await office.sender('pilar'), office.sip('ken'), 'x')).status, 'Success')

  await office.type('Set-CsUser -Identity "Alex Darrow" -Enabled $False')
  const suspended = await tell(tony, office.sip('alex'), 'x')
  const unknown = await tell(tony, 'sip:nobody@example.test', 'x')
  assert.deepEqual([suspended.code, suspended.subcode], ['NotFound', 'DestinationNotFound'])
  assert.deepEqual({ ...suspended, answer: 0 }, { ...unknown, answer: 0 })
  assert.equal(suspended.text, 'Not delivered: this address was not found.')
  assert.deepEqual(await itemsOf(office, 'alex'), [])
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'], "Pilar's")
})

test('14.14 (R18): unset counts as True; user before tenant before site before Global, and the first that exists wins as a whole', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const david = await office.sender('david')
  const sends = async () => [
    (await tell(tony, office.sip('ken'), 'x')).status === 'Success',
    (await tell(david, office.sip('ken'), 'x')).status === 'Success',
  ]
  const source = async () =>
    (await office.type('"Tony Smith", "David Longmire" | Get-CsEffectivePolicy')).map(
      (one) => `${one.ClientPolicy} ${one.ClientPolicySource}`,
    )
  await office.type('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $Null')
  assert.deepEqual(await sends(), [true, true])

  await office.type('New-CsClientPolicy -Identity "Site:Tokyo" -EnableIMAutoArchiving $False')
  assert.deepEqual(await sends(), [true, false])
  assert.deepEqual(await source(), ['Global Global', 'Site:Tokyo Site'])

  // A policy for the whole tenant hides the site's and Global from everybody without a grant.
  await office.type('New-CsClientPolicy All; Grant-CsClientPolicy -PolicyName All')
  assert.deepEqual(await sends(), [true, true])
  const hidden = await office.typed('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  assert.deepEqual(hidden.errors, [])
  assert.match(
    hidden.warnings.join(),
    /of \d+ users have another effective policy; see Get-CsEffectivePolicy/,
  )
  assert.deepEqual(await sends(), [true, true])
  assert.deepEqual(await source(), ['All Tenant', 'All Tenant'])

  await office.type(
    'New-CsClientPolicy Own -EnableIMAutoArchiving $False; Grant-CsClientPolicy "Tony Smith" Own',
  )
  assert.deepEqual(await sends(), [false, true])
  assert.deepEqual(await source(), ['Own User', 'All Tenant'])

  // The instance wins as a whole: what it leaves unset is the default, not what Global says.
  await office.type('Set-CsClientPolicy Own -EnableIMAutoArchiving $Null')
  assert.deepEqual(await sends(), [true, true])
  await office.type('Grant-CsClientPolicy -PolicyName $Null; Grant-CsClientPolicy "Tony Smith" $Null')
  assert.deepEqual(await sends(), [false, false])
})

test('section 4 (G3, G6): a site switched off stops its people from leaving messages and from getting any', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const david = await office.sender('david')
  await office.type('New-CsImConfiguration -Identity "Site:Tokyo" -EnableOfflineIm $False')
  assert.equal((await tell(david, office.sip('ken'), 'out of Tokyo')).status, 'Failure')
  const into = await tell(tony, office.sip('david'), 'into Tokyo')
  assert.deepEqual([into.status, into.subcode], ['Failure', 'Unreachable'])
  assert.equal((await tell(tony, office.sip('ken'), 'elsewhere')).status, 'Success')
  await office.type('Remove-CsImConfiguration -Identity "Site:Tokyo"')
  assert.equal((await tell(tony, office.sip('david'), 'into Tokyo')).status, 'Success')
})

test('section 4 (G4, R24): OfflineIMEnabled closes for one policy and leaves transcripts alone (R21)', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await office.type(
    '$x = New-CsClientPolicyEntry -Name OfflineIMEnabled -Value False; Set-CsClientPolicy -Identity Global -PolicyEntry @{Add=$x}',
  )
  assert.equal((await tell(tony, office.sip('ken'), 'away')).status, 'Failure')
  const ken = await office.phone('ken')
  await tell(tony, office.sip('ken'), 'here')
  await ken.accept()
  await ken.until('the text', () => ken.received[0])
  await eventually('history on both sides', async () => {
    const counts = await office.type('"Tony Smith", "Ken Myer" | Get-NpMailboxStatistics')
    return counts.every(({ HistoryMessages }) => HistoryMessages === 1)
  })
})

test('R19: whether the recipient may send does not matter', async () => {
  await using office = await openOffice()
  await office.type(
    'New-CsClientPolicy Off -EnableIMAutoArchiving $False; Grant-CsClientPolicy "Ken Myer" Off',
  )
  const tony = await office.sender('tony')
  assert.equal((await tell(tony, office.sip('ken'), 'x')).status, 'Success')
  const ken = await office.web('ken')
  assert.equal((await missedOf(ken)).unread, 1)
})

test('R45: two people who are both away leave each other messages', async () => {
  await using office = await openOffice()
  const [tony, ken] = [await office.sender('tony'), await office.sender('ken')]
  assert.equal((await tell(tony, office.sip('ken'), 'to Ken')).status, 'Success')
  assert.equal((await tell(ken, office.sip('tony'), 'to Tony')).status, 'Success')
  assert.deepEqual(
    [await itemsOf(office, 'ken'), await itemsOf(office, 'tony')],
    [['Unread 1'], ['Unread 1']],
  )
})
