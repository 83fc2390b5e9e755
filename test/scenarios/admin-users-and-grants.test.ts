import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Administration } from './administration.ts'
import { openAdministration } from './administration.ts'

/** Stories C (users) and D (assigning policies) of the administrators' tasks. */

const EVERYBODY = ['Tony Smith', 'Ken Myer', 'Pilar Ackerman', 'David Longmire']
const names = async (admin: Administration, line: string) => (await admin.run(line)).values('DisplayName')

test('C1 all, or a few', async () => {
  await using admin = await openAdministration()
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser'), EVERYBODY)
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -ResultSize 1'), ['Tony Smith'])
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -ResultSize 5'), EVERYBODY)
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -ResultSize 0'), [])
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -ResultSize unlimited'), EVERYBODY)
})

test('C2 one person, in every form of an identity', async () => {
  await using admin = await openAdministration()
  const [guid] = (await admin.run('Get-CsOnlineUser "Ken Myer"')).values('ObjectId')
  const forms = [
    'Ken Myer',
    'ken myer',
    'sip:kenmyer@litwareinc.com',
    'kenmyer@litwareinc.com',
    'litwareinc\\kenmyer',
    'kenmyer',
    'CN=Ken Myer,OU=Users,DC=litwareinc,DC=com',
    (guid as { text: string }).text,
  ]
  for (const form of forms)
    assert.deepEqual(await names(admin, `Get-CsOnlineUser -Identity "${form}"`), ['Ken Myer'], form)
  const nobody = await admin.run('Get-CsOnlineUser -Identity "Nobody Here"')
  assert.equal(nobody.errors[0]?.message, 'Management object not found for identity "Nobody Here".')
  assert.equal(nobody.errors[0]?.exception, 'Microsoft.Rtc.Management.AD.ManagementException')
})

test('C3, C4 some columns, and what columns there are', async () => {
  await using admin = await openAdministration()
  const some = await admin.run('Get-CsOnlineUser | Select-Object DisplayName, DialPlan')
  assert.deepEqual(some.values('DialPlan'), [null, null, null, null])
  const members = await admin.run('Get-CsOnlineUser | Get-Member')
  const found = members.values('Name')
  for (const name of ['SipAddress', 'ClientPolicy', 'WhenCreated', 'MCOValidationError'])
    assert.ok(found.includes(name), name)
})

test('C5, C6 by department, and directory filters as administrators type them', async () => {
  await using admin = await openAdministration()
  const sales = ['Tony Smith', 'Ken Myer']
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -LdapFilter "department=Sales"'), sales)
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -Filter {Department -eq "Sales"}'), sales)
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -Filter "Department -eq \'sales\'"'), sales)
  assert.deepEqual(await names(admin, 'Get-CsUser -LdapFilter "(&(Title=Accountant)(l=Redmond))"'), [
    'Ken Myer',
  ])
  assert.deepEqual(await names(admin, 'Get-CsUser -LdapFilter "|(Title=Supervisor)(Title=Manager)"'), [
    'Tony Smith',
    'David Longmire',
  ])
  assert.deepEqual(await names(admin, 'Get-CsUser -LdapFilter "&(Department=Sales)(!(title=M*))"'), [
    'Ken Myer',
  ])
  const unknown = await admin.run('Get-CsOnlineUser -Filter {Departmnet -eq "Sales"}')
  assert.match(unknown.errors[0]?.message ?? '', /'Departmnet'/)
  const variable = await admin.run('Get-CsOnlineUser -Filter {Department -eq $d}')
  assert.match(variable.errors[0]?.message ?? '', /\$d.*double quotation marks/s)
})

test('C7 by name pattern', async () => {
  await using admin = await openAdministration()
  assert.deepEqual(await names(admin, 'Get-CsUser -Identity "Pilar*"'), ['Pilar Ackerman'])
  assert.deepEqual(await names(admin, 'Get-CsUser -Identity "* Smith"'), ['Tony Smith'])
  assert.deepEqual(await names(admin, 'Get-CsOnlineUser -Filter {UserPrincipalName -like "ken*"}'), [
    'Ken Myer',
  ])
  const none = await admin.run('Get-CsUser -Identity "Zz*"')
  assert.deepEqual([none.output, none.errors], [[], []])
})

