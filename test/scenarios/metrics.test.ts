import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { UcwaClient } from '../client/ucwa-client.ts'
import { direct } from './console-house.ts'
import { type Launched, launch, ROOT } from './launch.ts'

// What INTERFACES section 4 says of /metrics, read from its own words, and SECURITY 60 beside it.

const PROMISED = readFileSync(join(ROOT, 'test', 'facts', 'metrics.md'), 'utf8')

interface Promised {
  readonly name: string
  /** Label names; values where they are listed. */
  readonly labels: ReadonlyMap<string, readonly string[]>
}

/** `nightpost_messages_total{outcome="delivered|stored|refused",reason}` and its like. */
function promised(): readonly Promised[] {
  return [...(PROMISED.split('\n\n')[0]?.matchAll(/`(nightpost_\w+)(?:\{([^}]*)\})?`/g) ?? [])].map(
    ([, name = '', labels]) => ({
      name,
      labels: new Map(
        (labels ?? '')
          .split(',')
          .filter(Boolean)
          .map((label): [string, string[]] => {
            const [key = '', values = ''] = label.replaceAll('"', '').split('=')
            return [key, values.split('|').filter(Boolean)]
          }),
      ),
    }),
  )
}

/** `Stored: `offline`, …`: the words that row, trace, metric, log and test share. */
function promisedReasons(): readonly (readonly [outcome: string, reason: string])[] {
  const text = PROMISED.slice(PROMISED.indexOf('Reasons, ')).replace(/\(.*?\)/g, '')
  return [...text.matchAll(/\b(Delivered|Stored|Refused): ([^.]*)\./g)].flatMap(
    ([, outcome = '', list = '']) =>
      [...list.matchAll(/`(\w+)`/g)].map(([, reason = '']) => [outcome.toLowerCase(), reason] as const),
  )
}

const documents = join(ROOT, '..', 'shared', 'INTERFACES.md')
test('the words of the interface page are those that are checked here', {
  skip: !existsSync(documents) && 'the documents are not beside the clone',
}, () => {
  assert.ok(readFileSync(documents, 'utf8').includes(PROMISED.trim()))
})

let house: Launched
before(async () => {
  house = await launch(['--demo'])
})
after(() => house.end())

const page = async () => (await fetch(`${house.ready.url}/metrics`)).text()

/** The value of the first sample that begins so. */
async function sample(start: string): Promise<number> {
  const line = (await page()).split('\n').find((one) => one.startsWith(start))
  assert.ok(line, start)
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}

/** Asks until a sample is what it should be: gauges are a moment behind. */
async function until(start: string, right: (value: number) => boolean): Promise<void> {
  while (!right(await sample(start))) await sleep(50)
}

test('every name and every label is there before the first event', async () => {
  const text = await page()
  const names = promised()
  assert.ok(names.length >= 9, 'the names were read')
  for (const { name, labels } of names) {
    assert.match(text, new RegExp(`^# TYPE ${name} (?:counter|gauge|histogram)$`, 'm'), name)
    const samples = text
      .split('\n')
      .filter((line) => new RegExp(`^${name}(?:_bucket|_sum|_count)?[{ ]`).test(line))
    assert.ok(samples.length > 0, `${name} has no sample`)
    for (const [label, values] of labels) {
      assert.ok(
        samples.every((line) => line.includes(`${label}="`)),
        `${name} has ${label}`,
      )
      for (const value of values)
        assert.ok(
          samples.some((line) => line.includes(`${label}="${value}"`)),
          `${name} ${label}=${value}`,
        )
    }
  }
  assert.ok(text.includes('process_resident_memory_bytes'), 'the defaults of prom-client (memory)')
  const reasons = promisedReasons()
  assert.equal(reasons.length, 18)
  for (const [outcome, reason] of reasons)
    assert.ok(text.includes(`{outcome="${outcome}",reason="${reason}"} 0`), `${outcome} ${reason}`)
})

