import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseScript } from './script.ts'
import type { Expression, Pipeline } from './syntax.ts'

function pipelineOf(text: string): Pipeline {
  const script = parseScript(text)
  assert.ok(script.ok, script.ok ? '' : script.error.message)
  const [statement] = script.value.statements
  assert.ok(statement?.kind === 'pipeline')
  return statement
}

/** An argument in short: `-Name`, or the value where it is a constant, else its kind. */
function argumentsOf(text: string): readonly unknown[] {
  const given = pipelineOf(text).commands[0]?.arguments ?? []
  const short = (value: Expression): unknown =>
    value.kind === 'literal'
      ? value.value
      : value.kind === 'list'
        ? value.items.map(short)
        : { [value.kind]: true }
  return given.map((argument) => {
    if (argument.kind === 'value') return short(argument.value)
    return argument.value === undefined ? `-${argument.name}` : { [argument.name]: short(argument.value) }
  })
}

for (const [line, expected] of [
  ['Get-CsClientPolicy', []],
  ['Get-CsClientPolicy -Identity Global', ['-Identity', 'Global']],
  ['Get-CsOnlineUser -ResultSize 5', ['-ResultSize', 5]],
  ['Get-X -Id 007', ['-Id', '007']],
  ['Get-X -Id 1.50', ['-Id', '1.50']],
  ['Get-X -N -5', ['-N', -5]],
  ['Get-CsClientPolicy -Filter tag:*', ['-Filter', 'tag:*']],
  ['Get-CsUser sip:kenmyer@litwareinc.com', ['sip:kenmyer@litwareinc.com']],
  ["Get-CsUser 'O''Brien'", ["O'Brien"]],
  ['Get-CsUser "say ""hi"""', ['say "hi"']],
  ['Get-CsUser “Ken Myer”', ['Ken Myer']],
  ['Set-X –Enabled $False', ['-Enabled', false]],
  ['Set-X -Confirm:$false -Force', [{ Confirm: false }, '-Force']],
  ['Set-X -Enabled:$true', [{ Enabled: true }]],
  ['Get-CsUser | Select-Object DisplayName', []],
  ['Select-Object DisplayName, SipAddress', [['DisplayName', 'SipAddress']]],
  ['Select-Object a,b,3', [['a', 'b', 3]]],
  ['Grant-X -PolicyName $Null', ['-PolicyName', null]],
  ['Get-X {Department -eq "Sales"}', [{ block: true }]],
  ['Get-X @{Add=$x}', [{ table: true }]],
  ['Get-X $a.b', [{ member: true }]],
  ['Get-X $a/b', [{ expandable: true }]],
  ['Get-X (Get-Y).Z', [{ member: true }]],
  ['Get-X C:\\Logs\\a.csv', ['C:\\Logs\\a.csv']],
  ['Get-X a`\n  b', ['a', 'b']],
  ['Get-X a <# not b #> c # nor d', ['a', 'c']],
  ['Get-X pre"quo ted"post', ['prequo tedpost']],
  ['Where-Object Enabled -eq $false', ['Enabled', '-eq', false]],
] as const)
  test(`reads the arguments of ${line}`, () => assert.deepEqual(argumentsOf(line), expected))

test('the short forms of the aliases need no blank before their block', () => {
  const { commands } = pipelineOf('Get-CsUser|?{$_.Enabled}|%{$_.DisplayName}')
  assert.deepEqual(
    commands.map(({ name }) => name),
    ['Get-CsUser', '?', '%'],
  )
})

test('a block keeps its text and what it means', () => {
  const block = pipelineOf('Get-X -Filter { Department -eq "Sales" }').commands[0]?.arguments[1]
  assert.ok(block?.kind === 'value' && block.value.kind === 'block')
  assert.equal(block.value.text, ' Department -eq "Sales" ')
})

test('statements know their lines, also behind a string of two lines', () => {
  const script = parseScript('$a = "x\ny"; Get-A\nGet-B |\n  Get-C\nGet-D')
  assert.ok(script.ok)
  assert.deepEqual(
    script.value.statements.map(({ place }) => [place.line, place.endLine]),
    [
      [0, 1],
      [1, 1],
      [2, 3],
      [4, 4],
    ],
  )
})

