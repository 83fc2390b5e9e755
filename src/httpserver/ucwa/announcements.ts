import type { Announcement, ThreadSide, Transcript } from '../../actions/ports.ts'
import { presenceFor } from '../../actions/watch-presence.ts'
import { assertNever } from '../../base/never.ts'
import type { Resource } from '../../codec/ucwa/hal.ts'
import type { AccountId } from '../../domain/account.ts'
import { messageId, type Row, type ThreadId } from '../../domain/message.ts'
import { type Application, communicationOf, conversationOf, meOf, peopleOf, targetOf } from './application.ts'
import { contactsChanged } from './contacts-subscription.ts'
import { messageResource, remember } from './conversation.ts'
import { raiseConversationUpdated } from './conversation-events.ts'
import { conversationLogResource } from './conversation-logs.ts'
import type { House } from './house.ts'
import { textOfRow } from './incoming.ts'
import {
  locationResource,
  meResource,
  noteResource,
  ownOf,
  presenceResource,
  settingsResource,
} from './me.ts'
import { raiseMissedItems } from './missed-items.ts'
import { outgoingNumber } from './outgoing.ts'
import { userOf } from './people.ts'
import { personOf } from './people-of-conversations.ts'
import { policyChanged } from './policies.ts'
import { privacyResource } from './privacy.ts'
import { partEvents } from './subscriptions.ts'
import { deliveryWord, transcriptResource } from './transcripts.ts'
import { heardTyping } from './typing.ts'

/** Marks that one announcement may be about: how far back a thread is looked at. */
const MARKS = 100
/** A mark that was not seen before is told while it is this fresh; older ones were told before this application began. */
const FRESH_MS = 300_000
const REMEMBERED_STATES = 5000

/**
 * Turns what the bus says into events of the applications it concerns. Work for one account runs in order; what needs the
 * store is looked up there, because the bus says only "look" (ARCHITECTURE, promise 3).
 * @returns the end
 */
export function listenToBus(house: House): () => void {
  const inOrder = orderedByAccount(house)
  const states = new Map<string, string>()
  return house.ports.bus.subscribe((what) => hear(house, inOrder, states, what))
}

type InOrder = (account: AccountId, work: () => Promise<void>) => void

/** One chain of work per account: two rows of one person never swap in the feed. */
function orderedByAccount(house: House): InOrder {
  const tails = new Map<AccountId, Promise<void>>()
  return (account, work) => {
    const before = tails.get(account) ?? Promise.resolve()
    const tail = before
      .then(work)
      .catch((error: unknown) => house.log.error({ err: error }, 'announcement not told'))
      .finally(() => {
        if (tails.get(account) === tail) tails.delete(account)
      })
    tails.set(account, tail)
  }
}

function hear(house: House, inOrder: InOrder, states: Map<string, string>, what: Announcement): void {
  switch (what.topic) {
    case 'row':
      heardRow(house, inOrder, states, what.row)
      break
    case 'marks':
      concerning(house, what.sender, (apps) =>
        inOrder(what.sender, () => tellMarks(house, apps, states, what.sender, what.thread)),
      )
      break
    case 'thread':
      concerning(house, what.owner, (apps) =>
        inOrder(what.owner, async () => {
          await tellLog(house, apps, what.owner, what.thread, what.removed)
          tellRead(house, apps, what.thread)
          tellCounts(house, apps)
        }),
      )
      break
    case 'presence':
      heardPresence(house, what.account)
      break
    case 'access':
      for (const [viewer, viewed] of [
        [what.owner, what.other],
        [what.other, what.owner],
      ] as const) {
        concerning(house, viewer, (apps) => {
          for (const app of apps) raiseSeen(house, app, viewed)
        })
      }
      concerning(house, what.owner, (apps) => {
        for (const app of apps) raisePrivacy(house, app, what.other)
      })
      break
    case 'contacts':
      concerning(house, what.owner, (apps) =>
        inOrder(what.owner, async () => {
          for (const app of apps) await contactsChanged(house, app)
        }),
      )
      break
    case 'settings':
      concerning(house, what.account, (apps) => {
        for (const app of apps) raiseOwn(app, settingsResource(house, app))
      })
      break
    case 'account':
      house.applications.revoked(what.account)
      concerning(house, what.account, (apps) => {
        for (const app of apps) raiseOwn(app, meResource(house, app))
      })
      break
    case 'policy':
      for (const app of house.applications.all()) policyChanged(house, app)
      break
    case 'typing':
      heardTyping(house, what)
      break
    case 'revoked':
      house.applications.revoked(what.account)
      break
    default:
      assertNever(what)
  }
}

