import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { direct } from './console-house.ts'
import { temporaryFolder } from './launch.ts'

/** One object of `nightpost doctor --json`. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly code: string
  readonly text: string
  readonly fix?: string
  readonly mended?: true
}

/** Runs `nightpost doctor --json` on a data folder; what it finds, by check. */
export async function examine(data: string, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await direct(['doctor', '--json', '--data', data, ...flags])
  assert.equal(stderr, '')
  const found = JSON.parse(stdout) as readonly Finding[]
  const of = (name: string) => found.find(({ check }) => check === name)
  const codes = (name: string) => found.filter(({ check }) => check === name).map((one) => one.code)
  return { code, found, of, codes }
}

/** Ports that are free for a server that is not there. */
export const PORTS = 'https.port = 0\nhttp.port = 0\nssh.port = 0\n'

/** A configuration file with these lines, top-level keys first. */
export function configured(toml: string): string {
  const file = temporaryFolder('nightpost.toml')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${PORTS}${toml}`, { mode: 0o600 })
  return file
}
