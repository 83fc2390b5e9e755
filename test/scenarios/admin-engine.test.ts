import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry, Change, Ledger } from '../../src/actions/ports/ledger.ts'
import type { Ports } from '../../src/actions/ports/ports.ts'
import type { Cmdlet, Host, StreamRecord } from '../../src/admin/cmdlet.ts'
import { defineCmdlet, TerminatingError } from '../../src/admin/cmdlet.ts'
import { cmdletTable, table } from '../../src/admin/index.ts'
import type { Engine } from '../../src/admin/invoke.ts'
import { runPipeline } from '../../src/admin/invoke.ts'
import { psText } from '../../src/base/ps-text.ts'
import type { CommandCall, PsValue } from '../../src/base/ps-value.ts'
import { property, psObject } from '../../src/base/ps-value.ts'
import type { Administration } from './administration.ts'
import { CONSOLE, openAdministration } from './administration.ts'

const help = { en: 'x', ja: 'x' }

function call(name: string, given: Readonly<Record<string, PsValue>> = {}): CommandCall {
  return { name, arguments: Object.entries(given).map(([one, value]) => ({ name: one, value })) }
}

async function* records(...values: readonly PsValue[]): AsyncGenerator<PsValue> {
  yield* values
}

/** The real ledger, whose transactions somebody looks at. */
function counting(ledger: Ledger, commit: Ledger['commit']): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      if (name === 'commit') return commit
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Runs calls with extra commands in the table, counting the transactions. */
async function run(
  admin: Administration,
  calls: readonly CommandCall[],
  options: {
    readonly input?: AsyncIterable<PsValue>
    readonly extra?: readonly Cmdlet[]
    readonly signal?: AbortSignal
    readonly ask?: NonNullable<Host['ask']>
    readonly take?: number
    readonly commit?: (changes: readonly Change[], entries: readonly AuditEntry[]) => Promise<void>
  } = {},
) {
  const written: StreamRecord[] = []
  const commits: { readonly changes: number; readonly entries: readonly AuditEntry[] }[] = []
  const { ledger } = admin.ports
  const ports: Ports = {
    ...admin.ports,
    ledger: counting(ledger, async (changes, entries) => {
      commits.push({ changes: changes.length, entries })
      await (options.commit ?? ledger.commit.bind(ledger))(changes, entries)
    }),
  }
  const host: Host = {
    language: 'en',
    width: 80,
    write: (record) => void written.push(record),
    ...(options.ask && { ask: options.ask }),
  }
  const ended: string[] = []
  const engine: Engine = {
    ports,
    table: cmdletTable([...table.all(), ...(options.extra ?? [])]),
    ended: (cmdlet, result) => {
      ended.push(`${cmdlet} ${result}`)
    },
  }
  const output: PsValue[] = []
  let thrown: TerminatingError | undefined
  try {
    for await (const object of runPipeline(engine, calls, options.input, host, CONSOLE, options.signal)) {
      output.push(object)
      if (output.length === options.take) break
    }
  } catch (error) {
    assert.ok(error instanceof TerminatingError, String(error))
    thrown = error
  }
  const errors = written.flatMap((one) => (one.stream === 'error' ? [one.record] : []))
  return { output, errors, written, commits, ended, record: thrown?.record }
}

test('an unknown command anywhere in the line ends it before anything runs', async () => {
  await using admin = await openAdministration()
  const ran = await run(admin, [call('New-CsClientPolicy', { Identity: 'P' }), call('Grant')])
  assert.equal(ran.record?.fullyQualifiedErrorId, 'CommandNotFoundException')
  assert.equal(ran.record?.category, 'ObjectNotFound')
  assert.match(ran.record?.message ?? '', /^The term 'Grant' is not recognized as the name of a cmdlet/)
  assert.equal(admin.ports.facts.policy('CsClientPolicy', 'Tag:P'), undefined)
})

test('a value that cannot be converted behind a good command changes nothing either', async () => {
  await using admin = await openAdministration()
  const ran = await run(admin, [
    call('New-CsClientPolicy', { Identity: 'P' }),
    call('Set-CsClientPolicy', { MaximumNumberOfContacts: 1001 }),
  ])
  assert.equal(ran.record?.fullyQualifiedErrorId, 'ParameterArgumentTransformationError,Set-CsClientPolicy')
  assert.deepEqual(ran.commits, [])
})

