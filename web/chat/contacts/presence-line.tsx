import { inSentence } from '../../i18n/dates.ts'
import { texts } from '../../i18n/language.ts'
import type { Person } from '../../model.ts'
import { Mark } from '../../parts/icon.tsx'
import { lookOf } from '../../parts/presence.ts'
import { now, useApp } from '../app-state.ts'

const ABSENT: ReadonlySet<string> = new Set(['Away', 'BeRightBack', 'IdleOnline', 'IdleBusy'])

/** The state as shape and word, and where it is told since when nothing was heard: of somebody who is here that says nothing. */
export function PresenceLine({ person }: { person: Person }) {
  const t = texts.value
  const look = lookOf(person.presence)
  const when = useLastActive(person)
  return (
    <p class="presence-line">
      <Mark name={look.icon} tone={look.tone} />
      <span>
        {t[look.word] as string}
        {when !== undefined && t.dot + when}
      </span>
    </p>
  )
}

/** "last active at 14:05", "last seen on Friday at 18:02", "your messages reach them"; undefined where there is nothing to add. */
export function useLastActive({ presence }: Person): string | undefined {
  const app = useApp()
  const t = texts.value
  if (presence?.activity === 'urgent-interruptions-only') return t.youMayInterrupt
  const at = presence?.lastActive
  if (!presence || at === undefined || at > now.value + 60_000) return undefined
  const when = inSentence(at, now.value, app.reader.value)
  if (presence.availability === 'Offline') return t.lastSeen(when)
  return ABSENT.has(presence.availability) ? t.lastActive(when) : undefined
}
