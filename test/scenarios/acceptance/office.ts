import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectConsole } from '../../../src/control/client.ts'
import { jsonOutput } from '../../../src/main/console/output.ts'
import { HashedPasswords } from '../../../src/store/passwords.ts'
import {
  type Answer,
  type Json,
  listOf,
  type SignInOptions,
  textOfMessage,
  UcwaClient,
} from '../../client/ucwa-client.ts'
import { type Launched, launch, temporaryFolder } from '../launch.ts'

/** What a cmdlet put out, as `--json` shows it. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of what a test looks at is the test's own assertion
export type Bag = any

/** What came of a text typed at the console. */
export interface Typed {
  readonly output: readonly Bag[]
  readonly errors: readonly { readonly message: string; readonly fullyQualifiedErrorId: string }[]
  readonly warnings: readonly string[]
}

/** The people of the articles. Tony, Ken, Pilar and Alex are at the site Redmond, David at Tokyo. */
export const PEOPLE = {
  tony: 'Tony Smith',
  ken: 'Ken Myer',
  pilar: 'Pilar Ackerman',
  alex: 'Alex Darrow',
  david: 'David Longmire',
} as const
export type Name = keyof typeof PEOPLE

const PASSWORD = 'correct horse battery staple 7'
const DEADLINE_MS = 90_000
const SITES = `
[[site]]
name = "Redmond"
pools = ["pool-redmond.example.test"]
[[site]]
name = "Tokyo"
pools = ["pool-tokyo.example.test"]
`

/**
 * The whole server in a process of its own, with five people whom nobody has written to yet. Tests sign in over HTTP as real clients do
 * and type at the console; nothing inside of it is reached.
 */
export interface Office extends AsyncDisposable {
  readonly server: Launched
  sip(name: Name): string
  /** Types a text that must go through without an error. @returns every object that came out */
  type(text: string): Promise<readonly Bag[]>
  /** Types a text whatever comes of it. */
  typed(text: string): Promise<Typed>
  /** As our web client: inbox view, event stream with full packages. */
  web(name: Name, more?: Partial<SignInOptions>): Promise<UcwaClient>
  /** Any other UCWA client: no inbox view, long poll; it gets replays. */
  phone(name: Name, more?: Partial<SignInOptions>): Promise<UcwaClient>
  /** Signed in and watching, reachable for nobody: who only sends. */
  sender(name: Name, more?: Partial<SignInOptions>): Promise<UcwaClient>
  /** Ends the server and starts it again on the same data folder; every client is gone. */
  restart(signal?: NodeJS.Signals): Promise<void>
}

/** A server that may serve the next test too. */
interface Premises extends Omit<Office, typeof Symbol.asyncDispose> {
  readonly data: string
  closeClients(): Promise<void>
  end(): Promise<unknown>
}

/** Servers of this file that nobody uses now, by their settings: a start costs more than most tests. */
const vacant = new Map<string, Premises>()
after(() => Promise.all([...vacant.values()].map((one) => one.end())))

/**
 * An office with five people whom nobody has written to yet, on a server of its own for as long as the test runs.
 * @param settings lines of the configuration file before its sites
 */
export async function openOffice(settings = ''): Promise<Office> {
  const left = vacant.get(settings)
  vacant.delete(settings)
  const premises = left ?? (await openPremises(settings))
  if (left) await clearOut(premises)
  await importPeople(premises.data, premises.type)
  return Object.assign(Object.create(premises) as Premises, {
    async [Symbol.asyncDispose]() {
      await premises.closeClients()
      if (vacant.has(settings)) await premises.end()
      else vacant.set(settings, premises)
    },
  })
}

