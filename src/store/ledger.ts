import type { Announcement, Bus } from '../actions/ports/bus.ts'
import type { AuditEntry, Change, Ledger, Secrets, StoredPresence } from '../actions/ports/ledger.ts'
import type { Clock } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import type { GroupId } from '../domain/contact.ts'
import type { AuditTrail } from './audit.ts'
import { writesOf } from './changes.ts'
import type { Committer } from './committer.ts'
import type { ContactIndex } from './contact-index.ts'
import type { Engine } from './engine.ts'
import type { CompiledFacts } from './facts.ts'
import { Newest, type WholeChange } from './newest.ts'
import type { SecretBox } from './secrets.ts'
import type { StoredTokens } from './tokens.ts'

interface SecretRow {
  readonly password_hash: string | null
  readonly nt_hash: Uint8Array | null
  readonly ha1: Uint8Array | null
  readonly sip_sign_in: number
}

export interface LedgerParts {
  readonly engine: Engine
  readonly committer: Committer
  readonly facts: CompiledFacts
  readonly contactIndex: ContactIndex
  readonly audit: AuditTrail
  readonly box: SecretBox
  readonly tokens: Pick<StoredTokens, 'forgetAll'>
  readonly clock: Clock
  readonly bus: Bus | undefined
}

/** Configuration and its audit records in one transaction; facts follow, then the bus is told. */
export class StoredLedger implements Ledger {
  readonly #parts: LedgerParts
  readonly #values = new Map<string, string>()
  /** Names and addresses of accounts that are on their way to the disk. */
  readonly #taken = new Map<string, AccountId>()
  readonly #newest: Newest
  #account = 0
  #group = 0

  constructor(parts: LedgerParts) {
    this.#parts = parts
    this.#newest = new Newest(parts.facts)
  }

  async load(): Promise<void> {
    const { engine } = this.#parts
    for (const { name, value } of await engine.query<{ name: string; value: string }>(
      'select name, value from server',
    )) {
      this.#values.set(name, value)
    }
    for (const { name, value } of await engine.query<{ name: string; value: number }>(
      "select name, value from counter where name in ('account', 'group')",
    )) {
      if (name === 'account') this.#account = value
      else this.#group = value
    }
  }

  async commit(asked: readonly Change[], audit: readonly AuditEntry[]): Promise<void> {
    const { committer, facts, clock, box, tokens, bus } = this.#parts
    const now = clock.now()
    const changes = this.#newest.take(asked)
    let names: readonly string[] = []
    try {
      names = this.#takeNames(changes)
      const writes = changes.flatMap((change) => writesOf(change, box, now))
      // Rows that are not folded yet take the names of this moment: those at sending time (R49).
      const named = changes.some(({ kind }) => kind === 'putAccount' || kind === 'removeAccount')
      const all = [...this.#rising(writes), ...audit.flatMap((entry) => this.#parts.audit.chain(entry))]
      await (named ? committer.addFolded(...all) : committer.add(...all))
      if (changes.some(turnsPrivacyOn)) await this.#parts.contactIndex.load()
      for (const owner of contactOwners(changes)) await this.#parts.contactIndex.reread(owner)
      for (const change of changes) {
        facts.apply(change)
        if (change.kind === 'endSessions') tokens.forgetAll(change.id)
        if (change.kind === 'putServerValue') this.#values.set(change.name, change.value)
      }
    } finally {
      for (const name of names) this.#taken.delete(name)
      this.#newest.arrived(changes)
    }
    const isPrivate = (owner: AccountId) => facts.rules(owner).privacyMode
    if (bus) for (const announcement of announcementsOf(changes, isPrivate)) bus.announce(announcement)
  }

  newAccountId(): AccountId {
    this.#account += 1
    return this.#account as AccountId
  }

  newGroupId(): GroupId {
    this.#group += 1
    return this.#group as GroupId
  }

  async secrets(id: AccountId): Promise<Secrets> {
    const row = await this.#secretRow(id)
    if (!row) return {}
    const { box } = this.#parts
    const ntHash = row.nt_hash && box.open(id, 'nt', row.nt_hash)
    const ha1 = row.ha1 && box.open(id, 'ha1', row.ha1)
    return {
      passwordHash: row.password_hash,
      ntHash: ntHash ?? null,
      ha1: ha1 ? (JSON.parse(ha1) as NonNullable<Secrets['ha1']>) : null,
    }
  }

  async sipSignIn(
    id: AccountId,
  ): Promise<{ readonly allowed: boolean; readonly digest: 'Ready' | 'NeedsPassword' | 'Off' }> {
    const row = await this.#secretRow(id)
    const allowed = row?.sip_sign_in !== 0
    if (!allowed) return { allowed, digest: 'Off' }
    // One that does not open (restored without its key) is as good as none: the next password sign-in renews it.
    const opens = row?.ha1 && this.#parts.box.open(id, 'ha1', row.ha1)
    return { allowed, digest: opens ? 'Ready' : 'NeedsPassword' }
  }

  serverValue(name: string): string | undefined {
    return this.#values.get(name)
  }

  async presences(): Promise<readonly StoredPresence[]> {
    const rows = await this.#parts.engine.query<{ account: number; data: string }>(
      'select account, data from presence order by account',
    )
    return rows.map((row) => {
      const { choice, note, location, frozen } = JSON.parse(row.data) as Partial<StoredPresence>
      return { id: row.account as AccountId, choice, note, location, ...(frozen && { frozen }) }
    })
  }