function concerning(house: House, account: AccountId, tell: (apps: readonly Application[]) => void): void {
  const apps = house.applications.of(account)
  if (apps.length > 0) tell(apps)
}

/** The feed: every row of the user, whichever endpoint or door caused it (ucwa.md section 15). */
function heardRow(house: House, inOrder: InOrder, states: Map<string, string>, row: Row): void {
  for (const [account, outgoing] of [
    [row.recipient, false],
    [row.sender, true],
  ] as const) {
    concerning(house, account, (apps) => {
      const feeds = apps.filter((app) => app.feed)
      if (feeds.length === 0) {
        if (!outgoing && row.recipientView === 'inbox') tellCounts(house, apps)
        return
      }
      inOrder(account, async () => {
        const id = messageId(row.recipient, row.seq)
        const side = await house.ports.threads.side(account, row.thread)
        const transcripts = await ownTranscripts(house, account, id, row, outgoing)
        for (const transcript of transcripts) {
          if (transcript.direction === 'Outgoing') rememberState(states, transcript)
          for (const app of feeds) if (side) tellTranscript(house, app, side, transcript, 'added')
        }
        if (side) for (const app of feeds) raiseLog(house, app, side, 'row')
        tellCounts(house, apps)
      })
    })
  }
}

async function ownTranscripts(
  house: House,
  account: AccountId,
  id: ReturnType<typeof messageId>,
  row: Row,
  outgoing: boolean,
): Promise<readonly Transcript[]> {
  if (!outgoing) {
    return [
      {
        id,
        row,
        thread: row.thread,
        direction: 'Incoming',
        origin: row.recipientView === 'inbox' ? 'Inbox' : 'History',
        unread: true,
        state: undefined,
        deliveredAt: undefined,
        readAt: undefined,
      },
    ]
  }
  const found = await house.ports.threads.transcript(account, id)
  return found ? [found] : []
}

/** Added once for each application; an incoming one confirms its row although the lane may show it too. */
function tellTranscript(
  house: House,
  app: Application,
  side: ThreadSide,
  transcript: Transcript,
  type: 'added' | 'updated',
): void {
  if (app.ended) return
  const incoming = transcript.direction === 'Incoming'
  if (type === 'added' && !app.show(`${incoming ? 'in' : 'out'} ${transcript.id}`)) return
  const peer = personOf(house, side.peer, side.peerName)
  const self = transcriptResource(house, app, transcript, {
    externalId: side.externalId,
    peerUser: peer.user,
    peerName: peer.name,
  })
  if (incoming && type === 'added' && !app.rows.has(transcript.row.seq)) app.track(transcript.row, 'raised')
  app.raise([
    communicationOf(app)(type, targetOf(self), {
      embedded: self,
      onlyFull: true,
      ...(type === 'updated' ? { merge: true } : {}),
      ...(incoming && type === 'added' ? { row: transcript.row.seq } : {}),
    }),
  ])
}

async function tellLog(
  house: House,
  apps: readonly Application[],
  owner: AccountId,
  thread: ThreadId,
  removed: boolean,
): Promise<void> {
  const feeds = apps.filter((app) => app.feed)
  if (feeds.length === 0) return
  const side = removed ? undefined : await house.ports.threads.side(owner, thread)
  for (const app of feeds) {
    if (side) raiseLog(house, app, side)
    else {
      const target = { rel: 'conversationLog', href: app.links.log(String(thread)) }
      app.logs.delete(thread)
      app.raise([communicationOf(app)('deleted', target, { onlyFull: true })])
    }
  }
}

/** `added` for the first row of a thread, else `updated`; a thread that comes back after its log was removed is new again. */
function raiseLog(
  house: House,
  app: Application,
  side: ThreadSide,
  because: 'row' | 'change' = 'change',
): void {
  if (app.ended) return
  const self = conversationLogResource(house, app, side)
  const rows = side.inboxCount + side.historyCount + side.sentWaitingCount
  const isNew = because === 'row' && rows <= 1 && !app.logs.has(side.thread)
  app.logs.add(side.thread)
  app.unread.set(side.thread, side.unread)
  app.raise([
    communicationOf(app)(isNew ? 'added' : 'updated', targetOf(self), {
      embedded: self,
      onlyFull: true,
      ...(isNew ? {} : { merge: true }),
    }),
  ])
}

/** What was read on any endpoint is not unread in an open conversation of the others. */
function tellRead(house: House, apps: readonly Application[], thread: ThreadId): void {
  for (const app of apps) {
    if (!app.feed || app.unread.get(thread) !== 0) continue
    for (const conversation of app.conversations.values()) {
      if (conversation.thread !== thread || conversation.unread === 0) continue
      conversation.unread = 0
      raiseConversationUpdated(house, app, conversation)
    }
  }
}

