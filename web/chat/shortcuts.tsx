import { useEffect } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import { conversationsIn } from '../model.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Keys } from '../parts/keys.tsx'
import { closeTopmost, isConverting, isLayerOpen } from '../parts/layers.ts'
import { singleKeys } from '../switches.ts'
import { type App, go, route, useApp } from './app-state.ts'

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)
const command = isMac ? '⌘' : 'Ctrl'

/** The keys of ux.md 1.3 that this client has. Nothing fires while Japanese text is being converted. */
export function useShortcuts(): void {
  const app = useApp()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isConverting(event) || event.defaultPrevented) return
      if (act(app, event)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [app])
}

function act(app: App, event: KeyboardEvent): boolean {
  const withCommand = (event.ctrlKey || event.metaKey) && !event.altKey
  if (withCommand && !event.shiftKey && event.key.toLowerCase() === 'k') {
    // In one column the search lies in the list.
    if (matchMedia('(max-width: 47.9375em)').matches) go({ kind: 'none' })
    app.finderOpen.value = true
    return true
  }
  if (event.key === 'Escape') return closeOrWrite()
  if (isLayerOpen()) return false
  if (event.key === 'F6') return nextRegion(event.shiftKey ? -1 : 1)
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (event.altKey && !event.ctrlKey && step) return nextTalk(app, step, event.shiftKey)
  const single = event.key === '?' && !withCommand && singleKeys.on.value
  if (!single || isTextBox(event.target)) return false
  app.layer.value = 'shortcuts'
  return true
}

/** Closes the topmost layer only; without one the focus goes back to the message box. */
function closeOrWrite(): boolean {
  if (closeTopmost()) return true
  const box = document.getElementById('write')
  box?.focus()
  return box !== null
}

function isTextBox(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

function nextRegion(step: number): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (r) => r.offsetParent !== null,
  )
  const at = regions.findIndex((region) => region.contains(document.activeElement))
  const next = regions[(at + step + regions.length) % regions.length]
  if (!next) return false
  const inside = next.matches('[tabindex]')
    ? next
    : (next.querySelector<HTMLElement>('[aria-current], textarea') ??
      next.querySelector<HTMLElement>('button, a'))
  inside?.focus()
  return true
}

function nextTalk(app: App, step: number, unreadOnly: boolean): boolean {
  const at = route.value
  const all = conversationsIn(app.connection.state.value)
  const current = at.kind === 'with' ? all.findIndex((c) => c.person === at.person) : -1
  for (let n = 1; n <= all.length; n++) {
    const from = current < 0 && step < 0 ? 0 : current
    const candidate = all[(from + step * n + all.length * 2) % all.length]
    if (!candidate || (unreadOnly && candidate.unread === 0)) continue
    go({ kind: 'with', person: candidate.person })
    return true
  }
  return true
}

/** The list behind `?`. */
export function Shortcuts() {
  const app = useApp()
  const t = texts.value
  const close = (): void => {
    app.layer.value = undefined
  }
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[`${command}+K`], t.keyFind],
    [['F6'], t.keyRegions],
    [['Esc'], t.keyEsc],
    [['Alt+↑', 'Alt+↓'], t.keyNextTalk],
    [['Alt+Shift+↑', 'Alt+Shift+↓'], t.keyNextUnread],
    [['↑', '↓'], t.keyWalk],
    [['Home', 'End'], t.keyEnds],
    [['?'], t.keyHelp],
  ]
  return (
    <Dialog title={t.shortcuts} close={close}>
      <dl class="shortcuts">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((k) => (
                <Keys key={k} keys={k} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label class="check small">
        <input
          type="checkbox"
          checked={singleKeys.on.value}
          onChange={(event) => singleKeys.set(event.currentTarget.checked)}
        />
        {t.singleKeys}
      </label>
      <p class="small quiet">{t.notEverywhere}</p>
    </Dialog>
  )
}
