import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import { conversationsIn } from '../model.ts'
import { go, route, useApp } from './app-state.ts'
import { Away, newlyExpired } from './away.tsx'
import { Banner } from './banner.tsx'
import { ContactLayers } from './contacts/dialogs.tsx'
import { Details } from './details.tsx'
import { NoConversation } from './empty.tsx'
import { Offers } from './offers.tsx'
import { Devices } from './settings/devices.tsx'
import { ChangePassword } from './settings/password.tsx'
import { Settings } from './settings.tsx'
import { Shortcuts, useShortcuts } from './shortcuts.tsx'
import { Side } from './side.tsx'
import { SignOutQuestion } from './sign-out.tsx'
import { Thread } from './thread.tsx'
import { WaitingForOthers } from './waiting.tsx'

/** The signed-in page: conversations, the one that is open, and details (design README section 7). */
export function Chat() {
  const app = useApp()
  const at = route.value
  useShortcuts()
  useArrival()
  const three = at.kind === 'with'
  return (
    <>
      <Skip />
      <div class={three ? 'chat three' : 'chat'} data-view={at.kind === 'none' ? 'list' : 'talk'}>
        <Side />
        <main class="pane" id="talk" tabindex={-1}>
          <div class="banners">
            <Banner />
            <Offers />
          </div>
          {at.kind === 'with' && <Thread key={at.person} uri={at.person} />}
          {at.kind === 'inbox' && <Away />}
          {at.kind === 'waiting' && <WaitingForOthers />}
          {at.kind === 'none' && <NoConversation />}
        </main>
        {at.kind === 'with' && <Details uri={at.person} />}
      </div>
      <ContactLayers />
      {app.layer.value === 'settings' && <Settings />}
      {app.layer.value === 'devices' && <Devices />}
      {app.layer.value === 'password' && <ChangePassword />}
      {app.layer.value === 'shortcuts' && <Shortcuts />}
      {app.layer.value === 'signOut' && <SignOutQuestion />}
    </>
  )
}

function Skip() {
  const t = texts.value
  const target = route.value.kind === 'with' ? 'write' : 'talk'
  const jump = (event: Event): void => {
    event.preventDefault()
    document.getElementById(target)?.focus()
  }
  return (
    <a class="skip" href={`#${target}`} onClick={jump}>
      {target === 'write' ? t.skipToMessage : t.skipToContent}
    </a>
  )
}

/** Once after sign-in: what came meanwhile is the first thing to see (ux.md 1.1 row 7), unless the address names a place. */
function useArrival(): void {
  const app = useApp()
  const done = useRef(false)
  const state = app.connection.state.value
  useEffect(() => {
    if (done.current || !state.threadsLoaded) return
    done.current = true
    const waits =
      newlyExpired(app) > 0 || conversationsIn(state).some((conversation) => conversation.unreadInbox > 0)
    if (waits && route.value.kind === 'none') go({ kind: 'inbox' }, true)
  }, [state.threadsLoaded])
}