test('the filter on the server gives the same people as Where-Object', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy A; Grant-CsClientPolicy "Ken Myer" A')
  for (const condition of [
    'Department -eq "Sales"',
    'ClientPolicy -eq $null',
    'ClientPolicy -ne $null',
    'Enabled -eq $True -and (MCOValidationError -ne $null)',
    'Department -eq "Finance" -or Department -eq "Sales" -and Title -eq "Manager"',
    '-not (Title -like "Acc*")',
    'DisplayName -match "^[A-K]"',
    'Title -notlike "*a*"',
    'DisplayName -gt "M"',
  ]) {
    const server = await names(admin, `Get-CsOnlineUser -Filter {${condition}}`)
    const client = condition.replace(
      /\b(Department|ClientPolicy|Enabled|MCOValidationError|Title|DisplayName)\b/g,
      '$_.$1',
    )
    assert.deepEqual(server, await names(admin, `Get-CsOnlineUser | Where-Object {${client}}`), condition)
  }
})

test('C8, C9 with a policy, and by state', async () => {
  await using admin = await openAdministration()
  await admin.run('Set-CsUser "Ken Myer" -Enabled $False')
  assert.deepEqual(await names(admin, 'Get-CsUser -Filter {Enabled -eq $False}'), ['Ken Myer'])
  assert.deepEqual(await names(admin, 'Get-CsAdUser -Filter {Enabled -ne $True}'), [
    'Ken Myer',
    'Alex Darrow',
  ])
  assert.equal(
    (await admin.run('Get-CsOnlineUser -Filter { ClientPolicy -eq $null } -ResultSize 500')).output.length,
    4,
  )
  assert.deepEqual(await names(admin, 'Get-CsUser -Filter {VoicePolicy -ne $Null}'), [])
})

test('C10 several addresses through the pipeline, an error for each that is not there', async () => {
  await using admin = await openAdministration()
  const found = await admin.run(
    '"sip:kenmyer@litwareinc.com", "sip:nobody@litwareinc.com", "sip:davidlongmire@litwareinc.com" | Get-CsUser | Select-Object SipAddress, Enabled',
  )
  assert.deepEqual(found.values('SipAddress'), [
    'sip:kenmyer@litwareinc.com',
    'sip:davidlongmire@litwareinc.com',
  ])
  assert.equal(found.errors.length, 1)
})

test('C14 the organisation', async () => {
  await using admin = await openAdministration()
  const tenant = await admin.run('Get-CsTenant | Select-Object Name, TenantID')
  assert.deepEqual(tenant.values('Name'), ['litwareinc.com'])
  const [id] = tenant.values('TenantId')
  assert.match((id as { text: string }).text, /^[0-9a-f-]{36}$/)
  const sites = await admin.run('Get-CsSite')
  assert.deepEqual(sites.values('Identity'), ['Site:Redmond', 'Site:Tokyo'])
})

test('D2 policies by scope', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy RedmondClientPolicy; New-CsClientPolicy "Site:Redmond"; New-CsClientPolicy -Identity "tag:Another"',
  )
  const identities = async (line: string) => (await admin.run(line)).values('Identity')
  assert.deepEqual(await identities('Get-CsClientPolicy'), [
    'Global',
    'Site:Redmond',
    'Tag:Another',
    'Tag:RedmondClientPolicy',
  ])
  assert.deepEqual(await identities('Get-CsClientPolicy -Identity "global"'), ['Global'])
  assert.deepEqual(await identities('Get-CsClientPolicy -Identity "TAG:redmondclientpolicy"'), [
    'Tag:RedmondClientPolicy',
  ])
  assert.deepEqual(await identities('Get-CsClientPolicy -Filter "tag:*"'), [
    'Tag:Another',
    'Tag:RedmondClientPolicy',
  ])
  const both = await admin.run('Get-CsClientPolicy -Identity Global -Filter "g*"')
  assert.equal(both.errors[0]?.fullyQualifiedErrorId, 'AmbiguousParameterSet,Get-CsClientPolicy')
  const none = await admin.run('Get-CsClientPolicy -Identity Nope')
  assert.equal(none.errors[0]?.message, 'Cannot find "ClientPolicy" "Tag:Nope" because it does not exist.')
})

