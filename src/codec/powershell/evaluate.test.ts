import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import { evaluateScript } from './evaluate.ts'
import { EvaluationError } from './operators.ts'
import { Scope } from './scope.ts'
import { parseScript } from './script.ts'

const ken = psObject('User', [
  ['DisplayName', 'Ken Myer'],
  ['Enabled', true],
  ['Age', 42],
  ['Tags', ['a', 'b']],
  ['Policy', null],
  ['Level', { kind: 'enum', typeName: 'Levels', name: 'Light', value: 1 }],
  ['Since', { kind: 'date', ms: Date.UTC(2026, 0, 2) }],
  ['Wait', { kind: 'timespan', ms: 300_000 }],
])

/** Runs a text; every command puts out its own name. */
function run(text: string, scope = new Scope(undefined, [['_', ken]])): readonly PsValue[] {
  const script = parseScript(text)
  assert.ok(script.ok, script.ok ? '' : script.error.message)
  const evaluation = evaluateScript(script.value, scope)
  let step = evaluation.next()
  while (!step.done) {
    const { commands, input } = step.value
    const values =
      commands[0]?.name === 'nothing'
        ? []
        : commands[0]?.name === 'pass'
          ? (input ?? [])
          : commands.map(({ name }) => name)
    step = evaluation.next(values)
  }
  return step.value
}

for (const [text, expected] of [
  ['1 + 2 * 3', [7]],
  ['(1 + 2) * 3', [9]],
  ['7 % 4; 7 / 2', [3, 3.5]],
  ['"a" + 1', ['a1']],
  ['1,2 + 3', [1, 2, 3]],
  ['-5 + 3', [-2]],
  ['2kb', [2048]],
  ['"x$(1 + 1)y$null-$true"', ['x2y-True']],
  ['"$_ and $($_.DisplayName)"', ['User and Ken Myer']],
  ['$_.Enabled -eq $True', [true]],
  ['$_.enabled -eq $false', [false]],
  ['$_.Policy -eq $null', [true]],
  ['$_.Missing -eq $null', [true]],
  ['"abc" -eq "ABC"', [true]],
  ['"abc" -ceq "ABC"', [false]],
  ['"5" -eq 5; 5 -eq "5"; 5 -eq "x"', [true, true, false]],
  ['$true -eq "False"', [true]], // any text is true
  ['10 -gt 9; "10" -gt "9"', [true, false]],
  ['$_.Level -eq "light"; $_.Level -eq 1', [true, true]],
  ['$_.Since -gt "2026-01-01"; $_.Since -lt "1/2/2026"', [true, false]],
  ['$_.Wait -eq "00:05:00"', [true]],
  ['"Ken Myer" -like "ken*"; "x" -notlike "y"', [true, true]],
  ['"UserAgent=OC" -match "agent=.c$"; "a" -notmatch "b"', [true, true]],
  ['1,2,3 -contains 2; 2 -in 1,2; 4 -notin 1,2', [true, true, true]],
  ['1,2,3,2 -eq 2', [2, 2]],
  ['"a","b" -join "-"', ['a-b']],
  ['$true -and $false; $true -or $false; $true -xor $true', [false, true, false]],
  ['-not $false; !$true', [true, false]],
  ['$_.Age -gt 40 -and $_.DisplayName -like "K*"', [true]],
  ['$_.Tags.Count; $_.Tags[1]; $_.Tags[-2]; $_.DisplayName.Length', [2, 'b', 'a', 8]],
  ['@(1,2).Count; @().Count; @(5).Count', [2, 0, 1]],
  ['(@{a=1; b="x"}).b; @{a=1}["A"]', ['x', 1]],
  ['$x = 5; $x += 2; $x', [7]],
  ['$x = @{}; $x.a = 1; $x.a = 2; $x.a', [2]],
  ['$o = $_; $o.Age = 7; $o.Age; $_.Age', [7, 42]],
  ['$global:y = 3; $Y', [3]],
  ['(one)', ['one']],
  ['$x = one; $x', ['one']],
  ['$x = nothing; ($x -eq $null); $x.Count; $x | pass', [true, 0]],
  ['$n = $null; $n | pass', [null]],
  ['@(nothing).Count; @(one; two).Count', [0, 2]],
  ['(1,2 | pass).Count', [2]],
  ['$true -or (1/0)', [true]],
] as const)
  test(`${text} is ${JSON.stringify(expected)}`, () => assert.deepEqual(run(text), expected))

for (const [text, id] of [
  ['1/0', 'RuntimeException'],
  ['1 -gt "x"', 'ComparisonFailure'],
  ['"x" * 2', 'InvalidCastFromStringToInteger'],
  ['$null[0]', 'NullArray'],
  ['$_.Missing = 1', 'PropertyNotFound'],
  ['@{a=1; A=2}', 'DuplicateKeyInHashLiteral'],
  ['"x" -match "(?=y)"', 'InvalidRegularExpression'],
] as const)
  test(`${text} ends with ${id}`, () =>
    assert.throws(
      () => run(text),
      (error) => error instanceof EvaluationError && error.id === id,
    ))

test('a block sees the variables around it and sets them', () => {
  const outer = new Scope()
  run('$sum = 1', outer)
  run('$sum += $_', new Scope(outer, [['_', 4]]))
  assert.equal(outer.get('SUM'), 5)
  assert.equal(outer.get('_'), undefined)
})

test('a line that doubles a value forty times is refused before it fills the memory (SECURITY 25)', () => {
  for (const line of ['$x = 1,2; ', '$x = "ab"; ']) {
    for (const double of ['$x += $x; ', '$x = $x + $x; ', ...(line.includes('"') ? ['$x = "$x$x"; '] : [])])
      assert.throws(
        () => run(line + double.repeat(40)),
        (error) => error instanceof EvaluationError && error.id === 'ValueTooLarge',
        line + double,
      )
  }
})

const values = fc.oneof(
  fc.constantFrom(
    '$null',
    '$true',
    '$_',
    '$_.Tags',
    '$_.Since',
    '$_.Wait',
    '$_.Level',
    '@{a=1}',
    '@()',
    '"5"',
    '"x"',
    '1',
    '2.5',
    '1,"a"',
  ),
  fc.integer().map(String),
)
const operators = fc.constantFrom(
  '-eq',
  '-ne',
  '-gt',
  '-le',
  '-like',
  '-match',
  '-contains',
  '-in',
  '-join',
  '-and',
  '-or',
  '+',
  '-',
  '*',
  '/',
  '%',
)

test('every operator gives a value or its own error for every pair of kinds', () => {
  fc.assert(
    fc.property(values, operators, values, (left, operator, right) => {
      try {
        run(`(${left}) ${operator} (${right})`)
      } catch (error) {
        assert.ok(error instanceof EvaluationError, String(error))
      }
    }),
    { numRuns: 3000 },
  )
})