for (const [line, id, part] of [
  ['Get-CsUser |', 'EmptyPipeElement', 'empty pipe element'],
  ['| Get-CsUser', 'EmptyPipeElement', 'empty pipe element'],
  ['while ($true) { Get-CsUser }', 'NotAvailable', "'while'"],
  ['foreach ($u in $users) { $u }', 'NotAvailable', "'foreach'"],
  ['if ($a) { 1 }', 'NotAvailable', "'if'"],
  ['function f { 1 }', 'NotAvailable', "'function'"],
  ['exit 3', 'NotAvailable', "'exit'"],
  ['[guid]::NewGuid()', 'NotAvailable', 'square brackets'],
  ['[Type]::', 'NotAvailable', 'square brackets'],
  ['$x::Parse', 'NotAvailable', '.NET'],
  ['$x.Trim()', 'NotAvailable', 'methods'],
  ['& $block', 'NotAvailable', "'&'"],
  ['. ./file.ps1', 'NotAvailable', "'.'"],
  ['Get-A && Get-B', 'NotAvailable', "'&&'"],
  ['Get-A || Get-B', 'NotAvailable', "'||'"],
  ['Get-A > file.txt', 'NotAvailable', 'Redirections'],
  ['Get-A 2>&1', 'NotAvailable', 'Redirections'],
  ['Get-A @splat', 'NotAvailable', '@name'],
  ['$a++', 'NotAvailable', "'++'"],
  ['$a -replace "b", "c"', 'NotAvailable', '-replace'],
  ['"{0}" -f 1', 'NotAvailable', '-f'],
  ['$env:PATH', 'DriveNotFound', '$env:'],
  ['Get-A "open', 'TerminatorExpectedAtEndOfString', 'terminator'],
  ['Get-A {open', 'MissingEndCurlyBrace', '}'],
  ['(Get-A', 'MissingEndParenthesisInExpression', ')'],
  ['Get-A )', 'UnexpectedToken', ')'],
  ['$a $b', 'UnexpectedToken', '$b'],
  ['1..3', 'UnexpectedToken', '..3'],
  ['1 | 2', 'ExpressionsMustBeFirstInPipeline', 'first element'],
  ['Get-A -Name:', 'ParameterRequiresArgument', '-Name'],
  ['Get-A a,', 'MissingArgument', ','],
  ['5 = 6', 'InvalidLeftHandSide', 'variable'],
  ['12abc | Get-A', 'BadNumericConstant', '12abc'],
] as const)
  test(`refuses ${line} with its reason`, () => {
    const script = parseScript(line)
    assert.ok(!script.ok)
    assert.equal(script.error.id, id)
    assert.ok(script.error.message.includes(part), script.error.message)
  })

test("the article's misprint is answered with the line that was meant, word for word", () => {
  const meant = 'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM'
  for (const line of [
    'Grant -CsClientPolicy -Identity "Tony Smith" - PolicyName OfflineIM',
    'Grant -CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM',
    'Grant-CsClientPolicy -Identity "Tony Smith" - PolicyName OfflineIM',
    'Grant –CsClientPolicy -Identity "Tony Smith" – PolicyName OfflineIM',
  ]) {
    const script = parseScript(line)
    assert.ok(!script.ok)
    assert.ok(script.error.message.endsWith(`Write: ${meant}`), script.error.message)
  }
})

test('a text that only ended too early says so, and one that is wrong does not', () => {
  const incomplete = (text: string) => {
    const script = parseScript(text)
    return !script.ok && script.error.incomplete
  }
  for (const text of [
    'Get-A |',
    '"open',
    "'open",
    '{',
    '(Get-A',
    '@{a=1',
    '@(1,',
    'Get-A `',
    '$a = ',
    '<# open',
  ])
    assert.ok(incomplete(text), text)
  for (const text of ['Get-A )', 'while', '[x]', '1 | 2']) assert.ok(!incomplete(text), text)
})

test('brackets may not choose the depth of our stack', () => {
  for (const open of ['(', '@(', '$(', '@{a=', '{', '-not ', '!', ',', '"$(']) {
    const script = parseScript(open.repeat(5000))
    assert.ok(!script.ok)
    assert.equal(script.error.id, 'ScriptTooComplicated')
  }
})

test('long texts of every shape are read in one pass (SECURITY 29)', () => {
  for (const part of [
    'a ',
    'a,',
    '"x" ',
    '$a.b ',
    '{x} ',
    '# c\n',
    'Get-A | ',
    'a;',
    '`"',
    '"$a" ',
    '-a ',
    '1 + ',
    '- a ',
  ])
    parseScript(`Get-A ${part.repeat(50_000)}`.slice(0, 250_000))
})

const fragments = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'Get-CsUser|Grant -CsClientPolicy|-Identity|-eq|-and|$_|$true|$null|"a b"|"$x"|"$(|\'|{|}|(|)|@(|@{|=|;|,|.|[|]|+|-|*|/|%|?|#|<#|#>|`|\n|:|::|&|>|1|2.5kb|..|!|where|if'.split(
        '|',
      ),
      '|',
      ' ',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  { maxLength: 30 },
)

test('random text is read or refused, and nothing else is ever thrown (SECURITY 28)', () => {
  fc.assert(
    fc.property(fragments, (parts) => {
      const script = parseScript(parts.join(''))
      if (!script.ok) {
        assert.ok(script.error.at >= 0 && script.error.at <= parts.join('').length)
        assert.ok(script.error.line >= 1 && script.error.column >= 1)
      }
    }),
    { numRuns: 5000 },
  )
})
