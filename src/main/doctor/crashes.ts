import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, warning, well } from './finding.ts'

const DAYS = 7
const DAY_MS = 86_400_000

/** Crashes that the security log has of the last days (SECURITY 25, 58). */
export function ofCrashes(data: string): Finding {
  const folder = join(data, 'security-log')
  const since = new Date(Date.now() - DAYS * DAY_MS).toISOString()
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : []
  const recent = names.filter((name) => name.slice(0, 10) >= since.slice(0, 10)).sort()
  const crashes = recent
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.includes('"event":"crash"'))
    .flatMap(parsed)
    .filter(({ time }) => time >= since)
  const last = crashes.at(-1)
  if (!last) return well('crashes', 'crashesNone')
  const because = last.err?.message ?? ''
  return warning('crashes', 'crashesSome', { count: crashes.length, time: last.time, because })
}

interface Crash {
  readonly time: string
  readonly err?: { readonly message?: string }
}

/** A line that was cut off by the end of the process is no line. */
function parsed(line: string): readonly Crash[] {
  try {
    return [JSON.parse(line) as Crash]
  } catch {
    return []
  }
}
