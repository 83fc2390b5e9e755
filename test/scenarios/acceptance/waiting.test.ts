import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  choose,
  eventually,
  itemsOf,
  logsOf,
  markOf,
  missedOf,
  openOffice,
  readAll,
  relate,
  tell,
  transcriptsOf,
} from './office.ts'

// Section 6a: what changes while a message waits (DECISIONS 21). One test a row of the table.

test('14.13, 6a (R23): switches that go off later change nothing: the item stays, is announced and delivered', async () => {
  await using office = await openOffice()
  await tell(await office.sender('tony'), office.sip('ken'), 'before')
  await office.type(
    'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False; Set-CsImConfiguration -EnableOfflineIm $False',
  )
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'])
  const ken = await office.web('ken')
  const told = await ken.event('missedItems updated')
  assert.equal(told.resource.unreadMissedConversationsCount, 1)
  const phone = await office.phone('ken')
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
})

test('6a: the recipient blocks the sender: the row stays readable and rings nowhere', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'before the quarrel')
  const ken = await office.web('ken')
  await relate(ken, 'tony', 'Blocked')
  const phone = await office.phone('ken')
  await tell(await office.sender('pilar'), office.sip('ken'), 'marker')
  await phone.accept()
  await phone.until('the marker', () => phone.received[0])
  assert.deepEqual(phone.received, ['marker'])
  assert.ok((await transcriptsOf(ken)).some((line) => line.includes('before the quarrel')))
  assert.equal((await tell(tony, office.sip('ken'), 'after')).subcode, 'Unreachable')
})

test('6a (R49): the sender is deleted: it stays, with the name at sending time', async () => {
  await using office = await openOffice()
  await tell(await office.sender('tony'), office.sip('ken'), 'farewell')
  await office.type('Set-NpAccount tony@example.test -DisplayName "Tony Jones"')
  await office.type(
    'Disable-CsUser -Identity "Tony Jones" -Confirm:$false; Remove-NpAccount tony@example.test -Confirm:$false',
  )
  const [item] = await office.type('Get-NpOfflineMessage -Identity "Ken Myer"')
  assert.deepEqual([item.FromDisplayName, item.From, item.State], ['Tony Smith', null, 'Unread'])
  const ken = await office.web('ken')
  assert.deepEqual(await transcriptsOf(ken), ['Incoming farewell -'])
  assert.match(JSON.stringify(await logsOf(ken)), /Tony Smith/)
  await readAll(ken)
  await eventually('read', async () => (await itemsOf(office, 'ken')).join() === 'Read 1')
})

test('6a: the sender is suspended: it is delivered all the same', async () => {
  await using office = await openOffice()
  await tell(await office.sender('tony'), office.sip('ken'), 'still true')
  await office.type('Set-CsUser -Identity "Tony Smith" -Enabled $False')
  const phone = await office.phone('ken')
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
})

test('6a (R48): the recipient is suspended: kept and not announced, the mark stays; resumed, it is there', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  await tell(tony, office.sip('ken'), 'wait for me')
  await office.type('Set-CsUser -Identity "Ken Myer" -Enabled $False')
  await assert.rejects(office.sender('ken'), /no token/)
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'])
  assert.equal(await markOf(tony, 'wait for me'), 'Stored')
  assert.equal((await tell(tony, office.sip('ken'), 'more')).code, 'NotFound')
  await office.type('Set-CsUser -Identity "Ken Myer" -Enabled $True')
  const ken = await office.web('ken')
  assert.equal((await missedOf(ken)).unread, 1)
})

test('6a (R48): the recipient is removed from the service: kept by account, and back when the same account is', async () => {
  await using office = await openOffice()
  await tell(await office.sender('tony'), office.sip('ken'), 'kept')
  await office.type('Disable-CsUser -Identity "Ken Myer" -Confirm:$false')
  assert.equal((await office.type('Get-NpOfflineMessage')).length, 1)
  await office.type(
    'Enable-CsUser -Identity "Ken Myer" -RegistrarPool pool-redmond.example.test -SipAddress sip:ken@example.test',
  )
  const ken = await office.web('ken')
  assert.deepEqual(await transcriptsOf(ken), ['Incoming kept -'])
})