/** Nothing of the test before is left that the next one could see: messages, policies, and the people themselves. */
async function clearOut({ type }: Premises): Promise<void> {
  await type('Get-NpOfflineMessage | Remove-NpOfflineMessage -Confirm:$false')
  for (const noun of ['ClientPolicy', 'ClientVersionPolicy'])
    await type(`Get-Cs${noun} | Remove-Cs${noun} -Force`)
  for (const noun of ['ImConfiguration', 'PrivacyConfiguration', 'ClientVersionConfiguration'])
    await type(`Get-Cs${noun} | Remove-Cs${noun}`)
  await type('Grant-CsClientPolicy -PolicyName $Null')
  for (const { UserPrincipalName: upn, SipAddress: sip } of await type('Get-CsAdUser')) {
    if (String(upn).startsWith('admin@')) continue
    if (sip !== null) await type(`Disable-CsUser ${upn} -Confirm:$false`)
    await type(`Remove-NpAccount ${upn} -Confirm:$false`)
  }
}

async function openPremises(settings: string): Promise<Premises> {
  const data = temporaryFolder()
  const config = join(dirname(data), 'nightpost.toml')
  writeFileSync(config, `${settings}\n${SITES}`)
  const start = () => launch(['--domain', 'example.test', '--config', config], { data, launcher: false })
  let server = await start()
  let clients: UcwaClient[] = []

  async function typed(text: string): Promise<Typed> {
    const link = await connectConsole(data)
    assert.ok(link, 'the server listens at its console')
    let [out, err] = ['', '']
    const output = jsonOutput({
      out: (more) => {
        out += more
      },
      err: (more) => {
        err += more
      },
    })
    await link.work(
      { kind: 'script', text, screen: { width: 200, language: 'en', interactive: false } },
      (reply) => output.show(reply),
      async () => undefined,
    )
    output.finish()
    await link.close()
    const said = lines(err)
    const all = (key: string) => said.flatMap((one) => (key in one ? [one[key]] : []))
    return { output: lines(out).flat(), errors: all('error'), warnings: all('warning') }
  }

  async function type(text: string): Promise<readonly Bag[]> {
    const { output, errors } = await typed(text)
    assert.deepEqual(errors, [], text)
    return output
  }

  const as = (name: Name, more: Partial<SignInOptions> = {}) => ({
    base: server.ready.url,
    user: `${name}@example.test`,
    password: PASSWORD,
    ...more,
  })
  const kept = (client: UcwaClient) => {
    clients.push(client)
    return client
  }
  async function closeClients(): Promise<void> {
    await Promise.all(clients.map((client) => client.close()))
    clients = []
  }

  return {
    get server() {
      return server
    },
    sip: (name) => `sip:${name}@example.test`,
    type,
    typed,
    async web(name, more) {
      const client = kept(await UcwaClient.signIn(as(name, more)))
      await client.haveInboxView()
      await client.makeAvailable()
      client.listenToStream()
      return client
    },
    phone: async (name, more) => kept(await UcwaClient.online(as(name, more))),
    async sender(name, more) {
      const client = kept(await UcwaClient.signIn(as(name, more)))
      client.listen()
      return client
    },
    async restart(signal = 'SIGTERM') {
      await server.end(signal)
      await closeClients()
      server = await start()
    },
    closeClients,
    end: () => server.end(),
    data,
  }
}

/** One hash for everybody: argon2id is slow on purpose. */
let hashed: Promise<string> | undefined

async function importPeople(data: string, type: Office['type']): Promise<void> {
  hashed ??= new HashedPasswords().hash(PASSWORD)
  const hash = await hashed
  const rows = Object.entries(PEOPLE).map(([name, displayName]) => {
    const site = name === 'david' ? 'tokyo' : 'redmond'
    return `${name}@example.test,${displayName},sip:${name}@example.test,pool-${site}.example.test,"${hash}"`
  })
  mkdirSync(join(data, 'import'), { recursive: true })
  writeFileSync(
    join(data, 'import', 'people.csv'),
    ['UserPrincipalName,DisplayName,SipAddress,RegistrarPool,PasswordHash', ...rows, ''].join('\n'),
  )
  const results = await type('Import-NpAccount -Path people.csv')
  assert.equal(results.length, rows.length)
}

