import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { redact } from './redact.ts'

const KEEP_DAYS = 90
const DAY_MS = 86_400_000
const REPEAT_MS = 60_000
/** Names and addresses of peers are among the keys: they get no more memory than this. */
const MAX_KEYS = 10_000

/** What must be logged (SECURITY 58); the fields beside `event` are free, secrets are hidden by name. */
export interface SecurityEvent {
  readonly event:
    | 'signIn'
    | 'signInFailed'
    | 'locked'
    | 'unlocked'
    | 'tokensRevoked'
    | 'passwordChanged'
    | 'sipSignIn'
    | 'roleChanged'
    | 'policyChanged'
    | 'certificateChanged'
    | 'limit'
    | 'abuse'
    | 'start'
    | 'stop'
    | 'crash'
    | 'restore'
    | 'migration'
  readonly [field: string]: unknown
}

/** What is repeated: when it was last written, how often it came since, and its words. */
interface Hit {
  readonly since: number
  more: number
  readonly event: SecurityEvent
}

/** The security log: a stream of its own, one file a day, kept 90 days (SECURITY 58). */
export interface SecurityLog {
  write(event: SecurityEvent): void
  /** What may happen very often: the first at once, then one line a minute with the count of those between (`since`). */
  repeated(key: string, event: SecurityEvent): void
  /** A limit was hit, by name: as `repeated`. */
  limit(name: string, fields: Readonly<Record<string, unknown>>): void
  /** Writes the counts of what was repeated and not yet told; by itself once a minute. */
  flush(): void
}

/** Writes to `folder`/YYYY-MM-DD.jsonl (UTC, 0600). A full disk loses lines here, never a request. */
export function openSecurityLog(folder: string, now: () => number): SecurityLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const hits = new Map<string, Hit>()
  let today = ''
  function write(event: SecurityEvent): void {
    const time = new Date(now()).toISOString()
    const day = time.slice(0, 10)
    try {
      appendFileSync(
        join(folder, `${day}.jsonl`),
        `${JSON.stringify({ time, ...(redact(event) as object) })}\n`,
        { mode: 0o600 },
      )
      if (day !== today) removeOld(folder, now())
      today = day
    } catch {
      // The disk is full or gone: the store says so on every path that matters.
    }
  }
  function repeated(key: string, event: SecurityEvent): void {
    const hit = hits.get(key)
    if (hit && now() - hit.since < REPEAT_MS) {
      hit.more++
      return
    }
    if (hits.size >= MAX_KEYS) flush()
    hits.set(key, { since: now(), more: 0, event })
    write(hit?.more ? { ...event, since: hit.more } : event)
  }
  /** A minute is over: what came in between is told, and what has been quiet is forgotten. */
  function flush(): void {
    for (const { more, event } of hits.values()) if (more > 0) write({ ...event, since: more })
    hits.clear()
  }
  function tell(): void {
    for (const [key, hit] of hits) {
      if (now() - hit.since < REPEAT_MS) continue
      if (hit.more > 0) write({ ...hit.event, since: hit.more })
      hits.delete(key)
    }
  }
  setInterval(tell, REPEAT_MS).unref()
  return {
    write,
    repeated,
    flush,
    limit: (name, fields) => repeated(`limit ${name}`, { event: 'limit', limit: name, ...fields }),
  }
}

function removeOld(folder: string, now: number): void {
  const oldest = new Date(now - KEEP_DAYS * DAY_MS).toISOString().slice(0, 10)
  for (const name of readdirSync(folder)) {
    if (/^\d{4}-\d{2}-\d{2}\.jsonl$/.test(name) && name.slice(0, 10) < oldest) rmSync(join(folder, name))
  }
}
