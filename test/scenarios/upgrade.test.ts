import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type Json, listOf, textOfMessage, UcwaClient } from '../client/ucwa-client.ts'
import { type Launched, launch, nightpost, ROOT, temporaryFolder } from './launch.ts'

// Every release that was: its data folder, and the backup it made of it, under the server of now (SECURITY 66). `test/fixtures/make-data.ts`
// made them in the clone of that release and says what is in them.

const FIXTURES = join(ROOT, 'test', 'fixtures')
const releases = readdirSync(FIXTURES).filter((name) => name.startsWith('data-'))
const packed = (release: string, name: string) =>
  gunzipSync(readFileSync(join(FIXTURES, release, `${name}.gz`)))

/** A copy of the folder as that release left it. */
function oldFolder(release: string): string {
  const data = temporaryFolder()
  mkdirSync(join(data, 'keys'), { recursive: true, mode: 0o700 })
  writeFileSync(join(data, 'nightpost.db'), packed(release, 'nightpost.db'), { mode: 0o600 })
  writeFileSync(join(data, 'keys', 'secrets.json'), packed(release, 'keys-secrets.json'), { mode: 0o600 })
  return data
}

/** What the current `restore` makes of that release's backup. */
async function restored(release: string): Promise<string> {
  const backup = temporaryFolder('backup.np')
  writeFileSync(backup, packed(release, 'backup.np'), { mode: 0o600 })
  const data = temporaryFolder()
  const done = await nightpost(['restore', backup, '--data', data])
  assert.equal(done.code, 0, done.stderr)
  return data
}

const WAYS: readonly [name: string, folder: (release: string) => string | Promise<string>, key: boolean][] = [
  ['a data folder', oldFolder, true],
  ['a restored backup', restored, false],
]

/** Whatever a failure leaves open. */
const clients: UcwaClient[] = []
after(() => Promise.all(clients.map((client) => client.close())))

assert.ok(releases.includes('data-0.1.0'))
for (const release of releases) {
  for (const [name, folder, hasKey] of WAYS) {
    test(`${name} of ${release.replace('data-', '')} has everything under the server of now`, async () => {
      const data = await folder(release)
      await using server = await launch([], { data })
      await hasMessages(server)
      await hasConfiguration(server)
      await hasDigest(server, hasKey)
    })
  }
}

async function hasMessages(server: Launched): Promise<void> {
  const tony = await online(server, 'tony')
  const sides = await logsOf(tony)
  const toKen = sides.find((side) => side.origin === 'Inbox' || Number(side.sentWaitingCount) > 0)
  const states = (await transcriptsOf(tony, toKen)).map((line) => line.delivery ?? line.state)
  assert.deepEqual(states, ['Read', 'Read', 'Stored', 'Stored'], 'Ken is not there yet')
  const history = sides.find((side) => Number(side.historyCount) > 0)
  assert.deepEqual((await transcriptsOf(tony, history)).map(textOfMessage), ['hello Ana', 'are you there?'])

  const ken = await online(server, 'ken')
  const waiting = await logOf(ken)
  assert.deepEqual([waiting.unreadCount, waiting.inboxCount, waiting.origin], [2, 4, 'Inbox'])
  assert.deepEqual((await transcriptsOf(ken, waiting)).map(textOfMessage), ['one', 'two', 'three', 'four'])
  assert.equal((await ken.get(`${ken.path}/me/note`)).json.message, 'back on Monday')
  const groups = await ken.get(`${ken.path}/people/groups`)
  const names = listOf(groups.json._embedded?.group).map((group) => group.name)
  assert.ok(names.includes('Friends' as never), String(names))
  const level = await ken.get(`${ken.path}/people/ana@nightpost.localhost/privacyRelationship`)
  assert.equal(level.json.relationshipLevel, 'Blocked')

  // What is new goes on behind what is old.
  const talk = await tony.conversation('sip:ken@nightpost.localhost', 'five')
  await ken.until('the new one', () => (ken.received.includes('five') ? true : undefined))
  const { json: timeline } = await ken.get(`${ken.path}/people/tony@nightpost.localhost/timeline`)
  const lines = listOf(timeline._embedded?.conversationLogTranscript).map(textOfMessage)
  assert.deepEqual(lines, ['one', 'two', 'three', 'four', 'five'])
  assert.equal(talk.completed.status, 'Success')
  await Promise.all([ken.signOut(), tony.signOut()])
}