test('14.18, 6a (R48): a different account that gets the address sees nothing of it, and gets what is new', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'private')
  await office.type('Set-CsUser -Identity "Ken Myer" -SipAddress sip:ken.myer@example.test')
  await office.type('Set-CsUser -Identity "Alex Darrow" -SipAddress sip:ken@example.test')
  const alex = await office.web('alex')
  assert.deepEqual(
    [await missedOf(alex), await transcriptsOf(alex)],
    [{ missed: 0, unread: 0, expired: 0 }, []],
  )
  await tell(tony, 'sip:ken@example.test', 'for Alex')
  await alex.until('the new one', () => alex.received[0])
  assert.deepEqual(alex.received, ['for Alex'])

  // Also when the first account is deleted.
  await office.type(
    'Disable-CsUser -Identity "Ken Myer" -Confirm:$false; Remove-NpAccount ken@example.test -Confirm:$false',
  )
  await office.type('Set-CsUser -Identity "David Longmire" -SipAddress sip:ken.myer@example.test')
  const david = await office.web('david')
  assert.deepEqual(await transcriptsOf(david), [])
})

test("6a: the recipient's address changes: it moves along, and the sender's thread shows the new one", async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  await tell(tony, office.sip('ken'), 'follow')
  await office.type('Set-CsUser -Identity "Ken Myer" -SipAddress sip:ken.myer@example.test')
  const ken = await office.web('ken')
  assert.deepEqual(await transcriptsOf(ken), ['Incoming follow -'])
  const shown = JSON.stringify(await logsOf(tony))
  assert.match(shown, /ken\.myer@example\.test/)
  assert.doesNotMatch(shown, /"sip:ken@example\.test"/)
  await eventually('delivered', async () => (await markOf(tony, 'follow')) === 'Delivered')
})

test('6a: signing in as Do Not Disturb: counts and items change silently, a client without inbox view gets it when the state ends', async () => {
  await using office = await openOffice()
  const first = await office.web('ken')
  await choose(first, 'DoNotDisturb')
  await first.signOut()
  await tell(await office.sender('tony'), office.sip('ken'), 'quietly')
  const ken = await office.web('ken')
  const phone = await office.phone('ken')
  assert.equal((await missedOf(ken)).unread, 1)
  await phone.event('missedItems updated')
  assert.equal(
    phone.events.some(({ rel }) => rel === 'messagingInvitation'),
    false,
  )
  await choose(phone)
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
})

test('6a: signing in as Appear Offline: announced and shown, the mark stays until the person is visible', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  const first = await office.web('ken')
  await choose(first, 'Offline')
  await first.signOut()
  await tell(tony, office.sip('ken'), 'hidden reader')
  const ken = await office.web('ken')
  assert.equal((await missedOf(ken)).unread, 1)
  await readAll(ken)
  assert.equal(await markOf(tony, 'hidden reader'), 'Stored')
  await choose(ken)
  await eventually('read', async () => (await markOf(tony, 'hidden reader')) === 'Read')
})

test('6a (R50): the sender is away when it is delivered and read, and sees that at the next sign-in', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  await tell(tony, office.sip('ken'), 'see you')
  await tony.signOut()
  const ken = await office.web('ken')
  await readAll(ken)
  const back = await office.web('tony')
  await eventually('read', async () => (await markOf(back, 'see you')) === 'Read')
})

test('6a, DECISIONS 20 (R50): what expires is a state at the sender and a count at both, after a restart too; what is read just goes', async () => {
  await using office = await openOffice()
  const retention = (days: string) =>
    office.type(
      `Set-CsClientPolicy -PolicyEntry @{Replace=(New-CsClientPolicyEntry -Name OfflineIMRetentionDays -Value ${days})}`,
    )
  await retention('0.0003') // 26 s: time to read on a busy machine
  const tony = await office.web('tony')
  await tell(tony, office.sip('ken'), 'too late')
  await tell(tony, office.sip('pilar'), 'in time')
  // The time in force at acceptance counts, not a later one (DECISIONS 17).
  await retention('90')
  await tell(tony, office.sip('alex'), 'kept')
  await readAll(await office.web('pilar'))
  await tony.signOut()
  await eventually('expired', async () => {
    const items = await office.type('Get-NpOfflineMessage')
    return (
      items
        .map(({ State }) => State)
        .sort()
        .join() === 'Expired,Unread'
    )
  })
  await office.restart()
  const back = await office.web('tony')
  assert.equal(await markOf(back, 'too late'), 'Expired')
  assert.equal(await markOf(back, 'kept'), 'Stored')
  assert.equal((await missedOf(back)).expired, 1)
  const ken = await office.web('ken')
  assert.deepEqual([await transcriptsOf(ken), (await missedOf(ken)).expired], [[], 1])
  assert.equal(ken.received.length, 0)
  const steps = await office.type('Trace-NpMessage -From "Tony Smith" -To "Ken Myer"')
  assert.equal(steps.at(-1).Decision, 'Expired')
})
