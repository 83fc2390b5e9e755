import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliInt,
  cliItems,
  cliList,
  cliLong,
  cliNumber,
  cliProperty,
  cliString,
  cliText,
  NIL,
} from './clixml.ts'
import { parseClixml } from './clixml-reader.ts'
import { formatClixml } from './clixml-writer.ts'
import { type Guid, ZERO_GUID } from './guid.ts'
import type { MessageType, PsrpMessage } from './message.ts'
import { newPool, type Pool, type PoolInput, type PoolOutput, pipelineMessage, stepPool } from './runspace.ts'

const POOL = '11111111-2222-3333-4455-66778899aabb' as Guid
const ONE = 'a1a2a3a4-b1b2-c1c2-d1d2-e1e2e3e4e5e6' as Guid
const TWO = 'a1a2a3a4-b1b2-c1c2-d1d2-e1e2e3e4e5e7' as Guid

const version = (text: string): CliValue => cliText(text, 'Version')
const CAPABILITY = cliBag({
  protocolversion: version('2.3'),
  PSVersion: version('2.0'),
  SerializationVersion: version('1.1.0.1'),
})
const INIT = cliBag({
  MinRunspaces: cliInt(1),
  MaxRunspaces: cliInt(1),
  HostInfo: cliBag({ _isHostNull: cliBool(true) }),
})
const command = (text: string): CliValue =>
  cliBag({ Cmd: cliText(text), IsScript: cliBool(false), Args: cliList([]) })
const pipelineOf = (text: string, noInput = true): CliValue =>
  cliBag({
    PowerShell: cliBag({ Cmds: cliList([command(text)]) }),
    NoInput: cliBool(noInput),
    HostInfo: cliBag({ _useRunspaceHost: cliBool(true) }),
  })

function from(type: MessageType, value: CliValue | undefined, pipeline?: Guid): PoolInput {
  const message: PsrpMessage = {
    to: 'server',
    type,
    pool: POOL,
    pipeline,
    data: value ? formatClixml(value) : '',
  }
  return { kind: 'message', message, value: value ?? NIL }
}

/** All outputs of these inputs, and the pool after them. */
function run(
  inputs: readonly PoolInput[],
  start: Pool = newPool('hash'),
): { pool: Pool; outputs: PoolOutput[] } {
  let pool = start
  const outputs: PoolOutput[] = []
  for (const input of inputs) {
    const [next, ...made] = stepPool(pool, input)
    pool = next
    outputs.push(...made)
  }
  return { pool, outputs }
}

/** Outputs in short: the type of a message, or kind and pipeline. */
function short(outputs: readonly PoolOutput[]): string[] {
  return outputs.map((output) => {
    if (output.kind === 'send') return output.message.type
    return 'pipeline' in output ? `${output.kind} ${output.pipeline === ONE ? 1 : 2}` : output.kind
  })
}

function sent(outputs: readonly PoolOutput[], type: MessageType): CliValue {
  const output = outputs.find((one) => one.kind === 'send' && one.message.type === type)
  const value = output?.kind === 'send' ? parseClixml(output.message.data) : undefined
  if (!value?.ok) throw new Error(`no ${type}`)
  return value.value
}

const opened = run([from('SESSION_CAPABILITY', CAPABILITY), from('INIT_RUNSPACEPOOL', INIT)])

test('a pool opens with three messages in their order', () => {
  assert.deepEqual(short(opened.outputs), [
    'SESSION_CAPABILITY',
    'APPLICATION_PRIVATE_DATA',
    'RUNSPACEPOOL_STATE',
  ])
  assert.equal(
    opened.outputs[0]?.kind === 'send' && opened.outputs[0].message.data,
    '<Obj RefId="0"><MS><Version N="protocolversion">2.3</Version><Version N="PSVersion">2.0</Version><Version N="SerializationVersion">1.1.0.1</Version></MS></Obj>',
  )
  assert.equal(
    opened.outputs[2]?.kind === 'send' && opened.outputs[2].message.data,
    '<Obj RefId="0"><MS><I32 N="RunspaceState">2</I32></MS></Obj>',
  )
  assert.ok(!formatClixml(sent(opened.outputs, 'APPLICATION_PRIVATE_DATA')).includes('DebugMode'))
})

const VERSIONS: readonly [string, string, string, string][] = [
  ['a newer client', '2.4', '1.1.0.1', '2.3'],
  ['an older client', '2.2', '1.1.0.1', '2.2'],
  ['a client that would discover commands another way', '2.0', '1.1.0.1', 'broken'],
  ['another major version', '3.0', '1.1.0.1', 'broken'],
  ['an older serialisation', '2.3', '1.0.0.0', 'broken'],
]
for (const [what, protocol, serialization, answer] of VERSIONS)
  test(`${what} is answered ${answer}`, () => {
    const { outputs } = run([
      from(
        'SESSION_CAPABILITY',
        cliBag({
          protocolversion: version(protocol),
          PSVersion: version('2.0'),
          SerializationVersion: version(serialization),
        }),
      ),
    ])
    if (answer === 'broken') assert.deepEqual(short(outputs), ['RUNSPACEPOOL_STATE', 'broken'])
    else assert.equal(cliString(cliProperty(sent(outputs, 'SESSION_CAPABILITY'), 'protocolversion')), answer)
  })

