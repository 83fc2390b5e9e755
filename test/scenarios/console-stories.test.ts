import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openHouse, shell, type, typed } from './console-house.ts'
import type { Launched } from './launch.ts'

/** The administrators' lines as they are printed, typed at the real console of a real server (admin-tasks.md B, C, D). */

let house: Launched
before(async () => {
  house = await openHouse()
})
after(() => house.end())

const names = (objects: readonly { DisplayName: string }[]) =>
  objects.map(({ DisplayName }) => DisplayName).sort()

test('B1 see the state', async () => {
  const [policy, archiving, im] = await typed(
    house.data,
    'Get-CsClientPolicy -Identity Global\n(Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving\nGet-CsImConfiguration',
  )
  assert.equal(policy.Identity, 'Global')
  assert.equal(policy.EnableIMAutoArchiving, true)
  assert.equal(policy.HotdeskingTimeout, '00:05:00')
  assert.deepEqual(policy.PolicyEntry, [])
  assert.equal(policy.Description, null)
  assert.equal(archiving, true)
  assert.deepEqual(im, { Identity: 'Global', EnableOfflineIm: true })
})

test('B2, B3, B14 off for everyone, on again, rehearsed', async () => {
  const rehearsed = await type(
    house.data,
    'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False -WhatIf',
  )
  assert.deepEqual([rehearsed.code, rehearsed.lines, rehearsed.whatIf.length], [0, [[]], 1])
  const state = '(Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving'
  assert.deepEqual(await typed(house.data, state), [true])
  assert.deepEqual(
    await typed(house.data, `Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False\n${state}`),
    [false],
  )
  assert.deepEqual(
    await typed(house.data, `Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $True\n${state}`),
    [true],
  )
})

test('B4, B6, B7, B8 off for one person, looked up, given back', async () => {
  const { lines, code } = await type(
    house.data,
    [
      'New-CsClientPolicy -Identity OfflineIM',
      'Set-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $False',
      'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM',
      'Get-CsOnlineUser -Filter {ClientPolicy -eq "OfflineIM"} | Select-Object DisplayName, SipAddress',
      'Get-CsEffectivePolicy -Identity "Tony Smith" | Select-Object ClientPolicy',
      'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName $Null',
      'Get-CsEffectivePolicy -Identity "Tony Smith" | Select-Object ClientPolicy',
    ].join('\n'),
  )
  assert.equal(code, 0)
  assert.equal(lines[0]?.[0].Identity, 'Tag:OfflineIM')
  assert.deepEqual(lines.slice(1), [
    [],
    [],
    [{ DisplayName: 'Tony Smith', SipAddress: 'sip:tonysmith@litwareinc.com' }],
    [{ ClientPolicy: 'OfflineIM' }],
    [],
    [{ ClientPolicy: 'Global' }],
  ])
})

test('B5, B9, B12 in one step, which policies switch it off, deleted', async () => {
  await typed(
    house.data,
    'New-CsClientPolicy -Identity Silent -EnableIMAutoArchiving $False -DisableSavingIM $True',
  )
  const where =
    'Get-CsClientPolicy | Where-Object {$_.DisableSavingIM -eq $True -and $_.EnableIMAutoArchiving -eq $False}'
  assert.deepEqual(await typed(house.data, `(${where}).Identity`), ['Tag:Silent'])
  const off = await typed(
    house.data,
    'Get-CsClientPolicy | Where-Object {$_.EnableIMAutoArchiving -eq $False}',
  )
  assert.ok(off.some(({ Identity }) => Identity === 'Tag:Silent'))
  await typed(house.data, 'Remove-CsClientPolicy -Identity Silent')
  assert.deepEqual(await typed(house.data, where), [])
})

test('B10 deployment or site switch; an unknown site is an error that lists the sites', async () => {
  await typed(house.data, 'Set-CsImConfiguration -EnableOfflineIM $True')
  const unknown = await type(
    house.data,
    'New-CsImConfiguration -Identity "Site:Redmond" -EnableOfflineIm $true',
  )
  assert.equal(unknown.code, 1)
  assert.ok(unknown.errors[0]?.message.includes('Site:Main'), unknown.errors[0]?.message)
})

test('B11 reset everything', async () => {
  const [global] = await typed(
    house.data,
    'Set-CsClientPolicy -EnableIMAutoArchiving $False; Remove-CsClientPolicy -Identity Global; Get-CsClientPolicy -Identity Global',
  )
  assert.equal(global.EnableIMAutoArchiving, true)
})

test('B13 the misprint is answered with the right line, and changes nothing', async () => {
  const line = 'Grant -CsClientPolicy -Identity "Tony Smith" - PolicyName OfflineIM'
  const { code, lines, errors } = await type(house.data, line)
  assert.deepEqual([code, lines, errors.length], [2, [], 1])
  assert.ok(errors[0]?.message.includes('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM'))
  assert.equal(errors[0]?.category, 'SyntaxError')
  const text = await shell(house.data, ['-c', line])
  assert.equal(text.code, 2)
  assert.ok(text.stderr.includes('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM'))
})