test('an input that ends at once is not a call without a pipeline', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const ran = await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P' })], { input: records() })
  assert.equal(ran.record, undefined)
  assert.equal(admin.ports.facts.tenantGrant('CsClientPolicy'), undefined)
  await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P' })])
  assert.equal(admin.ports.facts.tenantGrant('CsClientPolicy'), 'Tag:P')
})

test('records that come back from a client bind as they left: bags, texts, addresses', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const bag = psObject('Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.ADUser', [
    ['DisplayName', 'Ken Myer'],
    ['Identity', 'CN=Ken Myer,OU=Users,DC=litwareinc,DC=com'],
    ['PSComputerName', 'pool'],
  ])
  const ran = await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P' })], {
    input: records(
      bag,
      'sip:tonysmith@litwareinc.com',
      psObject('Row', [['SipAddress', 'sip:pilarackerman@litwareinc.com']]),
      'nobody',
    ),
  })
  assert.deepEqual(
    ran.errors.map((one) => one.fullyQualifiedErrorId),
    ['Identity,Grant-CsClientPolicy'],
  )
  assert.deepEqual((await admin.run('Get-CsUser')).values('ClientPolicy'), ['P', 'P', 'P', null])
})

test('changes of one invocation commit in batches of 500 objects, with their records, and objects leave after the commit', async () => {
  const people = Array.from({ length: 1203 }, (_, at) => ({
    name: `Person ${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10) % 10]}${'uvwxyz'[Math.floor(at / 100) % 6]}${at >= 600 ? (at >= 1200 ? 'c' : 'b') : 'a'}`,
  }))
  await using admin = await openAdministration(people)
  await admin.run('New-CsClientPolicy P')
  const seen: (string | undefined)[] = []
  const spy: Cmdlet = defineCmdlet({
    name: 'Test-Spy',
    synopsis: help,
    roles: 'everyone',
    parameters: {},
    async *stream({ ports }, _, input) {
      for await (const object of input) {
        const id = psText(property(object, 'ObjectId') ?? null)
        const account = [...ports.facts.accounts()].find((one) => one.guid === id)
        if (account !== undefined) seen.push(ports.facts.grant('CsClientPolicy', account.id))
      }
      yield seen.length
    },
  })
  const ran = await run(
    admin,
    [call('Get-CsUser'), call('Grant-CsClientPolicy', { PolicyName: 'P', PassThru: true }), call('Test-Spy')],
    { extra: [spy] },
  )
  assert.deepEqual(ran.output, [1203])
  assert.ok(
    seen.every((policy) => policy === 'Tag:P'),
    'each object came after its change was compiled',
  )
  const grants = ran.commits.filter(({ changes }) => changes > 0)
  assert.equal(
    grants.reduce((sum, { changes }) => sum + changes, 0),
    1203,
  )
  assert.ok(grants.every(({ changes }) => changes <= 500))
  assert.ok(
    grants.length < 50,
    'a batch, not a commit for each; a machine that stands still may make smaller ones',
  )
  for (const { changes, entries } of grants)
    assert.equal(entries.filter((one) => one.targetObject).length, changes)
  const own = ran.commits
    .flatMap(({ entries }) => entries)
    .filter((one) => one.cmdlet === 'Grant-CsClientPolicy')
  assert.equal(new Set(own.map((one) => one.invocation)).size, 1)
  assert.equal(own.filter((one) => one.targetObject === null).length, 1, 'one record of the invocation')
})

test('a change and the record of its invocation are one transaction', async () => {
  await using admin = await openAdministration()
  const ran = await run(admin, [call('Set-CsClientPolicy', { EnableIMAutoArchiving: false })])
  assert.deepEqual(
    ran.commits.map(({ changes, entries }) => [changes, entries.map((one) => one.targetObject)]),
    [[1, ['Global', null]]],
  )
  const [object, invocation] = ran.commits[0]?.entries ?? []
  assert.deepEqual(object?.after, { EnableIMAutoArchiving: false })
  assert.match(invocation?.result ?? '', /^Success: 0 objects, 1 changed, 0 errors, \d+ ms$/)
  assert.deepEqual(ran.ended, ['Set-CsClientPolicy Success'])
})

test('secrets and long texts do not reach the record', async () => {
  await using admin = await openAdministration()
  const secret: Cmdlet = defineCmdlet({
    name: 'Test-Secret',
    synopsis: help,
    roles: ['CsAdministrator'],
    parameters: {
      Password: { type: { kind: 'secureString' }, help },
      NtHash: { type: { kind: 'string' }, help },
      Text: { type: { kind: 'string' }, help },
      Credential: { type: { kind: 'credential' }, help },
    },
    run: async () => undefined,
  })
  const ran = await run(
    admin,
    [
      call('Test-Secret', {
        Password: { kind: 'secure', text: 'planted-1' },
        NtHash: 'planted-2',
        Credential: { kind: 'credential', user: 'u', password: 'planted-3' },
        Text: 'x'.repeat(5000),
      }),
    ],
    { extra: [secret] },
  )
  const text = JSON.stringify(ran.commits)
  assert.doesNotMatch(text, /planted/)
  assert.ok(text.length < 3000)
})

