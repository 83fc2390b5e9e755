import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Bus } from '../actions/ports/bus.ts'
import type { Clock, Random } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import { instant } from '../domain/time.ts'
import { AuditTrail } from './audit.ts'
import { backup, forgetUnfinished } from './backup.ts'
import { Committer } from './committer.ts'
import { ContactIndex } from './contact-index.ts'
import { StoredContacts } from './contacts.ts'
import { MIN_FREE_BYTES, watchDisk } from './disk.ts'
import type { Engine } from './engine.ts'
import { ExpiryWalk } from './expiry-walk.ts'
import { CompiledFacts, type Organisation } from './facts.ts'
import { Folder } from './fold.ts'
import { InboxCounts } from './inbox.ts'
import { StoredLedger } from './ledger.ts'
import { FailureCounters } from './lockout.ts'
import { StoredLog } from './log.ts'
import type { Migrated } from './migrate.ts'
import { HashedPasswords } from './passwords.ts'
import { StoredPositions } from './positions.ts'
import { RepeatWindow } from './repeats.ts'
import { SecretBox } from './secrets.ts'
import { openSqlite } from './sqlite.ts'
import { foldRest, lastPlace, rememberKeys } from './start.ts'
import { type StoreFault, Sweeper } from './sweeper.ts'
import { ThreadIndex } from './thread-index.ts'
import { StoredThreads } from './threads.ts'
import { StoredTokens } from './tokens.ts'
import { StoredTrace } from './trace.ts'
import { Upkeep } from './upkeep.ts'

export interface StoreOptions {
  /** The data folder; the caller holds it (ARCHITECTURE, One writer). It must exist. */
  readonly dir: string
  /** Default: `nightpost.db` in `dir`, on SQLite. */
  readonly engine?: Engine
  readonly clock?: Clock
  readonly random?: Random
  readonly bus?: Bus
  readonly domains?: Organisation['domains']
  readonly sites?: Organisation['sites']
  /** Names this server in the audit trail. */
  readonly node?: string
  /** `limits.inboxBytes`. */
  readonly inboxBytes?: number
  /** `delivery.unreadAfter`. */
  readonly unreadAfterMs?: number
  /** Free room on the disk below which nothing is taken (503); 200 MiB by default. */
  readonly minFreeBytes?: number
  /** Longest time that cursors, lines and counts lie behind the log. */
  readonly behindMs?: number
  /** Whether an endpoint of this person reports reading (M8); nobody does by default. */
  readonly reportsReading?: (owner: AccountId) => boolean
  /** Told of a schema that was brought up to date at this start (SECURITY 58). */
  readonly migrated?: (what: Migrated) => void
  /** Told of an error in work that nobody waits for, unless the store is down. */
  readonly fault?: StoreFault
  /** Told of every commit: seconds and messages. */
  readonly observe?: (seconds: number, messages: number) => void
}

export type Store = Awaited<ReturnType<typeof openStore>>

/** Wall clock and monotonic clock of this process. */
export const SYSTEM_CLOCK: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
}

export const SYSTEM_RANDOM: Random = {
  token: (bytes) => randomBytes(bytes).toString('base64url'),
  guid: () => randomUUID(),
}

/**
 * Opens the store with all its ports: facts and counters in memory, what the last process left behind brought up to date.
 * `await using store = await openStore({ dir })` is all a test needs.
 * @throws when the file cannot be opened, is newer than this program, or a migration fails (the old state is left then).
 */
