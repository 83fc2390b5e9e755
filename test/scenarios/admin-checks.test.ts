import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendMessage } from '../../src/actions/send-message.ts'
import { secretsFor } from '../../src/actions/set-password.ts'
import { runPipeline } from '../../src/admin/invoke.ts'
import type { PsValue } from '../../src/base/ps-value.ts'
import { property } from '../../src/base/ps-value.ts'
import { plainMessage } from '../plain-message.ts'
import type { Administration } from './administration.ts'
import { CONSOLE, openAdministration } from './administration.ts'

/** Stories J1 to J3: checks that run as their users would. */

const PASSWORD = 'correct horse battery staple'
const POOL = 'pool.litwareinc.com'

/** One test object: Result, Error, and the code in Diagnosis. */
function seen(output: readonly PsValue[]): readonly (PsValue | undefined)[] {
  assert.equal(output.length, 1)
  const [one = null] = output
  const code = /ErrorCode=(\d+),/.exec(String(property(one, 'Diagnosis')))?.[1]
  return [property(one, 'TargetFqdn'), property(one, 'Result'), property(one, 'Error'), code ?? null]
}

/** Everything both sides would find: items, history, and who is there. */
async function traces(admin: Administration): Promise<readonly unknown[]> {
  const found: unknown[] = []
  await admin.ports.positions.flush()
  for (const account of admin.ports.facts.accounts()) {
    const { inboxMessages, historyMessages, sentWaiting } = await admin.ports.threads.statistics(account.id)
    if (inboxMessages + historyMessages + sentWaiting > 0)
      found.push([account.displayName, inboxMessages, historyMessages, sentWaiting])
    if (admin.ports.lanes.reachable(account.id)) found.push(`${account.displayName} is reachable`)
  }
  return found
}

test('J1 a message goes from one test user to the other, and nothing of it stays', async () => {
  await using admin = await openAdministration()
  const announced: string[] = []
  admin.ports.bus.subscribe((what) => announced.push(what.topic))
  const ran = await admin.run(
    `Test-CsIM -TargetFqdn "${POOL}" -SenderSipAddress "sip:tonysmith@litwareinc.com" -ReceiverSipAddress "sip:kenmyer@litwareinc.com" -Verbose`,
  )
  assert.deepEqual(seen(ran.output), [POOL, 'Success', null, null])
  assert.ok(announced.includes('row'), 'the message was a message')
  assert.deepEqual(await traces(admin), [])
})

test('J1 earlier words of the two stay where they are', async () => {
  await using admin = await openAdministration()
  const to = admin.account('Ken Myer')
  assert.ok(to.sip)
  await sendMessage(admin.ports, plainMessage(admin.account('Tony Smith').id, to.sip, 'hello'))
  const before = await traces(admin)
  assert.equal(before.length, 2)
  const ran = await admin.run(
    `Test-CsIM ${POOL} -SenderSipAddress tonysmith@litwareinc.com -ReceiverSipAddress kenmyer@litwareinc.com`,
  )
  assert.deepEqual(seen(ran.output)[1], 'Success')
  assert.deepEqual(await traces(admin), before)
})

test('J1 without test users, with unknown, suspended and blocked ones, and at an unknown pool', async () => {
  await using admin = await openAdministration()
  const none = await admin.run(`Test-CsIM -TargetFqdn "${POOL}"`)
  assert.deepEqual(none.output, [])
  assert.deepEqual(
    [none.errors[0]?.category, none.errors[0]?.fullyQualifiedErrorId],
    [
      'ResourceUnavailable',
      'NotFoundTestUsers,Microsoft.Rtc.Management.SyntheticTransactions.TestCsIMCmdlet',
    ],
  )
  const im = (from: string, to: string, pool = POOL) =>
    `Test-CsIM ${pool} -SenderSipAddress ${from}@litwareinc.com -ReceiverSipAddress ${to}@litwareinc.com`
  const unknown = await admin.run(im('tonysmith', 'nobody'))
  assert.deepEqual(seen(unknown.output), [POOL, 'Failure', '404, Not Found', '4005'])
  const elsewhere = await admin.run(im('tonysmith', 'kenmyer', 'other.example.com'))
  assert.deepEqual(seen(elsewhere.output).slice(1), ['Failure', '504, Server time-out', '1008'])
  await admin.ports.ledger.commit(
    [
      {
        kind: 'putAccessLevel',
        owner: admin.account('Ken Myer').id,
        other: admin.account('Tony Smith').id,
        level: 'Blocked',
      },
    ],
    [],
  )
  assert.equal(seen((await admin.run(im('tonysmith', 'kenmyer'))).output)[1], 'Failure')
  await admin.run('Set-CsUser -Identity "Ken Myer" -Enabled $False')
  assert.deepEqual(seen((await admin.run(im('pilarackerman', 'kenmyer'))).output), [
    POOL,
    'Failure',
    '404, Not Found',
    '4005',
  ])
  assert.deepEqual(await traces(admin), [])
})

