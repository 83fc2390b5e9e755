import { effect, signal, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { Connection } from '../connection.ts'
import { Desk } from '../desk.ts'
import { texts } from '../i18n/language.ts'
import { kept } from '../kept.ts'
import { tellBack } from '../notify/tell-back.ts'
import { Wishes } from '../notify/wishes.ts'
import { startNotifying } from '../notify.ts'
import { unsent } from '../outbox.ts'
import { Outbox } from '../outbox-runner.ts'
import { Icon } from '../parts/icon.tsx'
import { currentSession, type Session, signOut } from '../session.ts'
import { Timelines } from '../timelines.ts'
import { AppContext, type App as AppState, go, type Layer, readerOf } from './app-state.ts'
import { Chat } from './chat.tsx'
import { ContactDesk } from './contacts/contact-desk.ts'
import { NoService, Unreachable } from './empty.tsx'
import { promptForPassword } from './password-prompt.ts'
import { SignIn } from './sign-in.tsx'
import { rememberSettings, showUnread } from './surroundings.ts'
import { watchVersion } from './update.ts'
import { keepAboveKeyboard } from './viewport.ts'

/** The whole client: who is signed in decides what there is to see. */
export function App() {
  const session = useSignal<Session | undefined | 'unknown' | 'unreachable'>('unknown')
  const since = useRef(0)
  const ask = async (): Promise<void> => {
    const answer = await currentSession()
    // A slow answer of an earlier question says nothing any more.
    if (session.value !== 'unknown' && session.value !== 'unreachable') return
    if (answer === 'unreachable' && session.value === 'unknown') since.current = Date.now()
    session.value = answer
  }
  useEffect(() => {
    void ask()
  }, [])
  const who = session.value
  if (who === 'unknown') return <Waiting />
  if (who === 'unreachable') return <Unreachable since={since.current} tryNow={() => void ask()} />
  if (!who) return <SignIn signedIn={(made) => (session.value = made)} />
  const leave = (): void => {
    session.value = undefined
  }
  // An account of the directory that was never enabled, such as one that only administers.
  if (who.sip === '') return <NoService leave={() => void signOut(who).then(leave)} />
  return <SignedIn key={who.csrf} session={who} leave={leave} />
}

/** Nothing but the lamp for what is usually under 400 ms; the word comes after that (design README section 10). */
function Waiting() {
  return (
    <main class="waiting-page" aria-busy="true">
      <Icon name="logo" className="logo" />
      <p class="late" role="status">
        {texts.value.loading}
      </p>
    </main>
  )
}

function SignedIn({ session, leave }: { session: Session; leave: () => void }) {
  const app = useMemo<AppState>(() => {
    const connection = new Connection(session)
    return {
      connection,
      desk: new Desk(connection),
      timelines: new Timelines(connection),
      outbox: new Outbox(connection),
      reader: readerOf(connection),
      layer: signal<Layer | undefined>(undefined),
      finderOpen: signal(false),
      contacts: new ContactDesk(connection),
      wishes: new Wishes(session.sip),
      outdated: signal(false),
      expiredBefore: Number(kept(`expired.${session.sip}`) ?? 0),
      heldUnread: new Set(),
      leave,
    }
  }, [session])
  useEffect(() => {
    promptForPassword(session)
    const stops = [
      effect(() => rememberSettings(app.connection.state.value)),
      effect(() => showUnread(app.connection.state.value)),
      startNotifying(app.connection),
      tellBack(app.connection, app.wishes, (person) => app.contacts.sayBack(person)),
      watchVersion(app.connection, app.outdated),
      keepAboveKeyboard(),
    ]
    return () => {
      for (const stop of stops) stop()
      app.outbox.stop()
      app.connection.stop()
    }
  }, [app])
  return (
    <AppContext.Provider value={app}>
      <Chat />
    </AppContext.Provider>
  )
}

/** Signs out; with messages that have not left this device the person is asked first. */
export async function leaveOrAsk(app: AppState, asked = false): Promise<void> {
  if (!asked && unsent(app.outbox.items.value).length > 0) {
    app.layer.value = 'signOut'
    return
  }
  app.outbox.stop()
  app.connection.stop()
  await signOut(app.connection.session)
  go({ kind: 'none' }, true)
  document.title = texts.value.product
  app.leave()
}