const HOLDERS = 'Get-CsOnlineUser -Filter {ClientPolicy -eq "SalesPolicy"}'

test('D3, D4, D5, D7 one person, everybody, the positional form, a department, a list', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy SalesPolicy')
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Grant-CsClientPolicy -Identity "Ken Myer" -PolicyName SalesPolicy', ['Ken Myer']],
    ['Get-CsOnlineUser | Grant-CsClientPolicy -PolicyName SalesPolicy', EVERYBODY],
    ['Get-CsOnlineUser | Grant-CsClientPolicy "SalesPolicy"', EVERYBODY],
    [
      'Get-CsOnlineUser -Filter {Department -eq "Sales"} | Grant-CsClientPolicy -PolicyName SalesPolicy',
      ['Tony Smith', 'Ken Myer'],
    ],
    [
      'Get-CsUser -LDAPFilter "Department=Sales" | Grant-CsClientPolicy -PolicyName tag:salespolicy',
      ['Tony Smith', 'Ken Myer'],
    ],
    [
      '$users = @("sip:kenmyer@litwareinc.com","sip:pilarackerman@litwareinc.com"); $users | Grant-CsClientPolicy -PolicyName SalesPolicy',
      ['Ken Myer', 'Pilar Ackerman'],
    ],
    ['Grant-CsClientPolicy -Identity "* Smith" -PolicyName SalesPolicy', ['Tony Smith']],
  ]
  for (const [line, expected] of cases) {
    const granted = await admin.run(line)
    assert.deepEqual([granted.errors, granted.output], [[], []], line)
    assert.deepEqual(await names(admin, HOLDERS), expected, line)
    const taken = await admin.run('Get-CsOnlineUser | Grant-CsClientPolicy -PolicyName $Null')
    assert.deepEqual(taken.errors, [], 'D11')
    assert.deepEqual(await names(admin, HOLDERS), [])
  }
})

test('D9 the whole organisation, and back', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy X -EnableIMAutoArchiving $False; New-CsClientPolicy Y; Grant-CsClientPolicy "Ken Myer" Y',
  )
  for (const line of ['Grant-CsClientPolicy -PolicyName X', 'Grant-CsClientPolicy -PolicyName X -Global']) {
    assert.deepEqual((await admin.run(line)).errors, [])
    assert.ok(!admin.maySend('Tony Smith'))
    assert.ok(admin.maySend('Ken Myer'), 'a grant of his own comes first')
    const effective = await admin.run('Get-CsEffectivePolicy "Tony Smith"')
    assert.deepEqual(
      [effective.values('ClientPolicy'), effective.values('ClientPolicySource')],
      [['X'], ['Tenant']],
    )
    assert.deepEqual((await admin.run('Get-CsOnlineUser "Tony Smith"')).values('ClientPolicy'), [null])
    await admin.run('Grant-CsClientPolicy -PolicyName $null')
    assert.ok(admin.maySend('Tony Smith'))
  }
})

test('D12 -PassThru gives the user with the new policy', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const passed = await admin.run('Get-CsOnlineUser | Grant-CsClientPolicy -PolicyName P -PassThru')
  assert.deepEqual(passed.values('ClientPolicy'), ['P', 'P', 'P', 'P'])
})

test('D14 what must fail: one error each, nothing changed', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const cases = [
    [
      'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName "global"',
      'Policy "global" is not a user policy. You can assign only a user policy to a specific user.',
    ],
    [
      'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName "does not exist"',
      'Policy "does not exist" is not a user policy. You can assign only a user policy to a specific user.',
    ],
    [
      'Grant-CsClientPolicy -Identity "nobody" -PolicyName P',
      'Management object not found for identity "nobody".',
    ],
    [
      'Grant-CsClientPolicy -Identity "Alex Darrow" -PolicyName P',
      'Management object not found for identity "Alex Darrow".',
    ],
  ]
  for (const [line = '', message] of cases) {
    const failed = await admin.run(line)
    assert.deepEqual(
      failed.errors.map((one) => one.message),
      [message],
    )
    assert.equal(failed.errors[0]?.exception, 'Microsoft.Rtc.Management.AD.ManagementException')
  }
  const before = admin.ports.facts.version
  await admin.run('Grant-CsClientPolicy -Identity "Tony Smith"')
  assert.equal(admin.ports.facts.version, before, 'a missing policy name changes nothing')
})