export async function openStore(options: StoreOptions) {
  const { dir, clock = SYSTEM_CLOCK, random = SYSTEM_RANDOM, bus } = options
  mkdirSync(join(dir, 'keys'), { recursive: true, mode: 0o700 })
  forgetUnfinished(dir)
  const engine = options.engine ?? openSqlite(join(dir, 'nightpost.db'), undefined, options.migrated)
  const committer = new Committer(engine, {
    behindMs: options.behindMs ?? 250,
    ...(options.observe && { observe: options.observe }),
  })
  const contactIndex = new ContactIndex(engine)
  const facts = new CompiledFacts(
    {
      domains: options.domains ?? ['nightpost.localhost'],
      sites: options.sites ?? [{ name: 'Main', pools: [] }],
    },
    (owner, contact) => contactIndex.has(owner, contact),
  )
  await facts.load(engine)
  if (facts.anyPrivacyMode) await contactIndex.load()
  const audit = new AuditTrail(engine, options.node ?? 'local')
  await audit.load()
  const box = SecretBox.open(join(dir, 'keys', 'secrets.json'))
  const tokens = new StoredTokens(committer, clock, random)
  const ledger = new StoredLedger({ engine, committer, facts, contactIndex, audit, box, tokens, clock, bus })
  await ledger.load()
  await nameTenant(ledger, facts, random)

  const folder = new Folder(committer, (id) => facts.account(id as AccountId)?.displayName ?? '')
  const inbox = new InboxCounts(engine)
  const threadIndex = new ThreadIndex(engine, committer)
  const repeats = new RepeatWindow()
  const trace = new StoredTrace(engine, committer, () => clock.now())
  const expiring = new ExpiryWalk(engine)
  const sweeper = new Sweeper(engine, committer, inbox, expiring, options.fault)
  const upkeep = new Upkeep({
    expiring,
    sweeper,
    engine,
    committer,
    inbox,
    bus,
    inboxBytes: options.inboxBytes ?? 100 * 1024 * 1024,
    unreadAfterMs: options.unreadAfterMs ?? 120_000,
    reportsReading: options.reportsReading ?? (() => false),
    now: () => clock.now(),
    trace,
  })
  const parts = { engine, committer, facts, clock, threads: threadIndex, folder, inbox, repeats, upkeep }
  const passwords = new HashedPasswords()
  const log = new StoredLog(parts, await lastPlace(engine))
  await tokens.load(engine)
  const lockouts = new FailureCounters(committer, clock)
  await lockouts.load(engine)
  const positions = new StoredPositions(engine, committer, clock)
  await positions.load()
  await foldRest(engine, committer, folder)
  await rememberKeys(engine, repeats, clock)
  await sweeper.resume()
  const endWatch = watchDisk(dir, options.minFreeBytes ?? MIN_FREE_BYTES, committer)

  return {
    clock,
    random,
    facts,
    ledger,
    log,
    threads: new StoredThreads(engine, committer, threadIndex, inbox, upkeep, sweeper),
    positions,
    contacts: new StoredContacts(engine),
    passwords,
    tokens,
    lockouts,
    audit,
    trace,
    /** Why nothing is written any more (503), or undefined. */
    down: () => committer.down,
    /** What waits: writes for the next transaction, passwords for a place to be hashed (SECURITY 60). */
    queues: () => ({ store: committer.waiting, passwords: passwords.waiting }),
    /** Everything that is behind is on the disk. */
    settled: () => committer.settled(),
    /** The rows of everything that was cleared are done. */
    swept: () => sweeper.idle(),
    /** One file below `dir/tmp`, 0600, consistent while the server goes on. @returns its path; the caller moves it. */
    backup: async () => {
      await committer.settled()
      return backup(engine, dir)
    },
    close: async () => {
      endWatch()
      await committer.close().catch(() => {})
      await engine.close()
    },
    async [Symbol.asyncDispose]() {
      await this.close()
    },
  }
}

/** The organisation's identifier, made once. */
async function nameTenant(ledger: StoredLedger, facts: CompiledFacts, random: Random): Promise<void> {
  const known = ledger.serverValue('tenantId')
  const id = known ?? random.guid()
  if (known === undefined) await ledger.commit([{ kind: 'putServerValue', name: 'tenantId', value: id }], [])
  facts.setTenantId(id)
}
