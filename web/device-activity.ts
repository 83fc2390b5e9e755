import { effect, signal } from '@preact/signals'
import { deviceActivity } from './switches.ts'

// The Idle Detection API (https://wicg.github.io/idle-detection/), which only some browsers have: whether somebody is active on the device,
// never what they do. Off until the person turns it on (ucwa.md section 15, Activity).

interface IdleDetector extends EventTarget {
  readonly userState: 'active' | 'idle' | null
  readonly screenState: 'locked' | 'unlocked' | null
  start(options: { threshold: number; signal: AbortSignal }): Promise<void>
}
interface IdleDetection {
  new (): IdleDetector
  requestPermission(): Promise<'granted' | 'denied'>
}

/** The shortest that browsers allow. */
const THRESHOLD_MS = 60_000
const AGAIN_MS = 60_000

function idleDetection(): IdleDetection | undefined {
  return (globalThis as { IdleDetector?: IdleDetection }).IdleDetector
}

export function canWatchDevice(): boolean {
  return idleDetection() !== undefined
}

/** The browser said no when it was asked. */
export const watchRefused = signal(false)

/** Asks the browser; only out of a press of the person. Turns the switch on where it is granted. */
export async function askToWatchDevice(): Promise<void> {
  const answer = await idleDetection()
    ?.requestPermission()
    .catch(() => 'denied' as const)
  watchRefused.value = answer !== 'granted'
  deviceActivity.set(answer === 'granted')
}

/**
 * While the switch is on: tells once a minute that somebody is active on this device, in whatever program.
 * @returns the end
 */
export function watchDevice(active: () => void): () => void {
  return effect(() => {
    if (!deviceActivity.on.value) return
    const quit = new AbortController()
    void run(active, quit.signal)
    return () => quit.abort()
  })
}

async function run(active: () => void, signal: AbortSignal): Promise<void> {
  const detection = idleDetection()
  if (!detection) return
  const detector = new detection()
  const look = (): void => {
    if (detector.userState === 'active' && detector.screenState === 'unlocked') active()
  }
  detector.addEventListener('change', look, { signal })
  try {
    await detector.start({ threshold: THRESHOLD_MS, signal })
  } catch {
    // The permission was taken back; the settings offer to ask again.
    if (!signal.aborted) deviceActivity.set(false)
    return
  }
  const timer = setInterval(look, AGAIN_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