test('-ErrorAction: Stop ends the pipeline, SilentlyContinue and Ignore keep the record', async () => {
  await using admin = await openAdministration()
  const input = () => records('nobody', 'sip:kenmyer@litwareinc.com')
  const stop = await run(admin, [call('Get-CsUser', { ErrorAction: 'Stop' })], { input: input() })
  assert.equal(stop.record?.message, 'Management object not found for identity "nobody".')
  assert.equal(stop.output.length, 0)
  for (const ErrorAction of ['SilentlyContinue', 'Ignore']) {
    const quiet = await run(admin, [call('Get-CsUser', { ErrorAction })], { input: input() })
    assert.deepEqual([quiet.errors, quiet.output.length], [[], 1])
  }
  const wrong = await run(admin, [call('Get-CsUser', { ErrorAction: 'Never' })])
  assert.match(
    wrong.record?.message ?? '',
    /on parameter 'ErrorAction'.*Unable to match the identifier name Never/,
  )
})

test('an error in the middle keeps what was done before it', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const ran = await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P', ErrorAction: 'Stop' })], {
    input: records('sip:tonysmith@litwareinc.com', 'nobody', 'sip:kenmyer@litwareinc.com'),
  })
  assert.ok(ran.record)
  assert.deepEqual((await admin.run('Get-CsUser')).values('ClientPolicy'), ['P', null, null, null])
  assert.match(ran.commits.at(-1)?.entries.at(-1)?.result ?? '', /^Failure: .*nobody/)
})

test('-Confirm asks for each object, and "all" answers the rest', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const asked: string[] = []
  const answers = [2, 0, 1]
  const ask = {
    choice: async (_: string, message: string) => {
      asked.push(message)
      return answers.shift() ?? 2
    },
    fields: async () => new Map(),
  }
  const users = records('Tony Smith', 'Ken Myer', 'Pilar Ackerman', 'David Longmire')
  await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P', Confirm: true })], { input: users, ask })
  assert.equal(asked.length, 3)
  assert.equal(
    asked[0],
    'Are you sure you want to perform this action?\nPerforming the operation "Grant-CsClientPolicy" on target "Tony Smith".',
  )
  assert.deepEqual((await admin.run('Get-CsUser')).values('ClientPolicy'), [null, 'P', 'P', 'P'])
})

test('where nobody can be asked the error names the switch, and nothing is changed', async () => {
  await using admin = await openAdministration()
  const ran = await run(admin, [call('New-CsClientPolicy', { Identity: 'P', Confirm: true })])
  assert.equal(ran.record?.fullyQualifiedErrorId, 'PromptNotPossible,New-CsClientPolicy')
  assert.match(ran.record?.message ?? '', /-Confirm:\$false/)
  assert.equal(admin.ports.facts.policy('CsClientPolicy', 'Tag:P'), undefined)
  const missing = await run(admin, [call('New-CsClientPolicy')])
  assert.equal(missing.record?.fullyQualifiedErrorId, 'MissingMandatoryParameter,New-CsClientPolicy')
})

test('a missing mandatory parameter is asked for where somebody is there', async () => {
  await using admin = await openAdministration()
  const asked: string[] = []
  const ask = {
    choice: async () => 0,
    fields: async (caption: string) => {
      asked.push(caption)
      return new Map<string, PsValue>([['Identity', 'P']])
    },
  }
  await run(admin, [call('New-CsClientPolicy')], { ask })
  assert.deepEqual(asked, ['cmdlet New-CsClientPolicy at command pipeline position 1'])
  assert.ok(admin.ports.facts.policy('CsClientPolicy', 'Tag:P'))
})

test('a stopped pipeline ends with PipelineStopped and is on record', async () => {
  await using admin = await openAdministration()
  const stop = new AbortController()
  queueMicrotask(() => stop.abort())
  const ran = await run(admin, [call('Test-NpSleep', { Seconds: 3600 })], { signal: stop.signal })
  assert.equal(ran.record?.fullyQualifiedErrorId, 'PipelineStopped')
  assert.match(ran.commits.at(-1)?.entries.at(-1)?.result ?? '', /^Stopped/)
})