  /** Encrypts every password-equivalent with a fresh key and drops the old ones (SECURITY 32). @returns how many. */
  async rotateKey(): Promise<number> {
    const { engine, committer, box } = this.#parts
    box.rotate()
    const rows = await engine.query<{ account: number }>(
      'select account from secret where nt_hash is not null or ha1 is not null order by account',
    )
    for (const { account } of rows) {
      const { ntHash = null, ha1 = null } = await this.secrets(account as AccountId)
      const change = { kind: 'putSecrets', id: account as AccountId, secrets: { ntHash, ha1 } } as const
      await committer.add(...writesOf(change, box, 0))
    }
    box.retire()
    return rows.length
  }

  async #secretRow(id: AccountId): Promise<SecretRow | undefined> {
    const [row] = await this.#parts.engine.query<SecretRow>('select * from secret where account = ?1', id)
    return row
  }

  /** A counter in the file never falls: accounts may be written in another order than their numbers were taken. */
  #rising<W extends { readonly kind: string }>(writes: readonly W[]): readonly W[] {
    return writes.map((write) => {
      if (write.kind !== 'counter') return write
      const counter = write as W & { readonly name: string; readonly value: number }
      if (counter.name === 'account') this.#account = Math.max(this.#account, counter.value)
      else this.#group = Math.max(this.#group, counter.value)
      return { ...counter, value: counter.name === 'account' ? this.#account : this.#group }
    })
  }

  /**
   * The last guard: a name that two accounts share would make one of them unreachable. Names on their way to the disk count as taken.
   * @returns the names that are on their way now
   * @throws Error, before anything is written
   */
  #takeNames(changes: readonly WholeChange[]): readonly string[] {
    const { facts } = this.#parts
    const removed = new Set(changes.flatMap((change) => (change.kind === 'removeAccount' ? [change.id] : [])))
    const taken = new Map<string, AccountId>()
    for (const change of changes) {
      if (change.kind !== 'putAccount') continue
      const { id, upn, sip } = change.account
      const holders = [facts.byUpn(upn)?.id, sip && facts.bySip(sip)?.id].filter(
        (holder) => !removed.has(holder ?? id),
      )
      for (const name of [upn.toLowerCase(), ...(sip ? [sip] : [])]) {
        holders.push(taken.get(name) ?? this.#taken.get(name))
        taken.set(name, id)
      }
      if (holders.some((holder) => holder !== undefined && holder !== id)) {
        throw new Error(`another account has the name ${upn} or the address ${sip}`)
      }
    }
    for (const [name, id] of taken) this.#taken.set(name, id)
    return [...taken.keys()]
  }
}

const PRIVACY = 'CsPrivacyConfiguration'

function turnsPrivacyOn(change: WholeChange): boolean {
  return (
    change.kind === 'putPolicy' &&
    change.policy.noun === PRIVACY &&
    change.policy.values.EnablePrivacyMode === true
  )
}

/** Whose contact lists these changes touch. */
function contactOwners(changes: readonly WholeChange[]): ReadonlySet<AccountId> {
  return new Set(
    changes.flatMap((change) =>
      change.kind === 'addContact' || change.kind === 'removeContact' || change.kind === 'removeGroup'
        ? [change.owner]
        : [],
    ),
  )
}

/** What others look at again after these changes; each thing once. */
function announcementsOf(
  changes: readonly WholeChange[],
  isPrivate: (owner: AccountId) => boolean,
): Iterable<Announcement> {
  const told = new Map<string, Announcement>()
  const tell = (key: string, what: Announcement) => told.set(key, what)
  for (const change of changes) {
    switch (change.kind) {
      case 'putAccount':
        tell(`account ${change.account.id}`, { topic: 'account', account: change.account.id })
        break
      case 'removeAccount':
      case 'putSipSignIn':
        tell(`account ${change.id}`, { topic: 'account', account: change.id })
        break
      case 'endSessions':
        tell(`revoked ${change.id}`, { topic: 'revoked', account: change.id })
        break
      case 'putPolicy':
        if (change.policy.noun === PRIVACY) tell('privacy', { topic: 'privacy' })
        tell('policy', { topic: 'policy' })
        break
      case 'removePolicy':
        if (change.noun === PRIVACY) tell('privacy', { topic: 'privacy' })
        tell('policy', { topic: 'policy' })
        break
      case 'grant':
      case 'grantTenant':
        tell('policy', { topic: 'policy' })
        break
      case 'putSettings':
        tell(`settings ${change.id}`, { topic: 'settings', account: change.id })
        break
      // putPresence: the presence board tells, which knows what others see of it (DECISIONS 15c).
      case 'putAccessLevel':
        tell(`access ${change.owner} ${change.other}`, {
          topic: 'access',
          owner: change.owner,
          other: change.other,
        })
        break
      case 'addContact':
      case 'removeContact':
        // In privacy mode a contact sees more than others (M12).
        if (isPrivate(change.owner))
          tell(`access ${change.owner} ${change.contact}`, {
            topic: 'access',
            owner: change.owner,
            other: change.contact,
          })
        tell(`contacts ${change.owner}`, { topic: 'contacts', owner: change.owner })
        break
      case 'putGroup':
      case 'removeGroup':
        tell(`contacts ${change.owner}`, { topic: 'contacts', owner: change.owner })
        break
      default:
    }
  }
  return told.values()
}
