import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonOf } from '../../src/admin/json.ts'
import { psText } from '../../src/base/ps-text.ts'
import { openAdministration } from './administration.ts'

/** The commands of every PowerShell session, piped together over the real table and store (INTERFACES 3). */

const people = [
  { name: 'Tony Smith', department: 'Sales', title: 'Manager' },
  { name: 'Ken Myer', department: 'Sales', title: 'Accountant' },
  { name: 'Pilar Ackerman', department: 'Finance', title: 'Accountant' },
  { name: 'zoe ABEL', department: 'finance' },
]

test('pipelines of session commands', async (t) => {
  await using admin = await openAdministration(people)
  for (const [line, expected] of [
    [
      '(Get-CsUser | Sort-Object DisplayName).DisplayName',
      ['Ken Myer', 'Pilar Ackerman', 'Tony Smith', 'zoe ABEL'],
    ],
    [
      '(Get-CsUser | sort Department, DisplayName -Descending).DisplayName',
      ['Tony Smith', 'Ken Myer', 'zoe ABEL', 'Pilar Ackerman'],
    ],
    [
      '(Get-CsUser | sort @{Expression="Department"; Descending=$true}, DisplayName).DisplayName',
      ['Ken Myer', 'Tony Smith', 'Pilar Ackerman', 'zoe ABEL'],
    ],
    ['Get-CsUser | sort {$_.DisplayName.Length} | select -First 1 -ExpandProperty DisplayName', ['Ken Myer']],
    ['Get-CsUser | select -ExpandProperty Department -Unique', ['Sales', 'Finance', 'finance']],
    ['3,1,2,3 | sort -Unique', [1, 2, 3]],
    ['1,2,3,4,5 | select -Skip 1 -First 2; 1,2,3 | select -Last 2; 1,2,3 | select -First 0', [2, 3, 2, 3]],
    [
      'Get-CsUser "Ken Myer" | select DisplayName, @{n="Dept";e={$_.Department}}, Nothing',
      [{ DisplayName: 'Ken Myer', Dept: 'Sales', Nothing: null }],
    ],
    ['Get-CsUser "Ken Myer" | select Display*', [{ DisplayName: 'Ken Myer' }]],
    [
      '(Get-CsUser "Ken Myer" | select * -ExcludeProperty *Policy | gm).Name -contains "ClientPolicy"',
      [false],
    ],
    ['Get-CsUser | where Department -eq "Sales" | % DisplayName', ['Tony Smith', 'Ken Myer']],
    ['Get-CsUser | where Title | measure | % Count', [3]],
    [
      'Get-CsUser | ?{ $_.Title -notlike "Acc*" -and $_.Department -match "^(sales|hr)$" } | %{ "$($_.DisplayName): $($_.Title)" }',
      ['Tony Smith: Manager'],
    ],
    ['$d = "Finance"; (Get-CsUser | ? { $_.Department -eq $d }).Count', [2]],
    ['$n = 0; Get-CsUser | % { $n += 1 }; $n', [4]],
    ['1,2 | ForEach-Object -Begin { "a" } -Process { $_ } -End { "z" }', ['a', 1, 2, 'z']],
    [
      '1,2,3 | Measure-Object -Sum -Average -Maximum -Minimum | select Count,Sum,Average,Maximum,Minimum',
      [{ Count: 3, Sum: 6, Average: 2, Maximum: 3, Minimum: 1 }],
    ],
    ['Get-CsUser | group Department | % { "$($_.Name)=$($_.Count)" }', ['Sales=2', 'Finance=2']],
    ['"a,b", "=1+1" | select @{n="X";e={$_}} | ConvertTo-Csv -NoTypeInformation', ['X', '"a,b"', "'=1+1"]],
    ['@{a=1; b=$true,$null} | ConvertTo-Json -Compress', ['{"a":1,"b":[true,null]}']],
    [
      'Get-CsUser "Ken Myer" | select DisplayName | ConvertTo-Json -AsArray -Compress',
      ['[{"DisplayName":"Ken Myer"}]'],
    ],
    [
      'Get-CsUser "Ken Myer" | select DisplayName | Out-String -Stream',
      ['', 'DisplayName', '-----------', 'Ken Myer', ''],
    ],
    ['Get-CsUser "Ken Myer" -OutVariable kept | Out-Null; $kept.DisplayName', ['Ken Myer']],
    [
      'Get-CsUser nobody -ErrorAction SilentlyContinue -ErrorVariable why; $why.Exception.Message',
      ['Management object not found for identity "nobody".'],
    ],
    ['(Get-Date "2026-11-25").GetType', [null]],
    ['(Get-Date "2020-01-02") -lt (Get-Date)', [true]],
    ['((Get-Date "2020-01-02") - (Get-Date "2020-01-01")) -eq "1.00:00:00"', [true]],
  ] as const) {
    await t.test(line, async () => {
      const { output, errors } = await admin.run(line)
      assert.deepEqual(errors, [])
      assert.deepEqual(
        output.map((one) => jsonOf(one)),
        expected,
      )
    })
  }
})

test('an error in one object does not stop the others', async () => {
  await using admin = await openAdministration(people)
  const where = await admin.run('1,"x",3 | Where-Object { $_ -gt 2 }')
  assert.deepEqual([where.output, where.errors.length], [['x', 3], 0]) // "x" -gt 2 compares texts
  const some = await admin.run('1,0,2 | Where-Object { 2 / $_ -eq 1 }')
  assert.deepEqual(
    [some.output, some.errors.map(({ message }) => message)],
    [[2], ['Attempted to divide by zero.']],
  )
  const sum = await admin.run('1,"x",2 | Measure-Object -Sum')
  assert.deepEqual([sum.values('Sum'), sum.errors.length], [[3], 1])
})

test('a command in a block stops the rest with -ErrorAction Stop', async () => {
  await using admin = await openAdministration(people)
  const { output, errors } = await admin.run(
    '"nobody","Ken Myer" | % { Get-CsUser $_ -ErrorAction Stop } | % DisplayName; "after"',
  )
  assert.deepEqual([output, errors.length], [[], 1])
})

test('a secret is never text, nor JSON', async () => {
  await using admin = await openAdministration(people)
  const { output } = await admin.run(
    '$s = ConvertTo-SecureString "hidden-secret" -AsPlainText -Force; "$s"; $s; @{p=$s} | ConvertTo-Json; $s | Out-String',
  )
  assert.ok(
    !output
      .map((one) => `${psText(one)}${JSON.stringify(jsonOf(one))}`)
      .join()
      .includes('hidden-secret'),
  )
})
