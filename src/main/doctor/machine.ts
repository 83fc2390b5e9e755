import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Loaded } from '../config.ts'
import { because, type Finding, failure, warning, well } from './finding.ts'

const MIB = 1024 ** 2
/** With less free than this a busy hour is a risk. */
const MIN_FREE_MEMORY = 256 * MIB
/** Sockets beside those of peers: database, logs, listeners, consoles. */
const OTHER_FILES = 200
const FLUSHES = 5
/** A flush above this is felt by whoever writes. */
const SLOW_MS = 50

/** A clock that was set back lies before what was already written (SECURITY 64). */
export function ofClock(data: string): Finding {
  const written = ['nightpost.db', 'nightpost.db-wal']
    .map((name) => join(data, name))
    .filter((path) => existsSync(path))
  const newest = Math.max(...written.map((path) => statSync(path).mtimeMs))
  const minutes = Math.ceil((newest - Date.now()) / 60_000)
  if (minutes <= 1) return well('clock', 'clockFine', { time: new Date().toISOString() })
  return warning('clock', 'clockBehind', { minutes })
}

/** Memory of the machine, or of the container where that is less. @param used resident octets of the running server */
export function ofMemory(used: number | undefined): Finding {
  const limit = process.constrainedMemory()
  const constrained = limit > 0 && limit < totalmem()
  const total = constrained ? limit : totalmem()
  const free = constrained ? process.availableMemory() : Math.max(freemem(), process.availableMemory())
  const values = { free: Math.floor(free / MIB), total: Math.floor(total / MIB) }
  if (free < MIN_FREE_MEMORY) return warning('memory', 'memoryShort', values)
  return used === undefined
    ? well('memory', 'memoryFree', values)
    : well('memory', 'memoryFine', { ...values, used: Math.floor(used / MIB) })
}

/** Whether the system allows as many sockets as the configuration. @param pid the running server; else this process speaks for the next one */
export function ofOpenFiles(pid: number | undefined, { settings }: Loaded): readonly Finding[] {
  const limit = openFilesOf(pid ?? process.pid)
  if (limit === undefined) return []
  const { connections } = settings.limits
  return [
    limit >= connections + OTHER_FILES
      ? well('open files', 'openFilesFine', { limit })
      : warning('open files', 'openFilesFew', { limit, connections }),
  ]
}

/** @returns undefined where the system does not say (proc(5)) */
function openFilesOf(pid: number): number | undefined {
  const path = `/proc/${pid}/limits`
  if (!existsSync(path)) return undefined
  const soft = /^Max open files\s+(\S+)/m.exec(readFileSync(path, 'utf8'))?.[1]
  if (soft === 'unlimited') return Number.MAX_SAFE_INTEGER
  return soft === undefined ? undefined : Number(soft)
}

/** How long the disk takes until something is really on it: the middle one of some flushes of a page. */
export function ofWrites(data: string): Finding {
  const file = join(data, 'tmp', `doctor-${process.pid}`)
  try {
    mkdirSync(join(data, 'tmp'), { recursive: true, mode: 0o700 })
    const handle = openSync(file, 'wx', 0o600)
    const times: number[] = []
    try {
      for (let at = 0; at < FLUSHES; at++) {
        const start = performance.now()
        writeSync(handle, Buffer.alloc(4096))
        fsyncSync(handle)
        times.push(performance.now() - start)
      }
    } finally {
      closeSync(handle)
      rmSync(file, { force: true })
    }
    const middle = times.toSorted((a, b) => a - b)[Math.floor(FLUSHES / 2)] ?? 0
    const ms = Math.round(middle * 10) / 10
    return ms < SLOW_MS
      ? well('write latency', 'writesFast', { ms })
      : warning('write latency', 'writesSlow', { ms })
  } catch (error) {
    return failure('write latency', 'writesFail', { folder: data, because: because(error) })
  }
}