function tellCounts(house: House, apps: readonly Application[]): void {
  for (const app of apps) if (app.presented && !app.ended) raiseMissedItems(house, app)
}

/** Which of the sender's own messages have another state than they had: told to the feed and to open conversations. */
async function tellMarks(
  house: House,
  apps: readonly Application[],
  states: Map<string, string>,
  sender: AccountId,
  thread: ThreadId,
): Promise<void> {
  const side = await house.ports.threads.side(sender, thread)
  if (!side) return
  const page = await house.ports.threads.transcripts(sender, thread, { limit: MARKS })
  const now = house.ports.clock.now()
  for (const transcript of page.items) {
    if (transcript.direction !== 'Outgoing') continue
    const before = states.get(transcript.id)
    const current = stateOf(transcript)
    rememberState(states, transcript)
    const latest = Math.max(transcript.readAt ?? 0, transcript.deliveredAt ?? 0)
    if (before === current || (before === undefined && now - latest > FRESH_MS)) continue
    for (const app of apps) {
      if (app.feed) tellTranscript(house, app, side, transcript, 'updated')
      tellMessage(house, app, transcript)
    }
  }
  for (const app of apps) if (app.feed) raiseLog(house, app, side)
  tellCounts(house, apps)
}

function stateOf(transcript: Transcript): string {
  return `${transcript.state} ${transcript.origin}`
}

function rememberState(states: Map<string, string>, transcript: Transcript): void {
  states.delete(transcript.id)
  states.set(transcript.id, stateOf(transcript))
  if (states.size <= REMEMBERED_STATES) return
  for (const oldest of states.keys()) {
    states.delete(oldest)
    return
  }
}

/** `message` updated where the conversation is still open: Stored, later Delivered, Read, Expired (ucwa.md 8.1). */
function tellMessage(house: House, app: Application, transcript: Transcript): void {
  const number = outgoingNumber(transcript.row.seq)
  for (const conversation of app.conversations.values()) {
    const known = conversation.messages.get(number)
    if (conversation.thread !== transcript.thread || !known || transcript.state === undefined) continue
    const delivery = deliveryWord(transcript.state)
    if (known.delivery === delivery) continue
    const self = messageResource(
      app,
      conversation,
      {
        number,
        direction: 'Outgoing',
        at: transcript.row.at,
        text: textOfRow(transcript.row),
        messageId: transcript.id,
        status: 'Succeeded',
        delivery,
        deliveryReason: typeof known.deliveryReason === 'string' ? known.deliveryReason : undefined,
      },
      ownOf(house, app),
    )
    remember(conversation, number, self)
    app.raise(
      [conversationOf(app, conversation.id)('updated', targetOf(self), { embedded: self })],
      'message',
    )
  }
}

function heardPresence(house: House, account: AccountId): void {
  for (const app of house.applications.of(account)) {
    if (!app.presented) continue
    for (const self of [
      presenceResource(house, app),
      noteResource(house, app),
      locationResource(house, app),
    ]) {
      raiseOwn(app, self)
    }
  }
  for (const app of house.applications.all()) raiseSeen(house, app, account)
}

/** A resource of `me`, only when it differs from what was told last. */
function raiseOwn(app: Application, self: Resource): void {
  const now = JSON.stringify(self)
  if (app.lastOwn.get(self.rel) === now) return
  app.lastOwn.set(self.rel, now)
  app.raise([
    meOf(app)('updated', targetOf(self), {
      priority: 'Medium',
      embedded: self,
      embedFor: 'full',
      merge: true,
      presence: self.rel !== 'settings',
    }),
  ])
}

/** The owner's own level for somebody, on all of the owner's applications. */
function raisePrivacy(house: House, app: Application, other: AccountId): void {
  const account = house.ports.facts.account(other)
  if (!account) return
  const self = privacyResource(house, app, account)
  app.raise([
    peopleOf(app)('updated', targetOf(self), {
      in: { rel: 'contact', href: app.links.contact(userOf(account)) },
      priority: 'Medium',
      embedded: self,
      embedFor: 'full',
      merge: true,
    }),
  ])
}

/** What a watcher sees of somebody, when it is not what it was. */
function raiseSeen(house: House, app: Application, account: AccountId): void {
  const before = app.seen.get(account)
  const person = house.ports.facts.account(account)
  if (!before || !person) return
  const seen = presenceFor(house.ports, app.account, account)
  app.seen.set(account, seen)
  app.raise(partEvents(house, app, person, seen, before))
}
