import { useEffect, useMemo } from 'preact/hooks'
import type { Uri } from '../model.ts'
import { useApp } from './app-state.ts'
import { typingAddress } from './compose.tsx'

const AFTER_MS = 1000
const REPEAT_MS = 4000

/** Tells the other side that I am typing: after one second of it, then at most every four; what is not repeated ends by itself (ux.md 1.2). */
export function useTypingOut(uri: Uri) {
  const app = useApp()
  const teller = useMemo(() => {
    let since = 0
    let last = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const tell = (): void => {
      const address = typingAddress(app, uri)
      if (!address || Date.now() - last < REPEAT_MS) return
      last = Date.now()
      void app.desk.typing(address)
    }
    return {
      typed: (text: string): void => {
        const now = Date.now()
        clearTimeout(timer)
        if (text.trim() === '') {
          since = 0
          return
        }
        if (since === 0) since = now
        if (now - since >= AFTER_MS) tell()
        timer = setTimeout(() => {
          since = 0
        }, 2500)
      },
      sent: (): void => {
        since = 0
        last = 0
        clearTimeout(timer)
      },
    }
  }, [app, uri])
  useEffect(() => () => teller.sent(), [teller])
  return teller
}
