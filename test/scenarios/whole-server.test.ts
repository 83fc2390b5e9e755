import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { UcwaClient } from '../client/ucwa-client.ts'
import { type Launched, launch, nightpost } from './launch.ts'

// The main job through everything: launcher, doors, core, store, console, metrics, logs; the server ends in between.

const TEXT = 'planted: the key is under the flower pot'

/** Whatever a failure leaves open. */
const open: { close(): Promise<unknown> }[] = []
after(() => Promise.all(open.map((one) => one.close())))

async function online(server: Launched, name: string): Promise<UcwaClient> {
  const client = await UcwaClient.online(person(server, name))
  open.push(client)
  return client
}

async function started(data?: string): Promise<Launched> {
  const server = await launch(['--demo', '--log-level', 'trace'], data === undefined ? {} : { data })
  open.push({ close: () => server.end() })
  return server
}

function person(server: Launched, name: string) {
  const found = server.ready.users?.find(({ displayName }) => displayName === name)
  assert.ok(found, name)
  return { base: server.ready.url, user: found.user, password: found.password ?? '', sip: found.sip }
}

async function metric(server: Launched, line: string): Promise<number> {
  const text = await (await fetch(`${server.ready.url}/metrics`)).text()
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `))
  return Number(found?.slice(line.length + 1))
}

async function shell(server: Launched, line: string): Promise<Record<string, unknown>[]> {
  const done = await nightpost(['shell', '--data', server.data, '--json', '-c', line])
  assert.equal(done.code, 0, done.stderr)
  return JSON.parse(done.stdout) as Record<string, unknown>[]
}

const stored = 'nightpost_messages_total{outcome="stored",reason="offline"}'
const refusedByPolicy = 'nightpost_messages_total{outcome="refused",reason="senderPolicy"}'

test('a message to somebody who is not there waits through the end of the server, is announced, and leaves no text in any log', async () => {
  const first = await started()
  const tony = await online(first, 'Tony Smith')
  const ken = person(first, 'Ken Myer')
  assert.equal(await metric(first, stored), 0)
  await tony.conversation(ken.sip, TEXT)
  assert.equal(await metric(first, stored), 1)
  // The gauge looks at what is written behind, and at most once a second.
  while ((await metric(first, 'nightpost_mailbox_items{state="unread"}')) !== 1) await sleep(50)
  assert.equal(await metric(first, 'nightpost_endpoints{protocol="ucwa"}'), 1)
  assert.equal(await metric(first, 'nightpost_sign_ins_total{protocol="ucwa",result="ok"}'), 1)
  const [item] = await shell(first, 'Get-NpOfflineMessage -Identity "Ken Myer"')
  assert.equal(item?.State, 'Unread')
  assert.equal(item?.Text, null, 'the console does not hold NpMessageReader')
  assert.ok(
    (await metric(first, 'nightpost_cmdlets_total{cmdlet="Get-NpOfflineMessage",result="Success"}')) >= 1,
  )
  await tony.close()
  assert.equal(await first.end(), 0)

  const second = await started(first.data)
  const client = await online(second, 'Ken Myer')
  const invitation = await client.accept()
  assert.equal(invitation.resource.direction, 'Incoming')
  const message = await client.event('message completed', (event) => event.resource.direction === 'Incoming')
  assert.match(JSON.stringify(message.resource), /flower/)

  await shell(second, 'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False')
  const pilar = await online(second, 'Pilar Ackerman')
  await assert.rejects(
    pilar.conversation('sip:lisa.andrews@nightpost.localhost', TEXT),
    /RemoteFailure|Unreachable|failed/,
  )
  assert.equal(await metric(second, refusedByPolicy), 1)
  assert.equal((await shell(second, 'Get-NpOfflineMessage -Identity "Lisa Andrews"')).length, 0)
  await client.close()
  await pilar.close()
  assert.equal(await second.end(), 0)

  const day = new Date().toISOString().slice(0, 10)
  const logs = [
    first.output().stderr,
    second.output().stderr,
    readFileSync(join(first.data, 'security-log', `${day}.jsonl`), 'utf8'),
  ]
  const secrets = [
    TEXT,
    encodeURIComponent(TEXT),
    tony.token,
    client.token,
    ken.password,
    first.ready.admin?.password ?? '',
  ]
  for (const log of logs)
    for (const secret of secrets) assert.ok(secret.length > 8 && !log.includes(secret), secret)
})

test('SIGTERM answers who waits, and is over long before the drain time', async () => {
  const server = await started()
  const clients = [await online(server, 'Tony Smith'), await online(server, 'Ken Myer')]
  assert.equal(await server.end(), 0)
  assert.doesNotMatch(server.output().stderr, /not drained in time/)
  for (const client of clients) await client.close()
})
