import { statfsSync } from 'node:fs'
import type { Committer } from './committer.ts'

const LOOK_EVERY_MS = 5_000

/** Below so much free room no message is taken: the database must still be able to write what it has promised (SECURITY 22). */
export const MIN_FREE_BYTES = 200 * 1024 * 1024

/**
 * Looks at the free room now and then, and has the committer refuse while there is too little; it takes writes again when there is room.
 * @returns the end of looking
 */
export function watchDisk(dir: string, minFreeBytes: number, committer: Committer): () => void {
  const look = () => {
    const free = freeBytes(dir)
    const low = free !== undefined && free < minFreeBytes
    committer.refuse(
      low ? new Error(`${free} octets are free in ${dir}, ${minFreeBytes} are needed`) : undefined,
    )
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** @returns undefined where the system does not say. */
function freeBytes(dir: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    return undefined
  }
}
