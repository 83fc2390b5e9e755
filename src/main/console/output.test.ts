import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatted } from '../../admin/format.ts'
import { table } from '../../admin/index.ts'
import { psObject } from '../../base/ps-value.ts'
import type { Reply } from '../../control/messages.ts'
import { completeLine } from './complete.ts'
import { jsonOutput, type Output, type Streams, textOutput } from './output.ts'
import { answerQuestion } from './questions.ts'

function collect(open: (streams: Streams) => Output, replies: readonly Reply[]) {
  const said = { out: '', err: '' }
  const output = open({
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
  })
  for (const reply of replies) output.show(reply)
  output.finish()
  return { ...said, code: output.exitCode }
}

const error = {
  message: 'no',
  category: 'InvalidData',
  fullyQualifiedErrorId: 'X,Get-X',
  exception: 'A.B.CException',
  target: 't',
  activity: 'Get-X',
} as const

test('JSON: an array per line, errors and texts on standard error', () => {
  const replies: readonly Reply[] = [
    { kind: 'line' },
    {
      kind: 'value',
      value: psObject('A', [
        ['Identity', psObject('I', [], 'Tag:X')],
        ['N', { kind: 'enum', typeName: 'E', name: 'Full', value: 2 }],
      ]),
    },
    { kind: 'stream', record: { stream: 'warning', text: 'careful' } },
    { kind: 'end' },
    { kind: 'line' },
    { kind: 'stream', record: { stream: 'error', record: error } },
    { kind: 'stream', record: { stream: 'progress', record: { activity: 'a', status: 'b', percent: 1 } } },
    { kind: 'end' },
    { kind: 'done', errors: 1 },
  ]
  assert.deepEqual(collect(jsonOutput, replies), {
    out: '[{"Identity":"Tag:X","N":"Full"}]\n[]\n',
    err: '{"warning":"careful"}\n{"error":{"message":"no","category":"InvalidData","fullyQualifiedErrorId":"X,Get-X","targetObject":"t"}}\n',
    code: 1,
  })
})

test('JSON: text for people is refused once a line', () => {
  const two = [formatted('a\n'), formatted('b\n')].map((value): Reply => ({ kind: 'value', value }))
  const { out, err, code } = collect(jsonOutput, [{ kind: 'line' }, ...two])
  assert.deepEqual([out, err.split('\n').length, code], ['[]\n', 2, 1])
})

test('text: an error closes the table before it', () => {
  const replies: readonly Reply[] = [
    { kind: 'value', value: psObject('A', [['X', 1]]) },
    { kind: 'stream', record: { stream: 'error', record: error } },
    { kind: 'stream', record: { stream: 'whatIf', text: 'What if: x' } },
  ]
  assert.deepEqual(
    collect((streams) => textOutput(streams, 80, ''), replies),
    {
      out: '\nX\n-\n1\n\nWhat if: x\n',
      err: 'Get-X : no\n    + CategoryInfo          : InvalidData: (t:String) [Get-X], CException\n    + FullyQualifiedErrorId : X,Get-X\n',
      code: 1,
    },
  )
})

test('a line that cannot be parsed shows its place and is exit 2', () => {
  const problem = {
    message: 'no',
    at: 6,
    line: 1,
    column: 7,
    incomplete: true,
    id: 'EmptyPipeElement',
  } as const
  const said = collect((streams) => textOutput(streams, 80, 'Get-X |'), [{ kind: 'syntax', problem }])
  assert.equal(said.code, 2)
  assert.match(
    said.err,
    /^At line:1 char:7\n\+ Get-X \|\n\+ {7}~\nno\n {4}\+ CategoryInfo {10}: SyntaxError: \(:\) \[\], ParentContainsErrorRecordException\n/,
  )
})

for (const [line, expected] of [
  ['Get-CsIm', ['Get-CsImConfiguration']],
  ['Get-CsUser | Where-O', ['Where-Object']],
  ['Set-CsClientPolicy -EnableIMA', ['-EnableIMAutoArchiving']],
  ['Set-CsClientPolicy -EnableIMAutoArchiving $', ['$False', '$True']],
  ['Set-CsClientPolicy -TracingLevel L', ['Light']],
  ['Set-CsClientPolicy -What', ['-WhatIf']],
  ['Get-Nothing -', []],
] as const)
  test(`completes ${line}`, () => assert.deepEqual(completeLine(table, line)[0], expected))

test('a question is asked until it is answered', async () => {
  const answers = ['?', 'maybe', 'a']
  let out = ''
  const question = {
    ask: 'choice',
    caption: 'Confirm',
    message: 'Sure?',
    choices: [
      { label: '&Yes', help: 'one' },
      { label: 'Yes to &All', help: 'all' },
      { label: '&No', help: 'none' },
    ],
    preset: 0,
  } as const
  const read = () => Promise.resolve(answers.shift())
  const show = (text: string) => {
    out += text
  }
  assert.equal(await answerQuestion(question, read, show), 1)
  assert.match(out, /Confirm\nSure\?\nY - one\nA - all\nN - none\n/)
  answers.push('')
  assert.equal(await answerQuestion(question, read, show), 0)
  assert.equal(await answerQuestion(question, read, show), undefined)
})
