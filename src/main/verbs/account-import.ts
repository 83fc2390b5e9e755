import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { csvRows } from '../../admin/cmdlets/import-np-account.ts'
import { jsonOf } from '../../admin/json.ts'
import { sha256Hex } from '../../base/hash.ts'
import { type PsObject, type PsValue, property } from '../../base/ps-value.ts'
import type { Reply } from '../../control/messages.ts'
import { type OpenedConsole, openConsole } from '../console/link.ts'
import { textOutput } from '../console/output.ts'
import { progressBar } from '../console/progress-bar.ts'
import { PROCESS_STREAMS, screenOf } from '../console/screen.ts'
import { dataFolder } from '../data-folder.ts'
import { wrongUse } from '../words/say.ts'
import { type AccountFlags, argumentsOf, nobody } from './account.ts'

/** Rows of one request (INTERFACES 2). */
const ROWS = 100

/**
 * `account import F.csv`: reads the file here and streams its rows to Import-NpAccount. An import that was interrupted leaves the last
 * row that was done in `DIR/tmp`; the same command goes on there.
 */
export async function accountImport(file: string, flags: AccountFlags): Promise<void> {
  const content = readCsv(file)
  const rows = csvRows(content)
  if (!rows.ok) throw wrongUse('csvWrong', { file, because: rows.error })
  const opened = await openConsole(flags, true)
  const place = openPlace(
    dataFolder(flags.data),
    fingerprint(`${content}\n${flags.enable}`),
    flags.whatIf === true,
  )
  let stopped = false
  const stop = () => {
    stopped = true
  }
  process.once('SIGINT', stop)
  try {
    process.exitCode = await importRows(opened, rows.value, flags, place, () => stopped)
  } finally {
    process.off('SIGINT', stop)
    await opened.link.close().catch(() => undefined)
  }
}

function readCsv(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw wrongUse('unreadable', { file, because: error instanceof Error ? error.message : String(error) })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw wrongUse('notUtf8', { file })
  }
}

async function importRows(
  { link }: OpenedConsole,
  rows: readonly PsObject[],
  flags: AccountFlags,
  place: Place,
  stopped: () => boolean,
): Promise<number> {
  const screen = screenOf(false)
  const output = textOutput(PROCESS_STREAMS, screen.width, '')
  const counts = new Map<string, number>()
  const results: PsValue[] = []
  const from = Math.min(place.done, rows.length)
  if (from > 0) PROCESS_STREAMS.err(`going on after row ${from}\n`)
  const bar = progressBar('account import', rows.length, process.stderr, from)
  const show = (reply: Reply) => {
    if (reply.kind !== 'value') {
      output.show(reply)
      return
    }
    const result = String(property(reply.value, 'Result'))
    counts.set(result, (counts.get(result) ?? 0) + 1)
    if (flags.json) results.push(reply.value)
  }
  const given = argumentsOf({
    AllowWeakPassword: flags.allowWeakPassword,
    Enable: flags.enable,
    WhatIf: flags.whatIf,
  })
  for (let at = from; at < rows.length; at += ROWS) {
    if (stopped()) return interrupted(at)
    const input = rows.slice(at, at + ROWS)
    const before = [...counts.values()].reduce((sum, one) => sum + one, 0)
    try {
      await link.work(
        { kind: 'call', name: 'Import-NpAccount', arguments: given, input, screen },
        show,
        nobody,
      )
    } catch (error) {
      PROCESS_STREAMS.err(`\nnightpost: ${error instanceof Error ? error.message : String(error)}\n`)
      return interrupted(at)
    }
    const after = [...counts.values()].reduce((sum, one) => sum + one, 0)
    // A request without results was refused as a whole; the next one would be too.
    if (after === before) return 1
    place.reached(at + input.length)
    bar.step(at + input.length)
  }
  bar.end()
  place.finished()
  if (flags.json) PROCESS_STREAMS.out(`${JSON.stringify(results.map((one) => jsonOf(one)))}\n`)
  else PROCESS_STREAMS.out(`${summary(rows.length, counts)}\n`)
  return output.exitCode
}

function interrupted(row: number): number {
  PROCESS_STREAMS.err(`\nstopped after row ${row}; the same command goes on there\n`)
  return 1
}

function summary(rows: number, counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].map(([result, count]) => `${count} ${result.toLowerCase()}`)
  return `${rows} rows${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}

/** How far the import of this content came. */
interface Place {
  readonly done: number
  reached(row: number): void
  finished(): void
}

function openPlace(folder: string, name: string, dry: boolean): Place {
  const nothing = () => undefined
  if (dry) return { done: 0, reached: nothing, finished: nothing }
  const directory = join(folder, 'tmp')
  const path = join(directory, `import-${name}`)
  const done = existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : 0
  return {
    done: Number.isSafeInteger(done) && done > 0 ? done : 0,
    reached(row) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      writeFileSync(path, String(row), { mode: 0o600 })
    },
    finished: () => rmSync(path, { force: true }),
  }
}

/** A short name of a content, for the file that remembers how far its import came. */
function fingerprint(content: string): string {
  return sha256Hex(content).slice(0, 16)
}
