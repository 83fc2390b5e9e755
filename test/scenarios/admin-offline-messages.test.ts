import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAdministration } from './administration.ts'

/** Stories B of the administrators' tasks: offline messages off and on. */

test('B1 a fresh installation has both switches on', async () => {
  await using admin = await openAdministration()
  const seen = await admin.run(
    '(Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving; Get-CsImConfiguration',
  )
  assert.equal(seen.output[0], true)
  assert.deepEqual(seen.values('Identity')[1], 'Global')
  assert.equal(seen.values('EnableOfflineIm')[1], true)
  assert.deepEqual(seen.errors, [])
})

test('B2, B3 off for everyone, and on again, without a word', async () => {
  await using admin = await openAdministration()
  const off = await admin.run('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  assert.deepEqual([off.output, off.errors, off.warnings], [[], [], []])
  assert.ok(!admin.maySend('Tony Smith') && !admin.maySend('Ken Myer'))
  await admin.run('Set-CsClientPolicy -EnableIMAutoArchiving $True')
  assert.ok(admin.maySend('Tony Smith'))
})

test('B2 says how many people another policy hides from Global', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy OfflineIM; Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM',
  )
  const one = await admin.run('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  assert.deepEqual(one.warnings, ['1 of 4 users have another effective policy; see Get-CsEffectivePolicy'])
  await admin.run('Grant-CsClientPolicy -PolicyName OfflineIM')
  const all = await admin.run('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  assert.deepEqual(all.warnings, ['4 of 4 users have another effective policy; see Get-CsEffectivePolicy'])
})

test('B4 off for one person: the three lines of the article', async () => {
  await using admin = await openAdministration()
  const made = await admin.run('New-CsClientPolicy -Identity OfflineIM')
  assert.deepEqual(made.values('Identity'), ['Tag:OfflineIM'])
  assert.deepEqual(made.values('EnableIMAutoArchiving'), [true])
  const granted = await admin.run('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM')
  assert.ok(admin.maySend('Tony Smith'), 'R12: the state in between is harmless')
  const set = await admin.run('Set-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $False')
  assert.deepEqual([granted.output, set.output, granted.errors, set.errors], [[], [], [], []])
  assert.ok(!admin.maySend('Tony Smith'))
  assert.ok(admin.maySend('Ken Myer'))
})

test('B5, B6, B7, B8 in one step, who has it, and given back', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $False')
  await admin.run('Grant-CsClientPolicy "Tony Smith" OfflineIM')
  const who = await admin.run(
    'Get-CsOnlineUser -Filter {ClientPolicy -eq "OfflineIM"} | Select-Object DisplayName, SipAddress',
  )
  assert.deepEqual(who.values('DisplayName'), ['Tony Smith'])
  assert.deepEqual(who.values('SipAddress'), ['sip:tonysmith@litwareinc.com'])
  const effective = await admin.run('Get-CsEffectivePolicy -Identity "Tony Smith"')
  assert.deepEqual(effective.values('ClientPolicy'), ['OfflineIM'])
  assert.deepEqual(effective.values('ClientPolicySource'), ['User'])
  await admin.run('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName $Null')
  const back = await admin.run('Get-CsEffectivePolicy -Identity "Tony Smith"')
  assert.deepEqual(back.values('ClientPolicy'), ['Global'])
})

test('B9 policies that switch it off, compared as Booleans; null is not False', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy A -EnableIMAutoArchiving $False; New-CsClientPolicy B; Set-CsClientPolicy B -EnableIMAutoArchiving $null',
  )
  const off = await admin.run('Get-CsClientPolicy | Where-Object {$_.EnableIMAutoArchiving -eq $False}')
  assert.deepEqual(off.values('Identity'), ['Tag:A'])
  assert.deepEqual((await admin.run('Get-CsClientPolicy B')).values('EnableIMAutoArchiving'), [null])
})

