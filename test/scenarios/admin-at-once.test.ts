import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAdministration } from './administration.ts'

// Two administrators at the same moment: what each of them changed is there afterwards (SECURITY 59, lost updates).

test('two entries that are added at once are both there, and a removed one stays removed', async () => {
  await using admin = await openAdministration()
  await admin.run(
    '$x = New-CsClientPolicyEntry -Name Old -Value 1; Set-CsClientPolicy -PolicyEntry @{Add=$x}',
  )
  await Promise.all([
    admin.run('$x = New-CsClientPolicyEntry -Name One -Value 1; Set-CsClientPolicy -PolicyEntry @{Add=$x}'),
    admin.run('$x = New-CsClientPolicyEntry -Name Two -Value 2; Set-CsClientPolicy -PolicyEntry @{Add=$x}'),
    admin.run(
      '$x = New-CsClientPolicyEntry -Name Old -Value 1; Set-CsClientPolicy -PolicyEntry @{Remove=$x}',
    ),
    admin.run('Set-CsClientPolicy -IMWarning "mine"'),
  ])
  const entries = await admin.run('(Get-CsClientPolicy -Identity Global).PolicyEntry')
  assert.deepEqual([...entries.values('Name')].sort(), ['One', 'Two'])
  assert.deepEqual((await admin.run('Get-CsClientPolicy -Identity Global')).values('IMWarning'), ['mine'])
})

test('$null clears the list, a plain list replaces it', async () => {
  await using admin = await openAdministration()
  const names = async () =>
    (await admin.run('(Get-CsClientPolicy -Identity Global).PolicyEntry')).values('Name')
  await admin.run(
    '$a = New-CsClientPolicyEntry -Name A -Value 1; $b = New-CsClientPolicyEntry -Name B -Value 1; Set-CsClientPolicy -PolicyEntry @{Add=$a,$b}',
  )
  assert.deepEqual(await names(), ['A', 'B'])
  await admin.run(
    '$c = New-CsClientPolicyEntry -Name C -Value 1; Set-CsClientPolicy -PolicyEntry @{Replace=$c}',
  )
  assert.deepEqual(await names(), ['C'])
  await admin.run('Set-CsClientPolicy -PolicyEntry $Null')
  assert.deepEqual(await names(), [])
})

test('one account, changed by two cmdlets at once: neither is lost', async () => {
  await using admin = await openAdministration()
  await Promise.all([
    admin.run('Set-CsUser -Identity "Ken Myer" -Enabled $False'),
    admin.run('Set-NpAccount -Identity kenmyer@litwareinc.com -Department Finance'),
    admin.run('Set-NpAccount -Identity kenmyer@litwareinc.com -Title Director -Language ja'),
  ])
  const { enabled, directory, language, displayName } = admin.account('Ken Myer')
  assert.deepEqual(
    [enabled, directory.department, directory.title, language, displayName],
    [false, 'Finance', 'Director', 'ja', 'Ken Myer'],
  )
})

test('whoever was removed meanwhile is not brought back by a change', async () => {
  await using admin = await openAdministration()
  const { id } = admin.account('Alex Darrow')
  const after = { ...admin.account('Alex Darrow'), displayName: 'Alex Darrow II' }
  const { ledger } = admin.ports
  const removed = ledger.commit([{ kind: 'removeAccount', id }], [])
  await ledger.commit(
    [{ kind: 'patchAccount', id, patch: { fields: { displayName: after.displayName }, directory: {} } }],
    [],
  )
  await removed
  assert.equal(admin.ports.facts.account(id), undefined)
})

test('personal settings of one person, by two cmdlets at once', async () => {
  await using admin = await openAdministration()
  await Promise.all([
    admin.run('Set-NpUserSetting "Ken Myer" -ReadReceipts $False'),
    admin.run('Set-NpUserSetting "Ken Myer" -Language ja -TimeZone Asia/Tokyo'),
  ])
  const { readReceipts, language, timeZone } = admin.ports.facts.settings(admin.account('Ken Myer').id)
  assert.deepEqual([readReceipts, language, timeZone], [false, 'ja', 'Asia/Tokyo'])
})