test('R13 a name that two people share is ambiguous for a change, and changes nothing', async () => {
  await using admin = await openAdministration([{ name: 'Tony Smith' }, { name: 'Ken Myer' }])
  const { ledger, facts } = admin.ports
  const ken = admin.account('Ken Myer')
  await ledger.commit([{ kind: 'putAccount', account: { ...ken, displayName: 'Tony Smith' } }], [])
  await admin.run('New-CsClientPolicy P')
  const grant = await admin.run('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName P')
  assert.match(grant.errors[0]?.message ?? '', /ambiguous.*more than one object/)
  assert.equal(facts.grant('CsClientPolicy', ken.id), undefined)
  assert.equal((await admin.run('Get-CsOnlineUser -Identity "Tony Smith"')).output.length, 2)
  assert.deepEqual((await admin.run('Get-CsOnlineUser')).values('Identity'), [
    'CN=Tony Smith,OU=Users,DC=litwareinc,DC=com',
    'CN=Tony Smith 2,OU=Users,DC=litwareinc,DC=com',
  ])
})

test('D14a a filter that finds nobody changes nothing at all', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy OfflineIM -EnableIMAutoArchiving $False')
  const before = (await admin.run('Get-CsClientPolicy | ConvertTo-Json -Depth 3')).output
  for (const line of [
    'Get-CsOnlineUser -Filter {Department -eq "Slaes"} | Grant-CsClientPolicy -PolicyName OfflineIM',
    'Get-CsOnlineUser -Filter {Department -eq "Slaes"} | Grant-CsClientPolicy OfflineIM',
    'Get-CsClientPolicy -Filter "tag:Nothing*" | Set-CsClientPolicy -EnableIMAutoArchiving $False',
    '@() | Grant-CsClientPolicy -PolicyName OfflineIM',
  ]) {
    const ran = await admin.run(line)
    assert.deepEqual([ran.errors, ran.output], [[], []], line)
  }
  assert.deepEqual((await admin.run('Get-CsClientPolicy | ConvertTo-Json -Depth 3')).output, before)
  assert.equal(admin.ports.facts.tenantGrant('CsClientPolicy'), undefined)
  assert.ok(admin.maySend('Tony Smith'))
})

test('D15 many policies through -Instance: what is not named stays', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy Site:Redmond -IMWarning hello; New-CsClientPolicy Site:Tokyo; New-CsClientPolicy P',
  )
  const set = await admin.run(
    'Get-CsClientPolicy -Filter "*site:*" | Set-CsClientPolicy -DisableEmoticons $True -DisableHtmlIm $True -DisableRTFIm $True',
  )
  assert.deepEqual(set.errors, [])
  const all = await admin.run('Get-CsClientPolicy')
  assert.deepEqual(all.values('DisableHtmlIm'), [null, true, true, null])
  assert.deepEqual(all.values('IMWarning'), [null, 'hello', null, null])
})

