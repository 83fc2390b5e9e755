import { signal } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { texts } from '../../i18n/language.ts'
import { keep, kept } from '../../kept.ts'
import { conversationsIn } from '../../model.ts'
import { isConverting } from '../../parts/layers.ts'
import { useApp } from '../app-state.ts'
import { Talks } from '../talks.tsx'
import { Contacts } from './contacts.tsx'
import { DoneLine } from './done-line.tsx'

type List = 'talks' | 'contacts'

/** Which list the left column shows; kept on this device. */
const shown = signal<List>(kept('left-list') === 'contacts' ? 'contacts' : 'talks')

function show(list: List): void {
  shown.value = list
  keep('left-list', list === 'contacts' ? list : undefined)
}

/** Conversations and contacts side by side, as users of the original know them: two tabs, one list. */
export function Lists() {
  const app = useApp()
  const t = texts.value
  const id = useId()
  const tabs = useRef<HTMLDivElement>(null)
  const unread = conversationsIn(app.connection.state.value).reduce((sum, one) => sum + one.unread, 0)
  const onKey = (event: KeyboardEvent): void => {
    if (isConverting(event) || !['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return
    event.preventDefault()
    const first = event.key === 'Home' || (event.key !== 'End' && shown.value === 'contacts')
    show(first ? 'talks' : 'contacts')
    tabs.current?.querySelectorAll<HTMLElement>('[role="tab"]')[first ? 0 : 1]?.focus()
  }
  const tab = (list: List, label: string, count: number) => (
    <button
      type="button"
      role="tab"
      id={`${id}-${list}`}
      class="bare"
      aria-selected={shown.value === list}
      aria-controls={shown.value === list ? `${id}-list` : undefined}
      tabindex={shown.value === list ? 0 : -1}
      onClick={() => show(list)}
    >
      {label}
      {count > 0 && (
        <>
          <span class="count" aria-hidden="true">
            {count}
          </span>
          <span class="off">{t.unreadCount(count)}</span>
        </>
      )}
    </button>
  )
  return (
    <div class="lists">
      <div ref={tabs} class="list-tabs" role="tablist" aria-label={t.leftLists} onKeyDown={onKey}>
        {tab('talks', t.conversations, shown.value === 'talks' ? 0 : unread)}
        {tab('contacts', t.contacts, 0)}
      </div>
      <div class="list" role="tabpanel" id={`${id}-list`} aria-labelledby={`${id}-${shown.value}`}>
        {shown.value === 'talks' ? <Talks /> : <Contacts />}
      </div>
      <DoneLine />
    </div>
  )
}