test('a reader that has enough ends the commands before it, and they are on record', async () => {
  await using admin = await openAdministration()
  const ran = await run(admin, [call('Get-CsUser')], { take: 1 })
  assert.deepEqual(ran.ended, ['Get-CsUser Stopped'])
  assert.equal(ran.commits.length, 1)
})

test('a store that does not take the change is an error without its secrets, and no object leaves', async () => {
  await using admin = await openAdministration()
  const ran = await run(admin, [call('New-CsClientPolicy', { Identity: 'P' })], {
    commit: async () => {
      throw new Error('SQLITE_FULL: /var/lib/nightpost.db')
    },
  })
  assert.deepEqual(ran.output, [])
  assert.equal(ran.record?.category, 'ResourceUnavailable')
  assert.doesNotMatch(ran.record?.message ?? '', /SQLITE|\/var/)
})

test('-Verbose, -WarningAction and -OutVariable do what they say', async () => {
  await using admin = await openAdministration()
  const quiet = await admin.run('Set-CsClientPolicy -EnableSkypeUI $False -WarningAction SilentlyContinue')
  assert.deepEqual(quiet.warnings, [])
  const kept = await admin.run('Get-CsUser "Ken Myer" -OutVariable v; $v.DisplayName')
  assert.equal(kept.output[1], 'Ken Myer')
})

test('a list of thousands lets the event loop turn', async () => {
  const people = Array.from({ length: 3000 }, (_, at) => ({
    name: `Person ${at.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`,
  }))
  await using admin = await openAdministration(people)
  let turns = 0
  let listing = true
  const turn = () => {
    turns += 1
    if (listing) setImmediate(turn)
  }
  setImmediate(turn)
  const listed = await run(admin, [
    call('Get-CsOnlineUser'),
    call('Select-Object', { Property: ['DisplayName'] }),
  ])
  listing = false
  assert.equal(listed.output.length, 3000)
  assert.ok(turns >= 30, `${turns} turns`)
})

test('every example of the help runs as it is written', async () => {
  const lines = table
    .all()
    .flatMap((cmdlet) => (cmdlet.examples ?? []).map((example) => [cmdlet.name, example.line] as const))
  assert.ok(lines.length > 5)
  for (const [name, line] of lines) {
    await using admin = await openAdministration()
    if (!name.startsWith('New-')) await admin.run('New-CsClientPolicy OfflineIM')
    const ran = await admin.run(line)
    const binding = ran.errors.filter((one) => /ParameterBinding|CommandNotFound|Parse/.test(one.exception))
    assert.deepEqual(binding, [], `${name}: ${line}`)
    if (/-Cs/.test(name)) assert.deepEqual(ran.errors, [], line)
  }
})

test('a client that takes its time between two records does not keep the first change waiting', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const changed = Promise.withResolvers<void>()
  const end = admin.ports.bus.subscribe((what) => {
    if (what.topic === 'policy') changed.resolve()
  })
  async function* slowly() {
    yield 'sip:tonysmith@litwareinc.com'
    await changed.promise // never comes unless the first grant is committed while we wait
    yield 'sip:kenmyer@litwareinc.com'
  }
  const ran = await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P' })], { input: slowly() })
  end()
  assert.deepEqual(ran.errors, [])
  assert.deepEqual((await admin.run('Get-CsUser')).values('ClientPolicy'), ['P', 'P', null, null])
})

test('a stop is heard by a command that collects', async () => {
  await using admin = await openAdministration()
  const stop = new AbortController()
  async function* never() {
    yield 1
    queueMicrotask(() => stop.abort())
    await new Promise(() => undefined)
  }
  const ran = await run(admin, [call('Sort-Object')], { input: never(), signal: stop.signal })
  assert.equal(ran.record?.fullyQualifiedErrorId, 'PipelineStopped')
})

test('a stop is heard while the next record is waited for', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy P')
  const stop = new AbortController()
  async function* never() {
    yield 'sip:tonysmith@litwareinc.com'
    queueMicrotask(() => stop.abort())
    await new Promise(() => undefined)
  }
  const ran = await run(admin, [call('Grant-CsClientPolicy', { PolicyName: 'P' })], {
    input: never(),
    signal: stop.signal,
  })
  assert.equal(ran.record?.fullyQualifiedErrorId, 'PipelineStopped')
  assert.deepEqual(
    (await admin.run('Get-CsUser')).values('ClientPolicy'),
    ['P', null, null, null],
    'what was done is kept',
  )
})