test('J2 presence of one is seen by the other, unless blocked', async () => {
  await using admin = await openAdministration()
  const line = `Test-CsPresence -TargetFqdn "${POOL}" -PublisherSipAddress tonysmith@litwareinc.com -SubscriberSipAddress kenmyer@litwareinc.com -TimeoutInSeconds 1`
  assert.deepEqual(seen((await admin.run(line)).output), [POOL, 'Success', null, null])
  await admin.ports.ledger.commit(
    [
      {
        kind: 'putAccessLevel',
        owner: admin.account('Tony Smith').id,
        other: admin.account('Ken Myer').id,
        level: 'Blocked',
      },
    ],
    [],
  )
  assert.deepEqual(seen((await admin.run(line)).output).slice(1, 2), ['Failure'])
  assert.deepEqual(await traces(admin), [])
})

test('J1, J3 with credentials: the right one, a wrong one, one of somebody else', async () => {
  await using admin = await openAdministration()
  for (const name of ['Ken Myer', 'Tony Smith']) {
    const account = admin.account(name)
    const secrets = await secretsFor(admin.ports, account, PASSWORD)
    await admin.ports.ledger.commit([{ kind: 'putSecrets', id: account.id, secrets }], [])
  }
  const register = (address: string, user: string, password = PASSWORD) =>
    type(admin, 'Test-CsRegistration', {
      TargetFqdn: POOL,
      UserSipAddress: address,
      UserCredential: { kind: 'credential', user, password },
    })
  const ken = 'sip:kenmyer@litwareinc.com'
  assert.deepEqual(seen(await register(ken, 'litwareinc\\kenmyer')), [POOL, 'Success', null, null])
  assert.deepEqual(seen(await register(ken, 'kenmyer@litwareinc.com', 'guess'))[2], '401, Unauthorized')
  assert.deepEqual(seen(await register(ken, 'tonysmith@litwareinc.com'))[2], '403, Forbidden')
  assert.deepEqual(seen(await register('sip:no@litwareinc.com', 'no@litwareinc.com'))[3], '4005')
  const both = await type(admin, 'Test-CsIM', {
    TargetFqdn: POOL,
    SenderSipAddress: 'sip:tonysmith@litwareinc.com',
    SenderCredential: { kind: 'credential', user: 'tonysmith@litwareinc.com', password: PASSWORD },
    ReceiverSipAddress: ken,
    ReceiverCredential: { kind: 'credential', user: 'kenmyer@litwareinc.com', password: PASSWORD },
  })
  assert.deepEqual(seen(both), [POOL, 'Success', null, null])
  assert.deepEqual(await traces(admin), [])
  const audit: string[] = []
  for await (const record of admin.ports.audit.find({})) audit.push(JSON.stringify(record))
  assert.ok(audit.length > 4)
  assert.doesNotMatch(audit.join(), /correct horse|guess/)
})

/** A call whose arguments are objects, as they come through remoting. */
async function type(
  admin: Administration,
  name: string,
  given: Readonly<Record<string, PsValue>>,
): Promise<readonly PsValue[]> {
  const call = { name, arguments: Object.entries(given).map(([key, value]) => ({ name: key, value })) }
  const host = { language: 'en', width: 80, write: () => undefined } as const
  const output: PsValue[] = []
  for await (const one of runPipeline(admin.engine, [call], undefined, host, CONSOLE)) output.push(one)
  return output
}
