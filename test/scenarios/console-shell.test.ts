import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { direct, fileWith, openHouse, shell, type, typed } from './console-house.ts'
import type { Launched } from './launch.ts'

/** What INTERFACES 3 fixes of the console: exit codes, streams, JSON, prompts, files, who is recorded. */

let house: Launched
before(async () => {
  house = await openHouse()
})
after(() => house.end())

test('several lines are one array each, statements of one line share one, a line without output is []', async () => {
  const { lines, code } = await type(
    house.data,
    '1; 2\n$x = 3\n\n# nothing but words\n$x, 4; "five" |\n  Write-Output\n@()',
  )
  assert.deepEqual([code, lines], [0, [[1, 2], [], [3, 4, 'five'], []]])
})

test('a line that cannot be parsed is exit 2, and nothing of the text has run', async () => {
  const { code, lines } = await type(
    house.data,
    'Set-CsClientPolicy -EnableIMAutoArchiving $False\nGet-CsUser |',
  )
  assert.deepEqual([code, lines], [2, []])
  assert.deepEqual(await typed(house.data, '(Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving'), [
    true,
  ])
  for (const line of ['while ($true) {}', '[Type]::', 'Get-CsUser | % {'])
    assert.equal((await type(house.data, line)).code, 2, line)
})

test('an unknown command is an error record, exit 1, and the next statement runs', async () => {
  const { code, errors, lines } = await type(house.data, 'Get-Nothing; 5')
  assert.deepEqual([code, lines], [1, [[5]]])
  assert.deepEqual(
    [errors[0]?.category, errors[0]?.fullyQualifiedErrorId, errors[0]?.targetObject],
    ['ObjectNotFound', 'CommandNotFoundException', 'Get-Nothing'],
  )
})

test('-ErrorAction: silent is exit 0, Stop ends the text', async () => {
  assert.equal((await type(house.data, 'Get-CsUser nobody -ErrorAction SilentlyContinue')).code, 0)
  assert.equal((await type(house.data, 'Get-CsUser nobody -ea Ignore')).code, 0)
  const stopped = await type(house.data, 'Get-CsUser nobody -ErrorAction Stop\n6')
  assert.deepEqual([stopped.code, stopped.lines, stopped.errors.length], [1, [[]], 1])
})

test('binding errors carry the words of PowerShell', async () => {
  for (const [line, id, words] of [
    [
      'Set-CsClientPolicy -EnableIMAutoArchiving maybe',
      'ParameterArgumentTransformationError',
      'Cannot process argument transformation',
    ],
    [
      'Get-CsUser -Nonsense 1',
      'NamedParameterNotFound',
      'A parameter cannot be found that matches parameter name',
    ],
    ['New-CsClientPolicy', 'MissingMandatoryParameter', 'Identity'],
    ['Get-CsUser -Identity', 'MissingArgument', 'Missing an argument'],
  ] as const) {
    const { code, errors } = await type(house.data, line)
    assert.equal(code, 1, line)
    assert.ok(errors[0]?.fullyQualifiedErrorId.startsWith(id), `${line}: ${errors[0]?.fullyQualifiedErrorId}`)
    assert.ok(errors[0]?.message.includes(words), errors[0]?.message)
  }
})

test('what asks is refused where nobody can be asked, and names the switch to add', async () => {
  await typed(house.data, 'New-NpAccount asked@litwareinc.com "Asked For" | Out-Null')
  for (const args of [
    ['-c', 'Remove-NpAccount asked@litwareinc.com'],
    ['-f', fileWith('Remove-NpAccount asked@litwareinc.com', 'a.ps1')],
  ]) {
    const done = await shell(house.data, ['--json', ...args])
    assert.equal(done.code, 1)
    const { error } = JSON.parse(done.stderr)
    assert.ok(error.fullyQualifiedErrorId.startsWith('PromptNotPossible'))
    assert.equal(error.category, 'InvalidOperation')
    assert.ok(error.message.includes('-Confirm:$false'))
  }
  assert.equal((await typed(house.data, 'Get-NpAccount asked@litwareinc.com')).length, 1)
  await typed(house.data, 'Remove-NpAccount asked@litwareinc.com -Confirm:$false')
  assert.deepEqual(await typed(house.data, 'Get-NpAccount "Asked*"'), [])
})

test('-WhatIf prints on standard output, with --json as an object on standard error, and changes nothing', async () => {
  const line = 'Remove-NpAccount kenmyer@litwareinc.com -WhatIf'
  const text = await shell(house.data, ['-c', line])
  assert.deepEqual([text.code, text.stderr], [0, ''])
  assert.match(
    text.stdout,
    /^What if: Performing the operation "Remove-NpAccount" on target "kenmyer@litwareinc\.com"\.\n$/,
  )
  const json = await type(house.data, line)
  assert.deepEqual([json.code, json.lines, json.whatIf.length], [0, [[]], 1])
  assert.equal((await typed(house.data, 'Get-NpAccount kenmyer@litwareinc.com')).length, 1)
})

test('Format-* with --json is an error', async () => {
  const { code, errors, lines } = await type(house.data, 'Get-CsUser | Format-Table DisplayName')
  assert.deepEqual([code, lines, errors.length], [1, [[]], 1])
})

