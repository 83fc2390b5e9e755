import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../../src/admin/cmdlet.ts'
import type { Account } from '../../src/domain/account.ts'
import { type Administration, openAdministration } from './administration.ts'

/** Who may do what to whose account (DECISIONS 27, SECURITY 50, 51). */

const SECRET = '(ConvertTo-SecureString "some long new words" -AsPlainText -Force)'

function as(account: Account): Caller {
  return { account, name: account.upn, from: '127.0.0.1', door: 'wsman', local: false }
}

async function withRoles(admin: Administration) {
  const give = (role: string, name: string) =>
    admin.run(`Add-NpAdminRoleMember -Role ${role} -Identity "${name}"`)
  await give('CsAdministrator', 'Tony Smith')
  await give('CsHelpDesk', 'Ken Myer')
  await give('CsUserAdministrator', 'David Longmire')
  return {
    administrator: as(admin.account('Tony Smith')),
    helpDesk: as(admin.account('Ken Myer')),
    userAdministrator: as(admin.account('David Longmire')),
  }
}

test('the help desk helps people, and nobody who holds a role', async () => {
  await using admin = await openAdministration()
  const { helpDesk } = await withRoles(admin)
  for (const line of [
    `Set-NpAccountPassword "Pilar Ackerman" -Password ${SECRET}`,
    'Unlock-NpAccount "Pilar Ackerman"',
    'Set-NpUserSetting "Pilar Ackerman" -Language ja',
  ])
    assert.deepEqual((await admin.run(line, helpDesk)).errors, [], line)
  for (const line of [
    `Set-NpAccountPassword "Tony Smith" -Password ${SECRET}`,
    `Set-NpAccountPassword "David Longmire" -Password ${SECRET}`,
    'Unlock-NpAccount "Tony Smith"',
    'Set-NpUserSetting "Tony Smith" -Language ja',
    'Set-NpAccount "Pilar Ackerman" -Department X',
    'New-NpAccount x@litwareinc.com X',
    'Remove-NpAccount "Pilar Ackerman" -Confirm:$false',
    'Add-NpAdminRoleMember CsAdministrator "Ken Myer"',
    'Import-NpAccount -Path people.csv',
  ])
    assert.deepEqual(
      (await admin.run(line, helpDesk)).errors.map(({ category }) => category),
      ['PermissionDenied'],
      line,
    )
  assert.deepEqual(admin.ports.facts.roles(admin.account('Ken Myer').id), ['CsHelpDesk'])
})

test('a user administrator changes people, never role holders or roles', async () => {
  await using admin = await openAdministration()
  const { userAdministrator } = await withRoles(admin)
  const changed = await admin.run(
    'Set-NpAccount "Pilar Ackerman" -Department Legal -PassThru',
    userAdministrator,
  )
  assert.deepEqual(changed.values('Department'), ['Legal'])
  for (const line of [
    'Set-NpAccount "Tony Smith" -SipSignIn $false',
    'Remove-NpAccount "Tony Smith" -Confirm:$false',
    'Set-NpAccount "David Longmire" -Title Boss', // the own account holds a role too
    'Add-NpAdminRoleMember CsAdministrator "David Longmire"',
    'Remove-NpAdminRoleMember CsAdministrator "Tony Smith"',
  ])
    assert.deepEqual(
      (await admin.run(line, userAdministrator)).errors.map(({ category }) => category),
      ['PermissionDenied'],
      line,
    )
})

test('an import leaves administrators alone unless an administrator imports', async () => {
  await using admin = await openAdministration()
  const { userAdministrator, administrator } = await withRoles(admin)
  const rows =
    '@(@{UserPrincipalName="tonysmith@litwareinc.com"; Title="Boss"}, @{UserPrincipalName="pilarackerman@litwareinc.com"; Title="Boss"}) | Import-NpAccount'
  const first = await admin.run(rows, userAdministrator)
  assert.deepEqual(first.values('Result'), ['Failed', 'Changed'])
  assert.equal(first.errors[0]?.category, 'PermissionDenied')
  assert.deepEqual((await admin.run(rows, administrator)).values('Result'), ['Changed', 'Unchanged'])
})

test('a role is read at each invocation: taken away, it ends in the middle of a session', async () => {
  await using admin = await openAdministration()
  const { helpDesk } = await withRoles(admin)
  assert.deepEqual((await admin.run('Unlock-NpAccount "Pilar Ackerman"', helpDesk)).errors, [])
  await admin.run('Remove-NpAdminRoleMember CsHelpDesk "Ken Myer"')
  const after = await admin.run('Unlock-NpAccount "Pilar Ackerman"', helpDesk)
  assert.equal(after.errors[0]?.category, 'PermissionDenied')
})

test('two administrators in one pipeline: one stays', async () => {
  await using admin = await openAdministration()
  await withRoles(admin)
  await admin.run('Add-NpAdminRoleMember CsAdministrator "Pilar Ackerman"')
  const gone = await admin.run('Get-NpAdminRoleMember CsAdministrator | Remove-NpAccount -Confirm:$false')
  assert.deepEqual(
    gone.errors.map(({ fullyQualifiedErrorId }) => fullyQualifiedErrorId),
    ['LastAdministrator,Remove-NpAccount'],
  )
  assert.equal(admin.ports.facts.roleMembers('CsAdministrator').length, 1)
})

test('names: what cannot be, what is taken, also within one pipeline', async () => {
  await using admin = await openAdministration()
  for (const [line, id] of [
    ['New-NpAccount nodomain X', 'InvalidName'],
    ['New-NpAccount "a b@litwareinc.com" X', 'InvalidName'],
    ['New-NpAccount "x@litwareinc.com" "line`nbreak"', 'InvalidName'],
    ['New-NpAccount tonysmith@litwareinc.com X', 'ResourceExists'],
    ['New-NpAccount x@litwareinc.com X -SipAddress sip:tonysmith@litwareinc.com', 'ResourceExists'],
    ['New-NpAccount x@litwareinc.com X -SipAddress sip:x@elsewhere.example', 'InvalidAddress'],
    ['New-NpAccount x@litwareinc.com X -RegistrarPool nowhere', 'InvalidValue'],
    ['New-NpAccount x@litwareinc.com X -Language fr', 'InvalidValue'],
    [
      'New-NpAccount x@litwareinc.com X -Password (ConvertTo-SecureString short -AsPlainText -Force)',
      'PasswordRefused',
    ],
    [
      'New-NpAccount x@litwareinc.com X -Password (ConvertTo-SecureString passwordpassword -AsPlainText -Force)',
      'PasswordRefused',
    ],
  ] as const) {
    const { errors, output } = await admin.run(line)
    assert.deepEqual([output.length, errors[0]?.fullyQualifiedErrorId], [0, `${id},New-NpAccount`], line)
  }
  const twice = await admin.run(
    '@{UserPrincipalName="n@litwareinc.com"; DisplayName="N"} | % { New-NpAccount -UserPrincipalName $_.UserPrincipalName -DisplayName $_.DisplayName; New-NpAccount n@litwareinc.com N }',
  )
  assert.deepEqual([twice.output.length, twice.errors.length], [1, 1])
  const bags =
    'Get-NpAccount "Tony Smith" | select @{n="UserPrincipalName";e={"copy@litwareinc.com"}}, @{n="DisplayName";e={"Copy"}}'
  const piped = await admin.run(`$b = ${bags}; $b, $b | New-NpAccount`)
  assert.deepEqual(
    [piped.output.length, piped.errors.map(({ category }) => category)],
    [1, ['ResourceExists']],
  )
})
