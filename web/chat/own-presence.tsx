import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { ChosenAvailability } from '../../src/domain/presence.ts'
import { clock, endOfDay, inSentence } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { keep, kept } from '../kept.ts'
import type { Presence } from '../model.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import { isConverting, useLayer, usePressOutside } from '../parts/layers.ts'
import { Name } from '../parts/person.tsx'
import { lookOf, type PresenceLook } from '../parts/presence.ts'
import { leaveOrAsk } from './app.tsx'
import { type App, now, useApp } from './app-state.ts'

interface Choice {
  readonly key: string
  readonly availability: ChosenAvailability
  readonly presenting: boolean
  /** How it shows at my own name. */
  readonly shows: Presence
  readonly help?: 'doNotDisturbHelp' | 'presentingHelp' | 'appearOfflineHelp'
  /** Has an end by default (ucwa.md section 15). */
  readonly ends: boolean
}

const choice = (
  key: string,
  availability: ChosenAvailability,
  shows: Presence,
  more: Partial<Choice> = {},
): Choice => ({ key, availability, presenting: false, shows, ends: false, ...more })

const CHOICES: readonly Choice[] = [
  choice('available', 'Online', { availability: 'Online', activity: undefined }),
  choice('busy', 'Busy', { availability: 'Busy', activity: undefined }),
  choice(
    'doNotDisturb',
    'DoNotDisturb',
    { availability: 'DoNotDisturb', activity: undefined },
    { help: 'doNotDisturbHelp', ends: true },
  ),
  choice(
    'presenting',
    'DoNotDisturb',
    { availability: 'DoNotDisturb', activity: 'presenting' },
    { presenting: true, help: 'presentingHelp', ends: true },
  ),
  choice('beRightBack', 'BeRightBack', { availability: 'BeRightBack', activity: undefined }),
  choice('away', 'Away', { availability: 'Away', activity: undefined }),
  choice('offWork', 'Offwork', { availability: 'Away', activity: 'off-work' }),
  choice(
    'appearOffline',
    'Offline',
    { availability: 'Offline', activity: undefined },
    { help: 'appearOfflineHelp' },
  ),
]

/** A state older than this is named at the own name, with one press to reset (ucwa.md section 15). */
const OLD_MS = 8 * 3_600_000

/** Own name and state, and the panel to change state, end and note. */
export function OwnPresence() {
  const app = useApp()
  const t = texts.value
  const { own } = app.connection.state.value
  const online =
    app.connection.status.value.kind === 'online' || app.connection.status.value.kind === 'connecting'
  // Without a connection others see nobody here, and the page does not claim otherwise.
  const look = online ? lookOf(own.presence, true) : lookOf({ availability: 'Offline', activity: undefined })
  const isOpen = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const close = useMemo(
    () => () => {
      isOpen.value = false
    },
    [isOpen],
  )
  const refs = useMemo(() => [button, panel], [])
  useLayer(isOpen.value, close)
  usePressOutside(refs, isOpen.value, close)
  const since = useSince(app, look)
  return (
    <div class="own">
      <button
        ref={button}
        class="me bare"
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <span class="grow">
          <span class="off">{t.yourPresence}: </span>
          <span class="with-mark small">
            {(own.presence || !online) && <Mark name={look.icon} tone={look.tone} />}
            <span>{own.presence || !online ? (t[look.word] as string) : t.loading}</span>
          </span>
          <b class="clip">
            <Name name={own.name} />
          </b>
        </span>
        <Icon name="i-down" small />
      </button>
      {since !== undefined && (
        <p class="old-state">
          <span>{t.oldState(t[look.word] as string, inSentence(since, now.value, app.reader.value))}</span>{' '}
          <button type="button" class="link" onClick={() => void reset(app).catch(() => undefined)}>
            {t.resetState}
          </button>
        </p>
      )}
      {isOpen.value && (
        <div ref={panel} class="pop presence-pop" role="dialog" aria-label={t.yourPresence}>
          <Panel look={look} close={close} />
        </div>
      )}
    </div>
  )
}