test('C1, C2 users: all, a few, one in three ways', async () => {
  assert.ok((await typed(house.data, 'Get-CsOnlineUser')).length >= 6)
  assert.equal((await typed(house.data, 'Get-CsOnlineUser -ResultSize 1')).length, 1)
  assert.equal((await typed(house.data, 'Get-CsOnlineUser -ResultSize 5')).length, 5)
  const three = await typed(
    house.data,
    'Get-CsOnlineUser -Identity "Ken Myer"\nGet-CsOnlineUser -Identity "sip:kenmyer@litwareinc.com"\nGet-CsOnlineUser -Identity "kenmyer@litwareinc.com"',
  )
  assert.deepEqual(names(three), ['Ken Myer', 'Ken Myer', 'Ken Myer'])
})

test('C3, C4 some columns, and which there are', async () => {
  assert.deepEqual(
    await typed(house.data, 'Get-CsOnlineUser -Identity "Ken Myer" | Select-Object DisplayName, DialPlan'),
    [{ DisplayName: 'Ken Myer', DialPlan: null }],
  )
  const members = await typed(house.data, 'Get-CsOnlineUser | Get-Member')
  assert.ok(members.some(({ Name, MemberType }) => Name === 'ClientPolicy' && MemberType === 'Property'))
})

test('C5, C7 by department and by name pattern', async () => {
  assert.deepEqual(names(await typed(house.data, 'Get-CsOnlineUser -LdapFilter "department=Finance"')), [
    'Bob Kelly',
    'Pilar Ackerman',
  ])
  assert.deepEqual(names(await typed(house.data, 'Get-CsOnlineUser -Filter {Department -eq "Sales"}')), [
    'Ken Myer',
    'Test One',
    'Tony Smith',
  ])
  assert.deepEqual(names(await typed(house.data, 'Get-CsOnlineUser -Filter "Department -eq \'営業\'"')), [
    'Fred Kim',
  ])
  assert.deepEqual(names(await typed(house.data, 'Get-CsUser -Identity "Pilar*"')), ['Pilar Ackerman'])
  assert.deepEqual(names(await typed(house.data, 'Get-CsUser -Identity "* Smith"')), ['Tony Smith'])
  assert.deepEqual(
    names(await typed(house.data, 'Get-CsOnlineUser -Filter {UserPrincipalName -like "test*"}')),
    ['Test One'],
  )
})

test('C11, C13 tables on the screen and counts', async () => {
  const table = await shell(house.data, [
    '-c',
    'Get-CsUser -Identity "Ken Myer" | Format-Table -Property DisplayName, SipAddress, EnterpriseVoiceEnabled -AutoSize',
  ])
  assert.match(
    table.stdout,
    /^\nDisplayName SipAddress +EnterpriseVoiceEnabled\n-+ -+ +-+\nKen Myer +sip:kenmyer@litwareinc\.com +False\n/,
  )
  const list = await shell(house.data, [
    '-c',
    'Get-CsUser "Ken Myer" | fl DisplayName,HostingProvider,SipAddress,Enabled',
  ])
  assert.match(
    list.stdout,
    /DisplayName {5}: Ken Myer\nHostingProvider : SRV:\nSipAddress {6}: sip:kenmyer@litwareinc\.com\nEnabled {9}: True\n/,
  )
  const [count, measured] = await typed(
    house.data,
    '(Get-CsOnlineUser).Count; Get-CsOnlineUser | Measure-Object',
  )
  assert.equal(measured.Count, count)
  const groups = await typed(house.data, 'Get-CsOnlineUser | Group-Object Department')
  assert.ok(groups.some(({ Name, Count }) => Name === 'Sales' && Count === 3))
})

test('C14 the tenant', async () => {
  const [tenant] = await typed(house.data, 'Get-CsTenant')
  const [short] = await typed(house.data, 'Get-CsTenant | Select-Object Name, TenantID')
  const [id] = await typed(house.data, '$tenantID = (Get-CsTenant | Select-Object TenantID)\n$tenantID')
  assert.equal(short.TenantId, tenant.TenantId)
  assert.deepEqual(id, { TenantId: tenant.TenantId })
})