test('I2, I3, I4 suspend, remove and move an address', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy P; Grant-CsClientPolicy "Ken Myer" P; Set-CsUser -Identity "Ken Myer" -Enabled $False',
  )
  assert.deepEqual(
    (await admin.run('Get-CsUser "Ken Myer"')).values('ClientPolicy'),
    ['P'],
    'policies are kept',
  )
  await admin.run('Set-CsUser -Identity "Ken Myer" -Enabled $True')
  const moved = await admin.run('Set-CsUser -Identity "Ken Myer" -SipAddress "sip:ken@litwareinc.com"')
  assert.match(moved.warnings[0] ?? '', /NeedsPassword/)
  assert.deepEqual(await names(admin, 'Get-CsUser sip:ken@litwareinc.com'), ['Ken Myer'])
  const taken = await admin.run('Set-CsUser "Tony Smith" -SipAddress sip:ken@litwareinc.com')
  assert.match(taken.errors[0]?.message ?? '', /already in use/)
  const foreign = await admin.run('Set-CsUser "Tony Smith" -SipAddress sip:tony@contoso.com')
  assert.match(foreign.errors[0]?.message ?? '', /litwareinc\.com/)
  await admin.run('Disable-CsUser "Ken Myer"')
  assert.deepEqual(await names(admin, 'Get-CsUser -Filter {DisplayName -eq "Ken Myer"}'), [])
  const left = await admin.run('Get-CsAdUser "Ken Myer"')
  assert.deepEqual([left.values('SipAddress'), left.values('Enabled')], [[null], [null]])
  const back = await admin.run(
    'Get-CsAdUser "Ken Myer" | Enable-CsUser -RegistrarPool tok.litwareinc.com -SipAddressType SamAccountName -SipDomain litwareinc.com -PassThru',
  )
  assert.deepEqual(
    [back.values('SipAddress'), back.values('RegistrarPool')],
    [['sip:kenmyer@litwareinc.com'], ['tok.litwareinc.com']],
  )
  assert.deepEqual(
    (await admin.run('Get-CsUser "Ken Myer"')).values('ClientPolicy'),
    [null],
    'the grant is gone',
  )
  const again = await admin.run('Enable-CsUser "Ken Myer"')
  assert.deepEqual(again.warnings, [
    'Object with identity "CN=Ken Myer,OU=Users,DC=litwareinc,DC=com" was not changed.',
  ])
})

test('E1, F2, D1 the other collections come from definitions too, and say what is only kept', async () => {
  await using admin = await openAdministration()
  const privacy = await admin.run(
    'Get-CsPrivacyConfiguration | Set-CsPrivacyConfiguration -EnablePrivacyMode $True -AutoInitiateContacts $False; Get-CsPrivacyConfiguration',
  )
  assert.deepEqual(privacy.values('EnablePrivacyMode'), [true])
  assert.equal(privacy.warnings.length, 1, 'EnablePrivacyMode acts')
  assert.match(privacy.warnings[0] ?? '', /AutoInitiateContacts is stored and shown/)
  const versions = await admin.run(
    'Get-CsClientVersionConfiguration | Set-CsClientVersionConfiguration -Enabled $False; Get-CsClientVersionConfiguration',
  )
  assert.deepEqual(versions.values('Enabled'), [false])
  await admin.run(
    'New-CsExternalAccessPolicy FederationOnly -EnableFederationAccess $True; Grant-CsExternalAccessPolicy -Identity "Ken Myer" -PolicyName "FederationOnly"',
  )
  const found = await admin.run(
    'Get-CsExternalAccessPolicy | Where-Object {$_.EnableFederationAccess -eq $True -and $_.EnablePublicCloudAccess -eq $False}',
  )
  assert.deepEqual(found.values('Identity'), ['Tag:FederationOnly'])
  assert.deepEqual(
    await names(admin, 'Get-CsOnlineUser -Filter {ExternalAccessPolicy -eq "FederationOnly"}'),
    ['Ken Myer'],
  )
  const range = await admin.run('New-CsPresencePolicy P -MaxPromptedSubscriber 601')
  assert.match(range.errors[0]?.message ?? '', /maximum allowed range of 600/)
  const grant = await admin.run('Grant-CsImConfiguration -PolicyName P')
  assert.equal(grant.errors[0]?.fullyQualifiedErrorId, 'CommandNotFoundException', 'settings are not granted')
})