function Panel({ look, close }: { look: PresenceLook; close: () => void }) {
  const app = useApp()
  const t = texts.value
  const { own, policies } = app.connection.state.value
  const failed = useSignal(false)
  const known = parsed(kept(sinceName(app)))
  const until = useSignal<number | undefined>(
    own.expires ?? (known?.word === look.word ? known.expires : undefined),
  )
  const choices = CHOICES.filter(
    (c) => c.key !== 'appearOffline' || policies.appearOffline || look.word === c.key,
  )
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const checked = menu.current?.querySelector<HTMLElement>('[aria-checked="true"]')
    ;(checked ?? menu.current?.querySelector<HTMLElement>('[role="menuitemradio"]'))?.focus()
  }, [])
  const apply = async (wanted: Choice, expires: number | undefined): Promise<void> => {
    failed.value = false
    until.value = expires
    try {
      await app.desk.choose({
        availability: wanted.availability,
        presenting: wanted.presenting,
        expires,
      })
      keep(sinceName(app), JSON.stringify({ word: wanted.key, since: Date.now(), expires }))
    } catch {
      failed.value = true
    }
  }
  const onKey = (event: KeyboardEvent): void => {
    if (isConverting(event)) return
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])]
    const at = items.findIndex((item) => item.contains(document.activeElement))
    const next = {
      ArrowDown: items[(at + 1) % items.length],
      ArrowUp: items[(at - 1 + items.length) % items.length],
      Home: items[0],
      End: items.at(-1),
    }[event.key]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  const current = choices.find((c) => c.key === look.word)
  return (
    <>
      <div ref={menu} role="menu" aria-label={t.yourPresence} onKeyDown={onKey} tabindex={-1}>
        {choices.map((c) => {
          const shown = lookOf(c.shows, true)
          const checked = c === current
          return (
            <button
              key={c.key}
              type="button"
              class="choice"
              role="menuitemradio"
              aria-checked={checked}
              aria-labelledby={`presence-${c.key}`}
              aria-describedby={c.help && `presence-${c.key}-help`}
              tabindex={checked || (!current && c === choices[0]) ? 0 : -1}
              onClick={() => void apply(c, c.ends ? endOfDay(Date.now(), app.reader.value) : undefined)}
            >
              <Mark name={shown.icon} tone={shown.tone} />
              <span>
                <span id={`presence-${c.key}`}>{t[shown.word] as string}</span>
                {c.help && <small id={`presence-${c.key}-help`}>{t[c.help]}</small>}
              </span>
              <Icon name="s-delivered" className="i s tick" />
            </button>
          )
        })}
      </div>
      <hr />
      <div class="pad">
        {current && current.key !== 'available' && (
          <Until value={until.value} change={(expires) => void apply(current, expires)} />
        )}
        <NoteField failed={failed} />
        {failed.value && (
          <p class="small stop" role="alert">
            {t.notSaved}
          </p>
        )}
      </div>
      <hr />
      <div class="pad foot">
        <button type="button" class="link" onClick={() => void reset(app).catch(() => (failed.value = true))}>
          {t.backToAutomatic}
        </button>
        <button
          type="button"
          class="link"
          onClick={() => {
            close()
            app.layer.value = 'settings'
          }}
        >
          {t.settings}
        </button>
        <button type="button" class="link" onClick={() => void leaveOrAsk(app)}>
          {t.signOut}
        </button>
      </div>
    </>
  )
}

/** When the state ends by itself. */
function Until({
  value,
  change,
}: {
  value: number | undefined
  change: (expires: number | undefined) => void
}) {
  const app = useApp()
  const t = texts.value
  const reader = app.reader.value
  const end = endOfDay(now.value, reader)
  const hours = [1, 2, 4].map((h) => Math.ceil((now.value + (h - 0.5) * 3_600_000) / 1_800_000) * 1_800_000)
  const offered = [...new Set([...hours.filter((at) => at < end), end])]
  const known = value !== undefined && !offered.some((at) => Math.abs(at - value) < 60_000) ? [value] : []
  const all = [...known, ...offered].sort((a, b) => a - b)
  return (
    <div class="field">
      <label for="until">{t.until}</label>
      <span class="select">
        <select
          class="input"
          id="until"
          value={value === undefined ? '' : String(all.find((at) => Math.abs(at - value) < 60_000) ?? '')}
          onChange={(event) =>
            change(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))
          }
        >
          <option value="">{t.untilIChange}</option>
          {all.map((at) => (
            <option key={at} value={String(at)}>
              {Math.abs(at - end) < 60_000 ? t.untilEndOfDay : t.untilClock(clock(at, reader))}
            </option>
          ))}
        </select>
        <Icon name="i-down" small />
      </span>
    </div>
  )
}

function NoteField({ failed }: { failed: { value: boolean } }) {
  const app = useApp()
  const t = texts.value
  const { note } = app.connection.state.value.own
  const text = useSignal(note ?? '')
  const saved = useSignal(false)
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      await app.desk.setNote(text.value.trim())
      saved.value = true
      failed.value = false
    } catch {
      failed.value = true
    }
  }
  return (
    <form class="field" onSubmit={(event) => void save(event)}>
      <label for="note">{t.noteForOthers}</label>
      <span class="row">
        <input
          class="input"
          id="note"
          type="text"
          maxLength={200}
          dir="auto"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
            saved.value = false
          }}
          onKeyDown={(event) => isConverting(event) && event.stopPropagation()}
        />
        <button type="submit" class={saved.value ? 'small' : 'main small'}>
          {saved.value ? t.saved : t.saveNote}
        </button>
      </span>
    </form>
  )
}

async function reset(app: App): Promise<void> {
  await app.desk.choose(undefined)
  keep(sinceName(app), undefined)
}

function sinceName(app: App): string {
  return `presence.${app.connection.session.sip}`
}

/**
 * Since when an old chosen state stands, as this device knows it. The server does not say when a state was chosen; one that was found at
 * sign-in counts from then.
 */
function useSince(app: App, look: PresenceLook): number | undefined {
  const { presence } = app.connection.state.value.own
  const name = sinceName(app)
  const chosen =
    presence !== undefined &&
    ['Busy', 'DoNotDisturb', 'BeRightBack', 'Offline'].includes(presence.availability)
  const known = parsed(kept(name))
  useEffect(() => {
    if (chosen && known?.word !== look.word)
      keep(name, JSON.stringify({ word: look.word, since: Date.now() }))
  }, [chosen, look.word])
  if (!chosen || known?.word !== look.word) return undefined
  return now.value - known.since > OLD_MS ? known.since : undefined
}

function parsed(
  text: string | null,
): { word: string; since: number; expires: number | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (typeof value !== 'object' || value === null || !('word' in value) || !('since' in value))
      return undefined
    const expires = 'expires' in value && typeof value.expires === 'number' ? value.expires : undefined
    return { word: String(value.word), since: Number(value.since), expires }
  } catch {
    return undefined
  }
}