const BROKEN: readonly [string, PoolInput[]][] = [
  ['an init before the capability', [from('INIT_RUNSPACEPOOL', INIT)]],
  ['a second capability', [from('SESSION_CAPABILITY', CAPABILITY), from('SESSION_CAPABILITY', CAPABILITY)]],
  [
    'a pipeline before the pool is open',
    [from('SESSION_CAPABILITY', CAPABILITY), from('CREATE_PIPELINE', pipelineOf('a'), ONE)],
  ],
  [
    'a pipeline without commands',
    [
      from('SESSION_CAPABILITY', CAPABILITY),
      from('INIT_RUNSPACEPOOL', INIT),
      from('CREATE_PIPELINE', cliBag({}), ONE),
    ],
  ],
]
for (const [what, inputs] of BROKEN)
  test(`${what} breaks the pool with an error record, and nothing follows`, () => {
    const { pool, outputs } = run(inputs)
    assert.equal(outputs.at(-1)?.kind, 'broken')
    const last = outputs.at(-2)
    assert.equal(last?.kind === 'send' && last.message.type, 'RUNSPACEPOOL_STATE')
    assert.deepEqual(run([from('SESSION_CAPABILITY', CAPABILITY)], pool).outputs, [])
  })

test('pipelines run one after the other, and input may come before the start', () => {
  const { outputs } = run(
    [
      from('CREATE_PIPELINE', pipelineOf('a'), ONE),
      from('CREATE_PIPELINE', pipelineOf('b', false), TWO),
      from('PIPELINE_INPUT', cliText('x'), TWO),
      from('END_OF_PIPELINE_INPUT', undefined, TWO),
      { kind: 'ended', pipeline: ONE, end: { state: 'Completed' } },
    ],
    opened.pool,
  )
  assert.deepEqual(short(outputs), [
    'create 1',
    'start 1',
    'create 2',
    'input 2',
    'endInput 2',
    'PIPELINE_STATE',
    'done 1',
    'start 2',
  ])
})

test('nothing can be sent for a pipeline after its final state', () => {
  const created = run([from('CREATE_PIPELINE', pipelineOf('a'), ONE)], opened.pool).pool
  assert.equal(pipelineMessage(created, ONE, 'PIPELINE_OUTPUT', cliText('x'))?.pipeline, ONE)
  const ended = run([{ kind: 'ended', pipeline: ONE, end: { state: 'Completed' } }], created).pool
  assert.equal(pipelineMessage(ended, ONE, 'PIPELINE_OUTPUT', cliText('x')), undefined)
})

test('a stopped pipeline ends Stopped with its record however it ends; one that waits ends at once', () => {
  const { outputs } = run(
    [
      from('CREATE_PIPELINE', pipelineOf('a'), ONE),
      from('CREATE_PIPELINE', pipelineOf('b'), TWO),
      { kind: 'stop', pipeline: TWO },
      { kind: 'stop', pipeline: ONE },
      { kind: 'ended', pipeline: ONE, end: { state: 'Completed' } },
      { kind: 'stop', pipeline: ONE },
    ],
    opened.pool,
  )
  assert.deepEqual(short(outputs), [
    'create 1',
    'start 1',
    'create 2',
    'PIPELINE_STATE',
    'done 2',
    'abort 1',
    'PIPELINE_STATE',
    'done 1',
  ])
  for (const output of outputs)
    if (output.kind === 'send') {
      const state = parseClixml(output.message.data)
      assert.ok(state.ok)
      assert.equal(cliNumber(cliProperty(state.value, 'PipelineState')), 3)
      assert.equal(
        cliString(cliProperty(cliProperty(state.value, 'ExceptionAsErrorRecord'), 'FullyQualifiedErrorId')),
        'PipelineStopped',
      )
    }
})

test('closing aborts what runs and sends nothing', () => {
  const { outputs } = run([from('CREATE_PIPELINE', pipelineOf('a'), ONE), { kind: 'close' }], opened.pool)
  assert.deepEqual(short(outputs), ['create 1', 'start 1', 'abort 1'])
})

test('the questions about runspaces are answered with their call id', () => {
  const { outputs } = run(
    [
      from('SET_MAX_RUNSPACES', cliBag({ MaxRunspaces: cliInt(3), ci: cliLong(7n) })),
      from('GET_AVAILABLE_RUNSPACES', cliBag({ ci: cliLong(8n) })),
    ],
    opened.pool,
  )
  const answers = outputs.map((output) => output.kind === 'send' && output.message.data)
  assert.deepEqual(answers, [
    '<Obj RefId="0"><MS><B N="SetMinMaxRunspacesResponse">true</B><I64 N="ci">7</I64></MS></Obj>',
    '<Obj RefId="0"><MS><I64 N="SetMinMaxRunspacesResponse">3</I64><I64 N="ci">8</I64></MS></Obj>',
  ])
})

