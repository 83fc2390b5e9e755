import { effect, type Signal } from '@preact/signals'
import type { Connection } from '../connection.ts'

/**
 * A server that was restarted may have a newer page: asked whenever the connection is back, since a server changes in no other way.
 * @returns a function that ends the watch
 */
export function watchVersion(connection: Connection, outdated: Signal<boolean>): () => void {
  let wasOnline = false
  return effect(() => {
    if (connection.status.value.kind !== 'online') return
    if (wasOnline) {
      void isOutdated().then((is) => {
        outdated.value = is
      })
    }
    wasOnline = true
  })
}

/** The name of the script holds a hash of its content, so another name is another version. */
async function isOutdated(): Promise<boolean> {
  try {
    const response = await fetch('/', { headers: { Accept: 'text/html' }, cache: 'no-cache' })
    const here = document.querySelector('script[type="module"]')?.getAttribute('src')
    // As text: the content security policy lets nobody parse markup (Trusted Types).
    return response.ok && here != null && !(await response.text()).includes(`"${here}"`)
  } catch {
    return false // asked again with the next connection
  }
}
