/**
 * Several tabs of one browser, one of which does what must happen once. It is the first that asks; when it closes the next one takes over.
 * Where the browser knows no locks every tab does it.
 * @param begin called when this tab is the one; its result is called at the end
 * @returns the end
 */
export function inOneTab(name: string, begin: () => () => void): () => void {
  if (!navigator.locks) return begin()
  const quit = new AbortController()
  let release: (() => void) | undefined
  navigator.locks
    .request(name, { signal: quit.signal }, () => {
      const end = begin()
      return new Promise<void>((resolve) => {
        release = () => {
          end()
          resolve()
        }
      })
    })
    .catch((error: unknown) => {
      // A wait that was ended is no fault; what `begin` throws is.
      if (!quit.signal.aborted) reportError(error)
    })
  return () => {
    quit.abort()
    release?.()
  }
}
