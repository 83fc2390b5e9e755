import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Audit, AuditEntry, AuditRecord } from '../actions/ports/ledger.ts'
import { sha256Hex } from '../base/hash.ts'
import type { Instant } from '../domain/time.ts'
import type { Engine, SqlValue } from './engine.ts'
import type { PlainWrite } from './writes.ts'

/** Records of one turn of the event loop. */
const PAGE = 200
const FIRST = ''

interface AuditRow {
  readonly node: string
  readonly number: number
  readonly at: number
  readonly who: string
  readonly cmdlet: string
  readonly target: string | null
  readonly entry: string
  readonly hash: string
}

/**
 * The audit trail: append-only, each record carries the hash of the one before, in the order of commit (SECURITY 59).
 * A record that was changed, removed or put between in the file breaks the chain from there on.
 */
export class AuditTrail implements Audit {
  readonly #engine: Engine
  readonly #node: string
  #number = 0
  #hash = FIRST

  constructor(engine: Engine, node: string) {
    this.#engine = engine
    this.#node = node
  }

  /** Reads the end of the chain, at start; the counter knows how long it was, also when its end was cut off since. */
  async load(): Promise<void> {
    const [counter] = await this.#engine.query<{ value: number }>(
      'select value from counter where name = ?1',
      this.#counter,
    )
    const [last] = await this.#engine.query<AuditRow>(
      'select number, hash from audit where node = ?1 order by number desc limit 1',
      this.#node,
    )
    this.#number = Math.max(last?.number ?? 0, counter?.value ?? 0)
    this.#hash = last?.hash ?? FIRST
  }

  get #counter(): string {
    return `audit ${this.#node}`
  }

  /** Chains an entry to the one given before; the order of calls is the order of commit. */
  chain(entry: AuditEntry): readonly PlainWrite[] {
    this.#number += 1
    const write = {
      kind: 'audit',
      node: this.#node,
      number: this.#number,
      at: entry.time,
      who: entry.who,
      cmdlet: entry.cmdlet,
      target: entry.targetObject,
      entry: JSON.stringify(entry),
    } as const
    this.#hash = hashOf(this.#hash, write)
    return [
      { ...write, hash: this.#hash },
      { kind: 'counter', name: this.#counter, value: this.#number },
    ]
  }

  async *find(query: {
    since?: Instant
    cmdlet?: string
    who?: string
    targetObject?: string
  }): AsyncIterable<AuditRecord> {
    const wanted: readonly [string, SqlValue | undefined][] = [
      ['at >=', query.since],
      ['lower(cmdlet) =', query.cmdlet?.toLowerCase()],
      ['lower(who) =', query.who?.toLowerCase()],
      ['lower(target) =', query.targetObject?.toLowerCase()],
    ]
    const given = wanted.filter((pair): pair is [string, SqlValue] => pair[1] !== undefined)
    const conditions = given.map(([column], index) => `and ${column} ?${index + 4}`).join(' ')
    // A stretch of numbers a turn, whether anything in it is wanted or not (SECURITY 25).
    const sql = `select * from audit where node = ?1 and number > ?2 and number <= ?3 ${conditions} order by number`
    for (let after = 0; after < this.#number; after += PAGE) {
      const values = given.map(([, value]) => value)
      const rows = await this.#engine.query<AuditRow>(sql, this.#node, after, after + PAGE, ...values)
      for (const row of rows) yield readRecord(row)
      await nextTurn()
    }
  }

  async verify(): Promise<number | undefined> {
    let expected = 1
    let hash = FIRST
    for (;;) {
      const rows = await this.#engine.query<AuditRow>(
        `select * from audit where node = ?1 and number >= ?2 order by number limit ${PAGE}`,
        this.#node,
        expected,
      )
      for (const row of rows) {
        hash = hashOf(hash, row)
        if (row.number !== expected || row.hash !== hash || !columnsFit(row)) return expected
        expected += 1
      }
      if (rows.length < PAGE) break
      await nextTurn()
    }
    // Records cut off at the end leave a chain that fits; the counter says how long it was.
    return expected - 1 < this.#number ? expected : undefined
  }
}

function hashOf(before: string, row: Omit<AuditRow, 'hash'>): string {
  return sha256Hex(`${before}\n${row.node}\n${row.number}\n${row.entry}`)
}

/** The columns are copies for searching; the entry is what is hashed. */
function columnsFit(row: AuditRow): boolean {
  const entry = JSON.parse(row.entry) as AuditEntry
  return (
    entry.time === row.at &&
    entry.who === row.who &&
    entry.cmdlet === row.cmdlet &&
    entry.targetObject === row.target
  )
}

function readRecord(row: AuditRow): AuditRecord {
  return { ...(JSON.parse(row.entry) as AuditEntry), number: row.number, node: row.node, hash: row.hash }
}