test('F1, F4, F5, F6, D17 client version rules, one by one', async () => {
  await using admin = await openAdministration()
  const delivered = await admin.run('Get-CsClientVersionPolicyRule')
  assert.deepEqual(delivered.values('UserAgent'), ['RTC', 'WM', 'OC', 'UCCP'])
  assert.deepEqual(delivered.values('Identity')[0], 'Global/2336c611-a243-4c5d-994b-eea8a524d0e4')
  assert.deepEqual(delivered.values('Priority'), [0, 1, 2, 3])
  const id = '11111111-2222-4333-8444-555555555555'
  const noUrl = await admin.run(
    `New-CsClientVersionPolicyRule -Parent Global -RuleId ${id} -UserAgent OC -Action AllowWithUrl`,
  )
  assert.match(noUrl.errors[0]?.message ?? '', /ActionUrl/)
  const made = await admin.run(
    `New-CsClientVersionPolicyRule -Parent "Global" -RuleId ${id} -UserAgent OC -MajorVersion 16 -MinorVersion 0 -BuildNumber 6701 -CompareOp LSS -Action AllowWithUrl -ActionUrl "https://www.litwareinc.com/clients" -Priority 1`,
  )
  assert.deepEqual(made.errors, [])
  assert.deepEqual(
    [made.values('Identity'), made.values('Priority'), made.values('BuildNumber')],
    [[`Global/${id}`], [1], [6701]],
  )
  assert.deepEqual(made.warnings, [])
  const again = await admin.run(`New-CsClientVersionPolicyRule -Identity "Global/${id}" -MajorVersion 1`)
  assert.equal(again.errors[0]?.category, 'ResourceExists')
  await admin.run(`Set-CsClientVersionPolicyRule -Identity "global/${id}" -MajorVersion 15 -Priority 0`)
  const first = await admin.run('Get-CsClientVersionPolicyRule | Select-Object -First 1')
  assert.deepEqual(
    [first.values('MajorVersion'), first.values('BuildNumber'), first.values('RuleId')],
    [[15], [6701], [id]],
  )
  const texts = await admin.run('Get-CsClientVersionPolicy | Where-Object {$_.Rules -match "UserAgent=UCCP"}')
  assert.deepEqual(texts.values('Identity'), ['Global'])
  await admin.run(
    `New-CsClientVersionPolicy Site:Redmond; $z = New-CsClientVersionPolicyRule -Parent "site:Redmond" -RuleId ${id} -MajorVersion 4 -InMemory; Set-CsClientVersionPolicyRule -Instance $z`,
  )
  assert.equal(
    (await admin.run('Get-CsClientVersionPolicyRule -Filter "site:redmond/1111*"')).output.length,
    1,
  )
  const removed = await admin.run(
    'Get-CsClientVersionPolicyRule -Filter "global/*" | Remove-CsClientVersionPolicyRule',
  )
  assert.deepEqual(removed.errors, [])
  assert.equal((await admin.run('Get-CsClientVersionPolicyRule -Filter "global/*"')).output.length, 0)
  await admin.run(
    'New-CsClientVersionPolicy RedmondClientVersionPolicy; Grant-CsClientVersionPolicy -Identity "Ken Myer" -PolicyName "RedmondClientVersionPolicy"',
  )
  assert.deepEqual((await admin.run('Get-CsEffectivePolicy "Ken Myer"')).values('ClientVersionPolicy'), [
    'RedmondClientVersionPolicy',
  ])
})

test('a distinguished name escapes what RFC 4514 asks for, and finds the person again', async () => {
  await using admin = await openAdministration([
    { name: 'Smith, Tony "TJ" <x>' },
    { name: '#Lead' },
    { name: '佐藤 花子 sato' },
  ])
  const users = await admin.run('Get-CsUser')
  assert.deepEqual(users.values('Identity'), [
    'CN=Smith\\, Tony \\"TJ\\" \\<x\\>,OU=Users,DC=litwareinc,DC=com',
    'CN=\\#Lead,OU=Users,DC=litwareinc,DC=com',
    'CN=佐藤 花子 sato,OU=Users,DC=litwareinc,DC=com',
  ])
  const again = await admin.run('Get-CsUser | ForEach-Object Identity | Get-CsUser')
  assert.deepEqual(again.values('DisplayName'), users.values('DisplayName'))
  assert.equal((await admin.run('Get-CsUser -OU "ou=users,dc=litwareinc,dc=com"')).output.length, 3)
  assert.equal((await admin.run('Get-CsUser -OU "ou=Finance,dc=litwareinc,dc=com"')).output.length, 0)
})