function lines(text: string): readonly Bag[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Looks again and again until there is something. @throws after a minute and a half, with what was waited for */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`it never came to be: ${what}`)
    await sleep(100)
  }
}

/** What the sender was told of a message that went out by `startMessaging`. */
export interface Told {
  readonly status: 'Success' | 'Failure'
  readonly code: string | undefined
  readonly subcode: string | undefined
  readonly text: string | undefined
  readonly answer: Answer
}

let operations = 0

/** Sends a text as a conversation of its own and waits for what the sender is told. */
export async function tell(from: UcwaClient, to: string, text: string, input: object = {}): Promise<Told> {
  const operationId = `tell-${++operations}`
  const answer = await from.startMessaging(to, text, { operationId, ...input })
  assert.equal(answer.status, 201, answer.text)
  const done = await from.event(
    'messagingInvitation completed',
    (event) => event.resource.operationId === operationId,
  )
  return {
    status: done.status === 'Success' ? 'Success' : 'Failure',
    code: done.reason?.code,
    subcode: done.reason?.subcode,
    text: done.reason?.message,
    answer,
  }
}

/** Every conversation of a person as the person's client lists it. */
export async function logsOf(client: UcwaClient): Promise<readonly Json[]> {
  const { json } = await client.get(client.link('conversationLogs'))
  return listOf(json._embedded?.conversationLog)
}

/** Messages of all conversations, oldest first within each, as `direction text delivery`. */
export async function transcriptsOf(client: UcwaClient): Promise<readonly string[]> {
  const found: string[] = []
  for (const log of await logsOf(client)) {
    const { json } = await client.get(log._links?.conversationLogTranscripts?.href ?? '')
    for (const one of listOf(json._embedded?.conversationLogTranscript))
      found.push(`${one.direction} ${textOfMessage(one)} ${one.delivery ?? '-'}`)
  }
  return found
}

/** The state that a sender sees of an own message, by its text: after a reload and on every device (R50). */
export async function markOf(client: UcwaClient, text: string): Promise<string | undefined> {
  const line = (await transcriptsOf(client)).find((one) => one.startsWith(`Outgoing ${text} `))
  return line?.split(' ').at(-1)
}

/** The person reads everything on the screen of this client. */
export async function readAll(client: UcwaClient): Promise<void> {
  for (const log of await logsOf(client)) {
    await client.get(log._links?.conversationLogTranscripts?.href ?? '')
    const { status } = await client.post(log._links?.markAsRead?.href ?? '')
    assert.equal(status, 204)
  }
}

/** What waits, as `missedItems` counts it. */
export async function missedOf(
  client: UcwaClient,
): Promise<{ readonly missed: number; readonly unread: number; readonly expired: number }> {
  const { json } = await client.get(client.link('missedItems'))
  return {
    missed: Number(json.missedConversationsCount),
    unread: Number(json.unreadMissedConversationsCount),
    expired: Number(json.expiredCount),
  }
}

/** Items of an inbox as the administrator sees them: `State Count`. */
export async function itemsOf(office: Office, name: Name): Promise<readonly string[]> {
  const items = await office.type(`Get-NpOfflineMessage -Identity ${name}@example.test`)
  return items.map((item) => `${item.State} ${item.Count}`)
}

export async function choose(client: UcwaClient, availability?: string, more: object = {}): Promise<void> {
  const { status } = await client.post(
    `${client.path}/me/presence`,
    availability === undefined ? undefined : { availability, ...more },
  )
  assert.equal(status, 204)
}

/** Gives somebody a level, as the person's own client does. */
export async function relate(client: UcwaClient, other: Name, level: string): Promise<void> {
  const at = `${client.path}/people/${other}@example.test/privacyRelationship`
  const { json } = await client.get(at)
  const { status } = await client.request('PUT', at, {
    json: { relationshipLevel: level },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  assert.equal(status, 200)
}
