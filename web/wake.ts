/** How often the clock is looked at. A hidden page's timers may be a minute late, which is no sleep. */
const LOOK_MS = 10_000
const SLEPT_MS = 90_000

/**
 * Tells that this device has slept, or that the browser had frozen the page: timers stood still and the clock went on. The connection
 * may look alive long after the server has given it up.
 * @returns the end
 */
export function onWake(wake: () => void): () => void {
  let seen = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    const slept = now - seen > SLEPT_MS
    seen = now
    if (slept) wake()
  }, LOOK_MS)
  document.addEventListener('resume', wake)
  return () => {
    clearInterval(timer)
    document.removeEventListener('resume', wake)
  }
}