test('a session key is asked for once and answered once', () => {
  const asked = run(
    [
      from('PUBLIC_KEY', cliBag({ PublicKey: cliText('k') })),
      from('PUBLIC_KEY', cliBag({ PublicKey: cliText('l') })),
    ],
    opened.pool,
  )
  assert.deepEqual(asked.outputs, [{ kind: 'makeKey', publicKey: 'k' }])
  const answered = run(
    [
      { kind: 'key', encrypted: 'e' },
      { kind: 'key', encrypted: 'f' },
    ],
    asked.pool,
  )
  assert.equal(
    cliString(cliProperty(sent(answered.outputs, 'ENCRYPTED_SESSION_KEY'), 'EncryptedSessionKey')),
    'e',
  )
  assert.equal(answered.outputs.length, 1)
})

test('a message for another pool breaks this one', () => {
  const { outputs } = run(
    [
      {
        kind: 'message',
        message: {
          to: 'server',
          type: 'CREATE_PIPELINE',
          pool: ZERO_GUID,
          pipeline: ONE,
          data: formatClixml(pipelineOf('a')),
        },
        value: pipelineOf('a'),
      },
    ],
    opened.pool,
  )
  assert.equal(outputs.at(-1)?.kind, 'broken')
})

const inputs: fc.Arbitrary<PoolInput> = fc.oneof(
  fc
    .constantFrom(ONE, TWO)
    .chain((id) =>
      fc.constantFrom<PoolInput>(
        from('CREATE_PIPELINE', pipelineOf('a'), id),
        from('PIPELINE_INPUT', cliText('x'), id),
        from('END_OF_PIPELINE_INPUT', undefined, id),
        from('GET_COMMAND_METADATA', cliBag({}), id),
        { kind: 'stop', pipeline: id },
        { kind: 'ended', pipeline: id, end: { state: 'Completed' } },
      ),
    ),
  fc.constantFrom<PoolInput>(
    from('SET_MAX_RUNSPACES', cliBag({ MaxRunspaces: cliInt(2), ci: cliLong(1n) })),
    { kind: 'close' },
  ),
)

test('whatever comes: every pipeline that was created ends with exactly one state, and starts at most once before it', () => {
  fc.assert(
    fc.property(fc.array(inputs, { maxLength: 30 }), (list) => {
      const { pool, outputs } = run(list, opened.pool)
      for (const id of [ONE, TWO]) {
        let at: 'none' | 'created' | 'started' = 'none'
        for (const output of outputs) {
          const is = (kind: string): boolean =>
            output.kind === kind && 'pipeline' in output && output.pipeline === id
          if (is('create')) {
            assert.equal(at, 'none')
            at = 'created'
          } else if (is('start')) {
            assert.equal(at, 'created')
            at = 'started'
          } else if (is('done')) {
            assert.notEqual(at, 'none')
            at = 'none'
          } else if (is('input') || is('endInput') || is('abort')) assert.notEqual(at, 'none')
        }
        if (pool.at === 'opened') assert.equal(pool.pipelines.has(id), at !== 'none')
      }
    }),
  )
})

test('host and merging of a typed line are read', () => {
  const line = cliBag({
    Cmd: cliText('Get-CsTenant'),
    IsScript: cliBool(false),
    MergeMyResult: cliInt(2),
    MergeToResult: cliInt(1),
    Args: cliList([
      cliBag({ N: cliText('-Identity'), V: { kind: 'nil' } }),
      cliBag({ N: { kind: 'nil' }, V: cliText('foo') }),
      cliBag({ N: cliText('-Confirm: '), V: cliBool(false) }),
      cliBag({ N: cliText('PolicyName'), V: { kind: 'nil' } }),
    ]),
  })
  const request = cliBag({
    PowerShell: cliBag({
      Cmds: cliList([command('first')]),
      ExtraCmds: cliList([cliBag({ Cmds: cliList([line]) }), cliBag({ Cmds: cliList([command('b')]) })]),
    }),
    NoInput: cliBool(false),
  })
  const { outputs } = run([from('CREATE_PIPELINE', request, ONE)], opened.pool)
  const created = outputs[0]
  assert.ok(created?.kind === 'create' && created.request.kind === 'commands')
  assert.equal(created.request.noInput, false)
  assert.deepEqual(
    created.request.statements.map((statement) => statement.map(({ text }) => text)),
    [['Get-CsTenant'], ['b']],
  )
  const [typed] = created.request.statements[0] ?? []
  assert.equal(typed?.errors, 'output')
  assert.deepEqual(typed?.arguments, [
    { name: 'Identity', value: undefined },
    { name: undefined, value: cliText('foo') },
    { name: 'Confirm', value: cliBool(false) },
    { name: 'PolicyName', value: { kind: 'nil' } },
  ])
  assert.equal(cliItems(cliProperty(cliProperty(request, 'PowerShell'), 'ExtraCmds'))?.length, 2)
})