async function hasConfiguration(server: Launched): Promise<void> {
  const [pilar] = await shell(server, 'Get-CsUser pilar@nightpost.localhost')
  assert.deepEqual([pilar?.Enabled, pilar?.ClientPolicy], [false, 'NoTranscripts'])
  const [policy] = await shell(server, 'Get-CsClientPolicy Tag:NoTranscripts')
  assert.equal(policy?.EnableIMAutoArchiving, false)
  const [member] = await shell(server, 'Get-NpAdminRoleMember -Role CsHelpDesk')
  assert.match(JSON.stringify(member), /ana@nightpost\.localhost/)
  const records = await shell(server, 'Get-NpAuditRecord')
  assert.ok(records.some(({ Cmdlet }) => Cmdlet === 'New-CsClientPolicy'))
  const doctor = await nightpost(['doctor', '--data', server.data, '--json'])
  const findings = JSON.parse(doctor.stdout) as { check: string; state: string; text: string }[]
  const audit = findings.find(({ check }) => check === 'audit')
  assert.equal(audit?.state, 'ok', doctor.stdout)
}

/** The key of password-equivalents stays outside of a backup (SECURITY 32). */
async function hasDigest(server: Launched, hasKey: boolean): Promise<void> {
  const [ana] = await shell(server, 'Get-NpAccount ana@nightpost.localhost')
  assert.equal(ana?.DigestState, hasKey ? 'Ready' : 'NeedsPassword')
}

test('a folder of 0.1.0 that gets a newer schema keeps a copy of what it was', async () => {
  const data = oldFolder('data-0.1.0')
  const file = join(data, 'nightpost.db')
  const schema = () => {
    const database = new DatabaseSync(file, { readOnly: true })
    const { user_version } = database.prepare('PRAGMA user_version').get() ?? {}
    database.close()
    return Number(user_version)
  }
  const before = schema()
  await using server = await launch([], { data })
  await server.end()
  assert.equal(existsSync(`${file}.schema-${before}`), schema() > before)
})

function online(server: Launched, name: string): Promise<UcwaClient> {
  const user = `${name}@nightpost.localhost`
  const options = { base: server.ready.url, user, password: `fixture password of ${name}` }
  return UcwaClient.signIn({ ...options, endpointId: `upgrade-${name}` }).then(async (client) => {
    clients.push(client)
    await client.makeAvailable()
    await client.haveInboxView()
    client.listen()
    return client
  })
}

async function logsOf(client: UcwaClient): Promise<readonly Json[]> {
  const { json } = await client.get(`${client.path}/communication/conversationLogs`)
  return listOf(json._embedded?.conversationLog)
}

async function logOf(client: UcwaClient): Promise<Json> {
  const [log] = await logsOf(client)
  assert.ok(log)
  return log
}

async function transcriptsOf(client: UcwaClient, log: Json | undefined): Promise<readonly Json[]> {
  const { json } = await client.get(log?._links?.conversationLogTranscripts?.href ?? '')
  return listOf(json._embedded?.conversationLogTranscript)
}

async function shell(server: Launched, line: string): Promise<Record<string, unknown>[]> {
  const done = await nightpost(['shell', '--data', server.data, '--json', '-c', line])
  assert.equal(done.code, 0, done.stderr)
  return JSON.parse(done.stdout) as Record<string, unknown>[]
}
