import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addContact } from '../../src/actions/change-contacts.ts'
import { choosePresence } from '../../src/actions/publish-presence.ts'
import { sendMessage } from '../../src/actions/send-message.ts'
import { table } from '../../src/admin/index.ts'
import { plainMessage } from '../plain-message.ts'
import type { Administration } from './administration.ts'
import { openAdministration } from './administration.ts'

/** Lines of the administrators' tasks as they are printed, where no other file types them. */

/** Runs a line that must not fail. */
async function typed(admin: Administration, line: string) {
  const ran = await admin.run(line)
  assert.deepEqual(ran.errors, [], line)
  return ran
}

const PREPARED = `New-CsClientPolicy SalesPolicy; New-CsClientPolicy OfflineIM; New-CsExternalAccessPolicy FederationAndPICDefault; New-CsExternalAccessPolicy FederationOnly -EnableFederationAccess $True`

test('B, C, D: the lines run as printed', async () => {
  await using admin = await openAdministration()
  await typed(admin, PREPARED)
  for (const line of [
    'Get-CsExternalAccessPolicy -Include All | Where-Object {$_.EnableFederationAccess -eq $True}',
    'Get-CsExternalAccessPolicy -ApplicableTo "kenmyer@litwareinc.com"',
    'Get-CsUser | Format-Table -Property DisplayName, SipAddress, EnterpriseVoiceEnabled -AutoSize',
    'Get-CsUser | fl DisplayName,HostingProvider,SipAddress,Enabled',
    '(Get-CsOnlineUser).Count',
    'Get-CsOnlineUser | Group-Object ClientPolicy',
    'Get-CsOnlineUser | Measure-Object',
    '$tenantID = (Get-CsTenant | Select-Object TenantID)',
    'Get-CsOnlineUser | Grant-CsExternalAccessPolicy "FederationAndPICDefault"',
    'Get-CsUser -LDAPFilter "Department=Sales" | Grant-CsClientPolicy -PolicyName SalesPolicy',
    "Get-CsOnlineUser -Filter {(UserPrincipalName -eq 'kenmyer@litwareinc.com') -or (UserPrincipalName -eq 'tonysmith@litwareinc.com')} | Grant-CsClientPolicy -PolicyName OfflineIM -Passthru | Grant-CsExternalAccessPolicy -PolicyName \"FederationAndPICDefault\"",
    'New-CsClientPolicy -Identity ContosoCustomStates -CustomStateUrl "https://www.litwareinc.com/states.xml"',
    'Set-CsClientPolicy -Identity Global -IMWarning "All information is the property of Litwareinc"',
    'New-CsPresencePolicy -Identity "RedmondPresencePolicy" -MaxPromptedSubscriber 100 -MaxCategorySubscription 400',
    'Grant-CsPresencePolicy -Identity "Ken Myer" -PolicyName "RedmondPresencePolicy"',
    'Set-CsClientVersionConfiguration -DefaultAction BlockWithUrl -DefaultURL "https://www.litwareinc.com/clients"',
    'New-CsExternalAccessPolicy -Identity site:Redmond -EnableFederationAccess $true -EnableOutsideAccess $true',
    'Get-CsAdUser -LdapFilter "department=Finance" | Enable-CsUser -RegistrarPool "pool.litwareinc.com" -SipAddressType SamAccountName -SipDomain litwareinc.com -WhatIf',
  ])
    await typed(admin, line)
})

test('E2 Appear Offline is offered, and refused where the policy says so', async () => {
  await using admin = await openAdministration()
  const ken = admin.account('Ken Myer').id
  const hide = () =>
    choosePresence(admin.ports, ken, {
      availability: 'Offline',
      presenting: false,
      since: admin.ports.clock.now(),
      expires: undefined,
    })
  await typed(admin, 'Set-CsClientPolicy -Identity Global -EnableAppearOffline $True')
  assert.notEqual(await hide(), 'notAllowed')
  await typed(admin, 'Set-CsClientPolicy -Identity Global -EnableAppearOffline $False')
  assert.equal(await hide(), 'notAllowed')
})

test('E7 the lower limit of contacts applies, without a warning', async () => {
  await using admin = await openAdministration()
  const set = await typed(admin, 'Set-CsClientPolicy -Identity Global -MaximumNumberOfContacts 1')
  assert.deepEqual(set.warnings, [])
  const ken = admin.account('Ken Myer').id
  const add = (name: string) => addContact(admin.ports, ken, admin.account(name).id)
  assert.deepEqual(
    [await add('Tony Smith'), await add('Pilar Ackerman'), await add('Tony Smith')],
    ['done', 'limit', 'done'],
  )
  await typed(admin, 'Set-CsClientPolicy -Identity Global -MaximumNumberOfContacts 200')
  assert.equal(await add('Pilar Ackerman'), 'done')
})

test('a trace of the last hour does not read the log of a year', async () => {
  await using admin = await openAdministration()
  const to = admin.account('Ken Myer')
  const sender = admin.account('Tony Smith').id
  const { sip } = to
  assert.ok(sip)
  let now = Date.UTC(2026, 0, 1)
  const ports = {
    ...admin.ports,
    clock: { ...admin.ports.clock, now: () => now as never, monotonicMs: () => now },
  }
  const send = () => sendMessage(ports, plainMessage(sender, sip, 'hello', { trusted: true }))
  for (let i = 0; i < 400; i += 1) await send()
  now = admin.ports.clock.now()
  await send()
  const { trace } = admin.ports
  const path = trace.path.bind(trace)
  let rows = 0
  trace.path = (...given) => {
    rows += 1
    return path(...given)
  }
  const traced = await typed(admin, 'Trace-NpMessage -From "Tony Smith" -To "Ken Myer" -Last 1h')
  assert.equal(traced.output.length, 2, 'accepted, stored')
  assert.equal(rows, 1)
})

test('other lines of the stories are not recognised, nothing in between', async () => {
  await using admin = await openAdministration()
  for (const line of [
    'Set-CsImFilterConfiguration -Action Warn -WarnMessage "x"',
    'Set-CsUserServicesConfiguration -MaxContacts 300',
    'Set-CsArchivingConfiguration -EnableArchiving ImOnly',
    'New-CsAllowedDomain -Identity "fabrikam.com"',
    'Move-CsUser -Identity "Pilar Ackerman" -Target "pool.litwareinc.com"',
    'Revoke-CsClientCertificate -Identity "Ken Myer"',
    'Get-CsUserPoolInfo -Identity "Ken Myer"',
    'Get-CsAdminRole',
  ]) {
    const name = line.split(' ')[0] ?? ''
    const ran = await admin.run(line)
    if (table.find(name) !== undefined) assert.deepEqual(ran.errors, [], line)
    else assert.equal(ran.errors[0]?.fullyQualifiedErrorId, 'CommandNotFoundException', line)
  }
})
