import { keep, kept } from './kept.ts'

/** One endpoint for each person and browser: its position in the log is kept by the server (ucwa.md 8.2). */
export function endpointId(sip: string): string {
  const name = `endpoint.${sip}`
  const known = kept(name)
  if (known) return known
  const made = crypto.randomUUID()
  keep(name, made)
  return made
}

/**
 * Each window has an event channel of its own (ucwa.md section 4), and keeps it over a reload. A duplicated window finds the name taken
 * and makes a new one.
 */
export async function instanceId(): Promise<string> {
  const kept = sessionStorage.getItem('nightpost.instance')
  const name = kept && (await isFree(kept)) ? kept : crypto.randomUUID()
  sessionStorage.setItem('nightpost.instance', name)
  return name
}

/** Takes a name for as long as this window lives. */
function isFree(name: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true)
  return new Promise((resolve) => {
    navigator.locks
      .request(`nightpost-window-${name}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<void>(() => {})
      })
      .catch(() => resolve(false))
  })
}
