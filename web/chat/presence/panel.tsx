import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { endOfDay } from '../../i18n/dates.ts'
import { texts } from '../../i18n/language.ts'
import { quietHoursOf } from '../../notify/decide.ts'
import { Icon, Mark } from '../../parts/icon.tsx'
import { isConverting } from '../../parts/layers.ts'
import { lookOf } from '../../parts/presence.ts'
import { quietNow } from '../../quiet-hours.ts'
import { leaveOrAsk } from '../app.tsx'
import { now, useApp } from '../app-state.ts'
import { CHOICES, type Choice, checkedChoice, choose, reset } from './choices.ts'
import { Until } from './until.tsx'
import { OwnWords } from './words.tsx'

/** State, its end, note and place; settings and the way out below. */
export function PresencePanel({ close }: { close: () => void }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const { own, policies } = state
  const failed = useSignal(false)
  const checked = checkedChoice(own.presence)
  const offered = CHOICES.filter(
    (one) => one.key !== 'appearOffline' || policies.appearOffline || one === checked,
  )
  const trying = (act: Promise<void>): void => {
    failed.value = false
    act.catch(() => {
      failed.value = true
    })
  }
  const quiet = quietNow(quietHoursOf(state), now.value, app.reader.value)
  return (
    <>
      <Menu
        offered={offered}
        checked={checked}
        choose={(one) =>
          trying(choose(app, one, one.ends ? endOfDay(Date.now(), app.reader.value) : undefined))
        }
      />
      <hr />
      <div class="pad">
        {quiet && <p class="small quiet">{t.quietHoursNow(quiet)}</p>}
        {checked && own.since !== undefined && (
          <Until value={own.expires} change={(expires) => trying(choose(app, checked, expires))} />
        )}
        <OwnWords failed={failed} />
        {failed.value && (
          <p class="small stop" role="alert">
            {t.notSaved}
          </p>
        )}
      </div>
      <hr />
      <div class="pad foot">
        <button type="button" class="link" onClick={() => trying(reset(app))}>
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

function Menu(props: {
  offered: readonly Choice[]
  checked: Choice | undefined
  choose: (one: Choice) => void
}) {
  const t = texts.value
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const checked = menu.current?.querySelector<HTMLElement>('[aria-checked="true"]')
    ;(checked ?? menu.current?.querySelector<HTMLElement>('[role="menuitemradio"]'))?.focus()
  }, [])
  return (
    <div
      ref={menu}
      role="menu"
      aria-label={t.yourPresence}
      onKeyDown={(event) => walk(event, menu.current)}
      tabindex={-1}
    >
      {props.offered.map((one, index) => (
        <Entry
          key={one.key}
          choice={one}
          checked={one === props.checked}
          reachable={one === props.checked || (!props.checked && index === 0)}
          choose={() => props.choose(one)}
        />
      ))}
    </div>
  )
}

function Entry(props: { choice: Choice; checked: boolean; reachable: boolean; choose: () => void }) {
  const t = texts.value
  const { key, help, shows } = props.choice
  const shown = lookOf(shows, true)
  return (
    <button
      type="button"
      class="choice"
      role="menuitemradio"
      aria-checked={props.checked}
      aria-labelledby={`presence-${key}`}
      aria-describedby={help && `presence-${key}-help`}
      tabindex={props.reachable ? 0 : -1}
      onClick={props.choose}
    >
      <Mark name={shown.icon} tone={shown.tone} />
      <span>
        <span id={`presence-${key}`}>{t[shown.word] as string}</span>
        {help && <small id={`presence-${key}-help`}>{t[help]}</small>}
      </span>
      <Icon name="s-delivered" className="i s tick" />
    </button>
  )
}

function walk(event: KeyboardEvent, menu: HTMLElement | null): void {
  if (isConverting(event)) return
  const items = [...(menu?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])]
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