test('B10 the switch of a deployment and of a site', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsImConfiguration -Identity "Site:Redmond" -EnableOfflineIm $false')
  assert.ok(!admin.maySend('Tony Smith'), 'Redmond')
  assert.ok(admin.maySend('David Longmire'), 'Tokyo')
  await admin.run('Set-CsImConfiguration -EnableOfflineIM $False')
  assert.ok(!admin.maySend('David Longmire'))
  await admin.run('Set-CsImConfiguration -Identity "site:redmond" -EnableOfflineIm $true')
  assert.ok(admin.maySend('Tony Smith'), 'the site wins as a whole')
  await admin.run('Remove-CsImConfiguration -Identity "Site:Redmond"')
  assert.ok(!admin.maySend('Tony Smith'))
  const unknown = await admin.run('New-CsImConfiguration -Identity "Site:Oslo" -EnableOfflineIm $true')
  assert.match(unknown.errors[0]?.message ?? '', /Site:Redmond, Site:Tokyo/)
})

test('B11 Global cannot be removed: it goes back to its defaults', async () => {
  await using admin = await openAdministration()
  await admin.run('Set-CsClientPolicy -EnableIMAutoArchiving $False -IMWarning "hello"')
  const removed = await admin.run('Remove-CsClientPolicy -Identity Global')
  assert.deepEqual(removed.errors, [])
  const global = await admin.run('Get-CsClientPolicy Global')
  assert.deepEqual([global.values('EnableIMAutoArchiving'), global.values('IMWarning')], [[true], [null]])
})

test('B12 a policy is deleted, and those who have it are asked about first', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy OfflineIM -EnableIMAutoArchiving $False; New-CsClientPolicy Other')
  await admin.run('Grant-CsClientPolicy "Tony Smith" OfflineIM')
  const asked = await admin.run('Remove-CsClientPolicy -Identity OfflineIM')
  assert.equal(asked.errors[0]?.fullyQualifiedErrorId, 'PromptNotPossible,Remove-CsClientPolicy')
  assert.equal(asked.errors[0]?.category, 'InvalidOperation')
  assert.match(asked.errors[0]?.message ?? '', /-Force/)
  assert.ok(!admin.maySend('Tony Smith'), 'nothing changed')
  await admin.run('Remove-CsClientPolicy -Identity OfflineIM -Force')
  assert.ok(admin.maySend('Tony Smith'))
  await admin.run('New-CsClientPolicy OfflineIM -EnableIMAutoArchiving $False')
  assert.ok(admin.maySend('Tony Smith'), 'a new policy of the old name is not his')
  await admin.run('Get-CsClientPolicy -Filter "tag:*" | Remove-CsClientPolicy')
  assert.deepEqual((await admin.run('Get-CsClientPolicy')).values('Identity'), ['Global'])
})

test('B12 somebody who is asked may say no', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P; Grant-CsClientPolicy "Tony Smith" P')
  const questions: string[] = []
  const answer = (choice: number) => ({
    choice: async (_: string, message: string) => {
      questions.push(message)
      return choice
    },
    fields: async () => new Map(),
  })
  await admin.run('Remove-CsClientPolicy P', undefined, answer(2))
  assert.match(questions[0] ?? '', /still assigned to 1 user\b/)
  assert.equal((await admin.run('Get-CsClientPolicy P')).output.length, 1)
  await admin.run('Remove-CsClientPolicy P', undefined, answer(0))
  assert.equal((await admin.run('Get-CsClientPolicy P')).output.length, 0)
})

test('B14 a rehearsal prints one line and changes nothing', async () => {
  await using admin = await openAdministration()
  const rehearsed = await admin.run(
    'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False -WhatIf',
  )
  assert.deepEqual(rehearsed.whatIf, [
    'What if: Performing the operation "Set-CsClientPolicy" on target "Global".',
  ])
  assert.ok(admin.maySend('Tony Smith'))
})

