import { useEffect, useMemo } from 'preact/hooks'
import type { Uri } from '../model.ts'
import { TypingOut } from '../typing-out.ts'
import { useApp } from './app-state.ts'
import { typingAddress } from './compose.tsx'

/** Tells the other side of this conversation that I am typing (ux.md 1.2); leaving the conversation ends it. */
export function useTypingOut(uri: Uri): TypingOut {
  const app = useApp()
  const teller = useMemo(
    () =>
      new TypingOut((typing) => {
        const address = typingAddress(app, uri)
        if (address) void app.desk.typing(address, typing)
      }),
    [app, uri],
  )
  useEffect(() => () => teller.stop(), [teller])
  return teller
}
