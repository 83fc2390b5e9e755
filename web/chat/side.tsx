import { texts } from '../i18n/language.ts'
import { conversationsIn } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import type { IconName } from '../parts/icon-shapes.tsx'
import { go, route, useApp } from './app-state.ts'
import { Lists } from './contacts/lists.tsx'
import { Finder } from './finder.tsx'
import { OwnPresence } from './own-presence.tsx'
import { hashOf, type Route } from './route.ts'

/** Left column: own state, search, trays, conversations: where users of the original look for them. */
export function Side() {
  const app = useApp()
  const t = texts.value
  const conversations = conversationsIn(app.connection.state.value)
  const inbox = conversations.reduce((sum, c) => sum + c.unreadInbox, 0)
  const waiting = conversations.reduce((sum, c) => sum + c.sentWaiting, 0)
  return (
    <aside class="side" aria-label={t.conversationsAndInbox} data-region>
      <div class="side-top">
        <Icon name="logo" className="logo" />
        <OwnPresence />
        <button
          type="button"
          class="icon"
          aria-label={t.newMessage}
          title={t.newMessage}
          onClick={() => (app.finderOpen.value = true)}
        >
          <Icon name="i-edit" />
        </button>
      </div>
      <Finder />
      <nav class="trays" aria-label={t.trays}>
        <ul>
          <Tray
            to={{ kind: 'inbox' }}
            icon="i-letterbox"
            label={t.inbox}
            count={inbox}
            said={t.unreadCount(inbox)}
          />
          <Tray
            to={{ kind: 'waiting' }}
            icon="s-queued"
            label={t.waitingForOthers}
            count={waiting}
            said={t.waitingCount(waiting)}
            lamp
          />
        </ul>
      </nav>
      <Lists />
    </aside>
  )
}

function Tray(props: {
  to: Route
  icon: IconName
  label: string
  count: number
  said: string
  lamp?: boolean
}) {
  const current = route.value.kind === props.to.kind
  return (
    <li>
      <a
        href={hashOf(props.to)}
        aria-current={current ? 'page' : undefined}
        onClick={(event) => {
          event.preventDefault()
          go(props.to)
        }}
      >
        <Icon name={props.icon} />
        <span>{props.label}</span>
        {props.count > 0 && (
          <>
            <span class={props.lamp ? 'count lamp' : 'count'} aria-hidden="true">
              {props.count}
            </span>
            <span class="off">{props.said}</span>
          </>
        )}
      </a>
    </li>
  )
}