test('D2 to D5, D7, D11 assigning policies', async () => {
  for (const name of [
    'RedmondClientPolicy',
    'SalesPolicy',
    'ClientPolicyEnableSkypeUI',
    'ClientPolicyDisableSkypeUI',
  ])
    await typed(house.data, `New-CsClientPolicy -Identity ${name} | Out-Null`)
  const scopes = await typed(
    house.data,
    '(Get-CsClientPolicy -Identity "global").Identity; (Get-CsClientPolicy -Identity "tag:RedmondClientPolicy").Identity',
  )
  assert.deepEqual(scopes, ['Global', 'Tag:RedmondClientPolicy'])
  assert.ok(
    (await typed(house.data, 'Get-CsClientPolicy -Filter "tag:*"')).every(({ Identity }) =>
      Identity.startsWith('Tag:'),
    ),
  )

  const granted = async () =>
    Object.fromEntries(
      (await typed(house.data, 'Get-CsOnlineUser')).map((one) => [one.DisplayName, one.ClientPolicy]),
    )
  assert.deepEqual(
    await typed(house.data, 'Grant-CsClientPolicy -Identity "Ken Myer" -PolicyName SalesPolicy'),
    [],
  )
  assert.equal((await granted())['Ken Myer'], 'SalesPolicy')
  await typed(house.data, 'Get-CsOnlineUser | Grant-CsClientPolicy -PolicyName SalesPolicy')
  assert.deepEqual(new Set(Object.values(await granted())), new Set(['SalesPolicy']))
  await typed(
    house.data,
    'Get-CsOnlineUser -Filter {Department -eq "Sales"} | Grant-CsClientPolicy -PolicyName ClientPolicyEnableSkypeUI',
  )
  assert.equal((await granted())['Tony Smith'], 'ClientPolicyEnableSkypeUI')
  assert.equal((await granted())['Pilar Ackerman'], 'SalesPolicy')
  await typed(
    house.data,
    'Get-CsUser -LDAPFilter "Department=Sales" | Grant-CsClientPolicy -PolicyName SalesPolicy',
  )
  assert.equal((await granted())['Tony Smith'], 'SalesPolicy')
  await typed(
    house.data,
    '$users = @("sip:bob@contoso.com","sip:fred@contoso.com")\n$users | Grant-CsClientPolicy -PolicyName ClientPolicyDisableSkypeUI',
  )
  assert.equal((await granted())['Bob Kelly'], 'ClientPolicyDisableSkypeUI')
  assert.equal((await granted())['Ken Myer'], 'SalesPolicy')
  await typed(house.data, 'Get-CsOnlineUser | Grant-CsClientPolicy -PolicyName $Null')
  assert.deepEqual(new Set(Object.values(await granted())), new Set([null]))
})

test('D8 a block may run commands, a line at a time', async () => {
  await typed(
    house.data,
    '"bob@contoso.com","fred@contoso.com" | ForEach-Object { Grant-CsClientPolicy -Identity $_ -PolicyName SalesPolicy }',
  )
  assert.deepEqual(
    names(await typed(house.data, 'Get-CsOnlineUser -Filter {ClientPolicy -eq "SalesPolicy"}')),
    ['Bob Kelly', 'Fred Kim'],
  )
  await typed(house.data, 'Get-CsOnlineUser | Grant-CsClientPolicy -PolicyName $Null')
})

test('D14 must fail, with one error each and nothing changed', async () => {
  for (const line of [
    'Grant-CsClientPolicy -Identity "Ken Myer" -PolicyName "global"',
    'Grant-CsClientPolicy -Identity "Ken Myer" -PolicyName "does not exist"',
    'Grant-CsClientPolicy -Identity "nobody" -PolicyName SalesPolicy',
  ]) {
    const { code, errors, lines } = await type(house.data, line)
    assert.deepEqual([code, errors.length, lines], [1, 1, [[]]], line)
  }
  const quiet = await type(
    house.data,
    'Grant-CsClientPolicy -Identity "nobody" -PolicyName SalesPolicy -ErrorAction SilentlyContinue',
  )
  assert.deepEqual([quiet.code, quiet.errors], [0, []])
  assert.deepEqual(await typed(house.data, 'Get-CsOnlineUser -Filter {ClientPolicy -ne $null}'), [])
})

test('D14a a filter that finds nobody changes nothing, nor does a variable that holds nobody', async () => {
  await type(house.data, 'New-CsClientPolicy -Identity OfflineIM2')
  const before = await typed(
    house.data,
    'Get-CsClientPolicy | ConvertTo-Json -Depth 5; Get-CsEffectivePolicy "Ken Myer"',
  )
  for (const line of [
    'Get-CsOnlineUser -Filter {Department -eq "Slaes"} | Grant-CsClientPolicy -PolicyName OfflineIM2',
    'Get-CsClientPolicy -Filter "tag:Nothing*" | Set-CsClientPolicy -EnableIMAutoArchiving $False',
    '$nobody = Get-CsOnlineUser -Filter {Department -eq "Slaes"}; $nobody | Grant-CsClientPolicy -PolicyName OfflineIM2',
    '@() | Grant-CsClientPolicy -PolicyName OfflineIM2',
    'Get-CsOnlineUser | Where-Object {$_.Department -eq "Slaes"} | Grant-CsClientPolicy -PolicyName OfflineIM2',
  ])
    assert.deepEqual(await typed(house.data, line), [], line)
  assert.deepEqual(
    await typed(house.data, 'Get-CsClientPolicy | ConvertTo-Json -Depth 5; Get-CsEffectivePolicy "Ken Myer"'),
    before,
  )
})
