import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// Reads the whole file, which takes as long as it is large: in a thread of its own, which is ended when the time is up.
const database = new DatabaseSync((workerData as { readonly file: string }).file, { readOnly: true })
try {
  parentPort?.postMessage(String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check ?? 'ok'))
} catch (error) {
  parentPort?.postMessage(error instanceof Error ? error.message : String(error))
} finally {
  database.close()
}
