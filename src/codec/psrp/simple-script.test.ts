import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSimpleScript } from './simple-script.ts'

test('a command with constants and a filter is taken', () => {
  assert.deepEqual(
    readSimpleScript(
      "  Get-CsUser -Filter {Enabled -eq $true} -ResultSize 5 'a' -Force:$false | Select-Object Name, SipAddress\n",
    ),
    [
      {
        name: 'Get-CsUser',
        arguments: [
          { name: 'Filter', value: undefined },
          { name: undefined, value: { kind: 'scriptBlock', text: 'Enabled -eq $true' } },
          { name: 'ResultSize', value: undefined },
          { name: undefined, value: 5 },
          { name: undefined, value: 'a' },
          { name: 'Force', value: false },
        ],
      },
      { name: 'Select-Object', arguments: [{ name: undefined, value: ['Name', 'SipAddress'] }] },
    ],
  )
})

for (const text of [
  '1+1',
  '$x = 1; $x',
  'Get-CsTenant; Get-CsTenant',
  '(Get-CsTenant).Identity',
  'Get-CsUser $name',
  'Get-CsUser "$name"',
  'Get-CsUser | Where-Object {$_.Enabled}',
  'Get-CsUser | ForEach-Object { $PSItem }',
  'foreach ($u in 1..3) { $u }',
  '& { Get-CsTenant }',
  '[System.IO.File]::ReadAllText("/etc/passwd")',
  'Get-CsUser > out.txt',
  '',
  'Get-CsUser (Get-CsTenant)',
])
  test(`'${text}' is a script, and there are none (SECURITY 47)`, () =>
    assert.equal(readSimpleScript(text), undefined))
