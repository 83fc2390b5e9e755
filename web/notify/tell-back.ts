import { effect } from '@preact/signals'
import { go } from '../chat/app-state.ts'
import type { Connection } from '../connection.ts'
import { language, texts } from '../i18n/language.ts'
import { type Presence, personIn, type Uri } from '../model.ts'
import { inOneTab } from '../one-tab.ts'
import { notifyHere } from '../switches.ts'
import { whoIsBack } from './back.ts'
import { isQuietAt } from './decide.ts'
import { Notices } from './notices.ts'
import { permission } from './permission.ts'
import type { Wishes } from './wishes.ts'

/** All tabs hear of a return within this time; then a wish for once is fulfilled and goes. */
const FULFILLED_MS = 3000

/**
 * Tells that somebody is back whom the person waits for: every tab by a line (`say`), and one of them by a notification where these are
 * on. Who must not be disturbed has the line alone.
 * @returns the end
 */
export function tellBack(connection: Connection, wishes: Wishes, say: (person: Uri) => void): () => void {
  const seen = new Map<Uri, Presence>()
  let notices: Notices | undefined
  const stopLooking = effect(() => {
    const { people } = connection.state.value
    const all = wishes.all.value
    const back = whoIsBack(all, seen, people)
    for (const uri of all.keys()) {
      const presence = people.get(uri)?.presence
      if (presence) seen.set(uri, presence)
    }
    for (const uri of back) {
      say(uri)
      if (!notices) continue
      notify(connection, notices, uri)
      if (all.get(uri) === 'once') setTimeout(() => wishes.set(uri, undefined), FULFILLED_MS)
    }
  })
  const stopWatching = effect(() => {
    // Also somebody who is no contact, and with whom there is no conversation yet.
    if (connection.status.value.kind === 'online') void connection.watch.add([...wishes.all.value.keys()])
  })
  const leaveOne = inOneTab(`nightpost-back-${connection.session.sip}`, () => {
    const mine = new Notices(`${connection.session.sip} back`, (person) => go({ kind: 'with', person }))
    notices = mine
    return () => {
      notices = undefined
      mine.closeAll()
    }
  })
  return () => {
    stopLooking()
    stopWatching()
    leaveOne()
    wishes.stop()
  }
}

function notify(connection: Connection, notices: Notices, uri: Uri): void {
  const state = connection.state.value
  const quiet = state.own.presence?.availability === 'DoNotDisturb' || isQuietAt(state, Date.now())
  if (quiet || permission.value !== 'granted' || !notifyHere.on.value) return
  const t = texts.value
  const { name } = personIn(state, uri)
  // The same level as for messages: a name on a screen that others see is the person's to show.
  const [title, body] =
    state.settings.notifications === 'none' ? [t.product, t.somebodyIsBack] : [name, t.isBack(name)]
  notices.show(uri, title, body, language.value)
}
