import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import type { Line } from '../model.ts'

/** How long a burst may last before it is told. */
const BURST_MS = 700

/** Lines that came after one that was the last; all of them where that one is gone. */
function linesAfter(lines: readonly Line[], last: string | undefined): readonly Line[] {
  return lines.slice(lines.findLastIndex((line) => line.id === last) + 1)
}

/**
 * Tells a screen reader of new messages once; a burst is one sentence (ux.md 1.4). The log itself is silent, it would read whole pages of
 * history.
 * @param lines those up to now, whatever part of the conversation is on screen
 */
export function Announcer({ lines, name }: { lines: readonly Line[]; name: string }) {
  const said = useSignal('')
  const told = useRef<string | undefined>(undefined)
  useEffect(() => {
    const last = lines.at(-1)?.id
    if (told.current === undefined) {
      told.current = last ?? ''
      return
    }
    if ((last ?? '') === told.current) return
    const timer = setTimeout(() => {
      const news = linesAfter(lines, told.current).filter((line) => !line.own)
      const [only] = news
      told.current = last ?? ''
      if (news.length === 1 && only) said.value = `${name}: ${only.text}`
      else if (news.length > 1) said.value = texts.value.newMessagesFrom(news.length, name)
    }, BURST_MS)
    return () => clearTimeout(timer)
  }, [lines, name])
  return (
    <p class="off" aria-live="polite" data-people>
      {said.value}
    </p>
  )
}
