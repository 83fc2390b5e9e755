import { mkdirSync } from 'node:fs'
import type { Change } from '../src/actions/ports/ledger.ts'
import { digestHa1, ntHash } from '../src/base/hash.ts'
import type { Account } from '../src/domain/account.ts'
import type { Seq, ThreadId } from '../src/domain/message.ts'
import type { SipUri } from '../src/domain/sip-uri.ts'
import { after, instant } from '../src/domain/time.ts'
import { openStore, type Store } from '../src/store/open.ts'
import { plainMessage } from '../test/plain-message.ts'

/** How large a folder is. */
export interface Shape {
  readonly people: number
  readonly messages: number
  /** Pairs whose one thread is very long, and how long. */
  readonly heavyPairs: number
  readonly heavyRows: number
}

/** Everybody's password: one hash, so that 10,000 people do not cost 10,000 hashings. */
export const PASSWORD = 'bench-of-ten-thousand-people'
const DOMAIN = 'nightpost.localhost'
const DAY_MS = 86_400_000
/** Drafts of one turn of the loop. */
const BATCH = 500
/** So many days lie between the first message and now; within the 90 days that messages are kept. */
const DAYS = 25
/** Of the messages; the first of them are read history with a few items, the rest waits unread: 80 % history, 20 % inbox. */
const READ_SHARE = 0.85
const LIVE_OF_READ = 0.8 / READ_SHARE
const TEXT = 'The quick brown fox jumps over the lazy dog, and then it waits for an answer that never comes.'

export type BenchAccount = Account & { readonly sip: SipUri }

/** Person `n` of a filled folder. */
export const userOf = (n: number): string => `person${n}@${DOMAIN}`

/** A folder with so many people who can sign in, and what they have written to each other, through the store's own API. */
export async function fillFolder(dir: string, shape: Shape): Promise<void> {
  // The server refuses a folder that others can read (SECURITY 3).
  process.umask(0o077)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  await using store = await openStore({ dir, minFreeBytes: 0 })
  const people = await addPeople(store, shape.people)
  await addMessages(store, people, shape)
}

async function addPeople(store: Store, count: number): Promise<readonly BenchAccount[]> {
  const passwordHash = await store.passwords.hash(PASSWORD)
  const people = Array.from({ length: count }, (_, n) => accountOf(store, n))
  for (let from = 0; from < count; from += BATCH) {
    const changes = people.slice(from, from + BATCH).flatMap((account): Change[] => [
      { kind: 'putAccount', account },
      {
        kind: 'putSecrets',
        id: account.id,
        secrets: { passwordHash, ntHash: ntHash(PASSWORD), ha1: ha1Of(account) },
      },
    ])
    await store.ledger.commit(changes, [])
  }
  return people
}

function accountOf(store: Store, n: number): BenchAccount {
  const upn = userOf(n)
  const now = store.clock.now()
  return {
    id: store.ledger.newAccountId(),
    guid: store.random.guid(),
    upn,
    sip: `sip:${upn}` as SipUri,
    enabled: true,
    displayName: `Person ${n}`,
    directory: { department: `Department ${n % 50}` },
    language: undefined,
    registrarPool: undefined,
    site: 'Main',
    passwordMadeByUs: false,
    created: now,
    changed: now,
  }
}

function ha1Of({ upn }: Account): { readonly user: string; readonly address: string } {
  const user = upn.slice(0, upn.lastIndexOf('@'))
  return { user: digestHa1(user, DOMAIN, PASSWORD), address: digestHa1(upn, DOMAIN, PASSWORD) }
}

type Pair = readonly [from: BenchAccount, to: BenchAccount]

async function addMessages(store: Store, people: readonly BenchAccount[], shape: Shape): Promise<void> {
  if (shape.messages === 0) return
  const pairs = pairsOf(people, shape)
  const read = Math.floor(shape.messages * READ_SHARE)
  await append(store, pairs, shape, 0, read)
  await readAll(store, people, shape.people)
  await append(store, pairs, shape, read, shape.messages)
  // What a server does all day behind the messages is done too (DECISIONS 12).
  for (let n = 0; n <= shape.messages / 10_000; n += 1) await store.log.settleViews(store.clock.now(), 500)
  await store.settled()
}

/** Who writes message `n`: the heavy pairs have their share of every stretch, the others take turns; directions alternate. */
function pairsOf(people: readonly BenchAccount[], { heavyPairs, heavyRows, messages }: Shape) {
  const at = (n: number): BenchAccount => {
    const person = people[n % people.length]
    if (!person) throw new Error('nobody')
    return person
  }
  const heavyShare = (heavyPairs * heavyRows) / messages
  let [heavy, light] = [0, 0]
  return (n: number): Pair => {
    const isHeavy = heavy < (n + 1) * heavyShare
    if (isHeavy) heavy += 1
    else light += 1
    const number = isHeavy ? heavy % heavyPairs : light
    const [one, other] = isHeavy
      ? [at(2 * number), at(2 * number + 1)]
      : [
          at(2 * heavyPairs + number),
          at(2 * heavyPairs + number + 1 + (Math.floor(light / people.length) % 2)),
        ]
    const turns = Math.floor(
      (isHeavy ? heavy : light / people.length) / Math.max(1, isHeavy ? heavyPairs : 2),
    )
    return turns % 2 === 0 ? [one, other] : [other, one]
  }
}

async function append(
  store: Store,
  pairOf: (n: number) => Pair,
  { messages }: Shape,
  from: number,
  to: number,
): Promise<void> {
  const end = store.clock.now() - 3_600_000
  for (let start = from; start < to; start += BATCH) {
    const drafts: Promise<unknown>[] = []
    for (let n = start; n < Math.min(to, start + BATCH); n += 1) {
      const at = instant(Math.floor(end - DAYS * DAY_MS * (1 - n / messages)))
      const [sender, recipient] = pairOf(n)
      const live = n < messages * READ_SHARE && (n * 0.618034) % 1 < LIVE_OF_READ
      drafts.push(
        store.log.append({
          message: plainMessage(sender.id, recipient.sip, `${n} ${TEXT}`),
          recipient: recipient.id,
          delivery: {
            kind: 'keep',
            alert: true,
            because: live ? 'live' : 'offline',
            until: after(at, 90 * DAY_MS),
          },
          at,
          senderKeeps: true,
          recipientKeeps: true,
          batchSeconds: 120,
        }),
      )
    }
    await Promise.all(drafts)
  }
}

/** Everybody reads everything there is. */
async function readAll(store: Store, people: readonly BenchAccount[], count: number): Promise<void> {
  await store.settled()
  for (let from = 0; from < count; from += 100) {
    await Promise.all(
      people.slice(from, from + 100).map(async ({ id }) => {
        const sides = await store.threads.sides(id, { limit: 1000 })
        const upTo = Number.MAX_SAFE_INTEGER as Seq
        const at = store.clock.now()
        await Promise.all(
          sides.map(({ thread }) => store.threads.markRead(id, thread as ThreadId, upTo, at, true)),
        )
      }),
    )
  }
}