test('what SECURITY 60 asks for beside is there too', async () => {
  const text = await page()
  for (const line of [
    'nightpost_queue_length{queue="store"}',
    'nightpost_queue_length{queue="passwords"}',
    'nightpost_queue_length{queue="endpoints"}',
    'nightpost_connections{protocol="https"}',
    'nightpost_connections{protocol="http"}',
    'nightpost_connections{protocol="ssh"}',
    'nightpost_connections{protocol="console"}',
    'nightpost_request_seconds_count{protocol="http"}',
    'nightpost_limit_hits_total{limit="unsignedPerSecond"}',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ])
    assert.ok(text.includes(line), line)
})

function person(name: string) {
  const found = house.ready.users?.find(({ displayName }) => displayName === name)
  assert.ok(found, name)
  return { base: house.ready.url, user: found.user, password: found.password ?? '', sip: found.sip }
}

test('each number moves when its event happens, and no label names a person', async () => {
  const [tony, ken] = [person('Tony Smith'), person('Ken Myer')]
  const commits = await sample('nightpost_store_commit_seconds_count')
  const batches = await sample('nightpost_store_batch_messages_count')
  const client = await UcwaClient.online(tony)
  await until('nightpost_endpoints{protocol="ucwa"}', (count) => count === 1)
  assert.equal(await sample('nightpost_sign_ins_total{protocol="ucwa",result="ok"}'), 1)
  await client.conversation(ken.sip, 'hello')
  assert.equal(await sample('nightpost_messages_total{outcome="stored",reason="offline"}'), 1)
  assert.ok((await sample('nightpost_store_commit_seconds_count')) > commits)
  assert.equal(await sample('nightpost_store_batch_messages_count'), batches + 1)
  await until('nightpost_mailbox_items{state="unread"}', (count) => count === 1)
  await until('nightpost_mailbox_oldest_seconds', (age) => age > 0)

  await assert.rejects(client.conversation('sip:nobody@nightpost.localhost', 'hello'))
  assert.equal(await sample('nightpost_messages_total{outcome="refused",reason="unknownRecipient"}'), 1)
  const wrong = await fetch(`${house.ready.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: ken.user, password: 'wrong' }),
  })
  assert.equal(wrong.status, 400)
  assert.equal(await sample('nightpost_sign_ins_total{protocol="web",result="wrong"}'), 1)

  const done = await direct([
    'shell',
    '--data',
    house.data,
    '-c',
    'Get-CsTenant; Get-CsUser -Identity nobody',
  ])
  assert.equal(done.code, 1)
  assert.equal(await sample('nightpost_cmdlets_total{cmdlet="Get-CsTenant",result="Success"}'), 1)
  assert.equal(await sample('nightpost_cmdlets_total{cmdlet="Get-CsUser",result="Failure"}'), 1)

  const reader = await UcwaClient.online(ken)
  await until('nightpost_endpoints{protocol="ucwa"}', (count) => count === 2)
  await reader.accept()
  await until('nightpost_mailbox_items{state="read"}', (count) => count === 1)
  await client.close()
  await reader.close()
  assert.ok(!/tony|ken\.myer|nobody@/i.test(await page()), 'no user names as labels')
})

test('connections and answers are counted', async () => {
  const answered = await sample('nightpost_request_seconds_count{protocol="http"}')
  const found = await sample('nightpost_requests_total{protocol="http",status="4xx"}')
  await fetch(`${house.ready.url}/nowhere`)
  assert.ok((await sample('nightpost_request_seconds_count{protocol="http"}')) > answered)
  assert.equal(await sample('nightpost_requests_total{protocol="http",status="4xx"}'), found + 1)
  const socket = connect(house.ready.http ?? 0, '127.0.0.1')
  const open = await sample('nightpost_connections{protocol="http"}')
  assert.ok(open >= 1)
  socket.destroy()
  const large = await fetch(`${house.ready.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: 'x'.repeat(300_000),
  })
  assert.equal(large.status, 413)
  assert.equal(await sample('nightpost_limit_hits_total{limit="requestBody"}'), 1)
})