test('values of --json: dates, times, lists, nested objects, enums, unset', async () => {
  const [policy, user, entry] = await typed(
    house.data,
    [
      '$x = New-CsClientPolicyEntry -Name "OnlineFeedbackURL" -Value "https://www.litwareinc.com/feedback"',
      'Set-CsClientPolicy -Identity Global -PolicyEntry @{Add=$x}',
      'Get-CsClientPolicy -Identity Global; Get-CsOnlineUser "Ken Myer"; $x',
    ].join('\n'),
  )
  assert.deepEqual(policy.PolicyEntry, [
    { Name: 'OnlineFeedbackURL', Value: 'https://www.litwareinc.com/feedback' },
  ])
  assert.equal(policy.AddressBookAvailability, 'WebSearchAndFileDownload')
  assert.equal(policy.MaxPhotoSizeKB, 30)
  assert.deepEqual(entry, policy.PolicyEntry[0])
  assert.match(user.WhenCreated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual([user.Enabled, user.VoicePolicy, user.MCOValidationError], [true, null, []])
  assert.match(user.Identity, /^CN=Ken Myer,OU=Users,DC=litwareinc,DC=com$/)
})

test('text: an object of many properties is a list, errors have category and id', async () => {
  const policy = await shell(house.data, ['-c', 'Get-CsClientPolicy -Identity Global'])
  assert.match(policy.stdout, /^\nIdentity {36}: Global\n/)
  assert.match(policy.stdout, /\nHotdeskingTimeout {27}: 00:05:00\n/)
  const small = await shell(house.data, ['-c', 'Get-CsImConfiguration'])
  assert.match(small.stdout, /^\nIdentity EnableOfflineIm\n-+ -+\nGlobal +True\n\n$/)
  const error = await shell(house.data, ['-c', 'Get-CsUser -Identity nobody'])
  assert.equal(error.code, 1)
  assert.equal(error.stdout, '')
  assert.match(
    error.stderr,
    /^Get-CsUser : Management object not found for identity "nobody"\.\n {4}\+ CategoryInfo {10}: \w+: \(nobody:String\) \[Get-CsUser\], ManagementException\n {4}\+ FullyQualifiedErrorId : Identity,/,
  )
})

test('a file, standard input, and variables that live through it', async () => {
  const file = fileWith(
    '\ufeff$who = Get-CsOnlineUser |\n  Where-Object Department -eq "Finance" # two\r\n$who.DisplayName | Sort-Object\n"$($who.Count) people"\n',
    'script.ps1',
  )
  const done = await shell(house.data, ['--json', '-f', file])
  assert.deepEqual(done.stdout, '[]\n["Bob Kelly","Pilar Ackerman"]\n["2 people"]\n')
  const piped = await shell(house.data, ['--json'], 'Get-CsImConfiguration')
  assert.equal(piped.stdout, '[{"Identity":"Global","EnableOfflineIm":true}]\n')
  const missing = await shell(house.data, ['-f', '/nowhere/at/all.ps1'])
  assert.deepEqual([missing.code, missing.stderr.split('\n').length], [2, 2])
})

test('Get-Help and Get-Command come from the definitions, in both languages', async () => {
  const english = await shell(house.data, [
    '-c',
    'Get-Help Set-CsClientPolicy -Parameter EnableIMAutoArchiving',
  ])
  assert.match(english.stdout, /-EnableIMAutoArchiving <bool>/)
  const japanese = await direct(['shell', '--data', house.data, '-c', 'Get-Help Where-Object -Full'], '', {
    LC_ALL: 'ja_JP.UTF-8',
  })
  assert.match(japanese.stdout, /概要\n {4}条件に一致する/)
  const [all] = await typed(house.data, 'Get-Command *-Np* | Measure-Object')
  assert.ok(all.Count >= 12)
  assert.equal((await typed(house.data, 'Get-Help Get-CsUser')).at(0)?.Name, 'Get-CsUser')
})

test('the socket is for its owner alone, and what is done there is recorded by the system user', async () => {
  const socket = join(house.data, 'admin.sock')
  assert.ok(existsSync(socket))
  if (process.platform !== 'win32') assert.equal(statSync(socket).mode & 0o777, 0o600)
  await typed(house.data, 'New-CsClientPolicy -Identity Recorded | Out-Null')
  const records = await typed(house.data, 'Get-NpAuditRecord -Last 1h -Cmdlet New-CsClientPolicy')
  const own = records.find(({ TargetObject }) => TargetObject === 'Tag:Recorded')
  const { username } = (await import('node:os')).userInfo()
  assert.deepEqual([own?.Who, own?.Door, own?.Role], [`console:${username}`, 'console', 'CsAdministrator'])
})

test('where no server runs the same line works on the store', async () => {
  await house.end()
  const before = await typed(house.data, 'New-CsClientPolicy -Identity Offline; Get-CsOnlineUser "Ken Myer"')
  assert.deepEqual([before[0].Identity, before[1].DisplayName], ['Tag:Offline', 'Ken Myer'])
  assert.equal((await typed(house.data, 'Get-CsClientPolicy -Identity Offline')).length, 1)
  const nowhere = await shell(`${house.data}-that-is-not-there`, ['-c', '1'])
  assert.deepEqual([nowhere.code, nowhere.stderr.split('\n').length], [2, 2])
})
