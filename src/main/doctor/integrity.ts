import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Of the 20 s that all of it may take (ux 3.4). */
const MAX_MS = 10_000

/** What SQLite says of the file: `ok`, what is broken, or undefined when the time was not enough for all of it. */
export async function checkIntegrity(file: string, maxMs = MAX_MS): Promise<string | undefined> {
  const worker = new Worker(new URL('./integrity-worker.ts', import.meta.url), { workerData: { file } })
  const timer = AbortSignal.timeout(maxMs)
  try {
    const [result] = (await once(worker, 'message', { signal: timer })) as [string]
    return result
  } catch (error) {
    if (timer.aborted) return undefined
    return error instanceof Error ? error.message : String(error)
  } finally {
    await worker.terminate()
  }
}

/** For the finding: how long was looked. */
export const INTEGRITY_SECONDS = MAX_MS / 1000