test('entries switch it off for one policy, and a value that cannot be read says so', async () => {
  await using admin = await openAdministration()
  await admin.run(
    '$x = New-CsClientPolicyEntry -Name OfflineIMEnabled -Value False; Set-CsClientPolicy -PolicyEntry @{Add=$x}',
  )
  assert.ok(!admin.maySend('Tony Smith'))
  const shown = await admin.run('(Get-CsClientPolicy Global).PolicyEntry')
  assert.deepEqual(shown.values('Name'), ['OfflineIMEnabled'])
  await admin.run(
    '$x = New-CsClientPolicyEntry -Name OfflineIMEnabled -Value False; Set-CsClientPolicy -PolicyEntry @{Remove=$x}',
  )
  assert.ok(admin.maySend('Tony Smith'))
  const wrong = await admin.run(
    '$x = New-CsClientPolicyEntry -Name OfflineIMBatchSeconds -Value soon; Set-CsClientPolicy -PolicyEntry @{Replace=$x}',
  )
  assert.match(wrong.warnings[0] ?? '', /OfflineIMBatchSeconds cannot be "soon"/)
  await admin.run('Set-CsClientPolicy -PolicyEntry $null')
  assert.deepEqual((await admin.run('Get-CsClientPolicy Global')).values('PolicyEntry'), [[]])
})

test('what is stored without effect warns, and is shown', async () => {
  await using admin = await openAdministration()
  const set = await admin.run('Set-CsClientPolicy -EnableSkypeUI $False')
  assert.deepEqual(set.warnings, ['EnableSkypeUI is stored and shown, but Nightpost does not act on it.'])
  assert.deepEqual((await admin.run('Get-CsClientPolicy Global')).values('EnableSkypeUI'), [false])
})

test('who changed what is on record, found by the names that administrators type', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy OfflineIM; Set-CsClientPolicy OfflineIM -EnableIMAutoArchiving $False')
  await admin.run('Grant-CsClientPolicy "Tony Smith" OfflineIM')
  const policy = await admin.run('Get-NpAuditRecord -TargetObject OfflineIM -Last 1h')
  assert.deepEqual(policy.values('Cmdlet'), ['New-CsClientPolicy', 'Set-CsClientPolicy'])
  assert.deepEqual(policy.values('Result'), ['Success', 'Success'])
  assert.deepEqual(policy.values('Who'), ['console:root', 'console:root'])
  const tony = await admin.run('Get-NpAuditRecord -TargetObject "Tony Smith" -Cmdlet grant-csclientpolicy')
  assert.equal(tony.output.length, 1)
  assert.equal(await admin.ports.audit.verify(), undefined, 'the chain holds')
})

test('-Tenant takes the own identifier only', async () => {
  await using admin = await openAdministration()
  const own = `(Get-CsTenant).TenantId`
  assert.deepEqual((await admin.run(`Get-CsClientPolicy -Tenant ${own}`)).values('Identity'), ['Global'])
  const foreign = await admin.run(
    'Set-CsClientPolicy -Tenant 11111111-2222-3333-4444-555555555555 -EnableIMAutoArchiving $False',
  )
  assert.match(foreign.errors[0]?.message ?? '', /not the identifier of the organisation/)
  assert.ok(admin.maySend('Tony Smith'))
})

test('two administrators at once, each with a property of their own: neither is lost', async () => {
  await using admin = await openAdministration()
  await Promise.all([
    admin.run('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False'),
    admin.run('Set-CsClientPolicy -Identity Global -IMWarning "Property of Litwareinc"'),
    admin.run('Set-CsClientPolicy -DisableEmoticons $True'),
  ])
  const policy = await admin.run('Get-CsClientPolicy -Identity Global')
  assert.deepEqual(
    ['EnableIMAutoArchiving', 'IMWarning', 'DisableEmoticons'].map((name) => policy.values(name)[0]),
    [false, 'Property of Litwareinc', true],
  )
})

test('rules that two administrators add at once are both there', async () => {
  await using admin = await openAdministration()
  const ids = ['11111111-2222-4333-8444-555555555555', '21111111-2222-4333-8444-555555555555']
  await Promise.all(
    ids.map((id) => admin.run(`New-CsClientVersionPolicyRule -Parent Global -RuleId ${id} -UserAgent OC`)),
  )
  const rules = (await admin.run('Get-CsClientVersionPolicyRule')).values('RuleId')
  assert.deepEqual(
    ids.map((id) => rules.includes(id)),
    [true, true],
  )
})
