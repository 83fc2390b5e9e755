import type { ThreadSide, Transcript } from '../../actions/ports/threads.ts'
import type { AccountId } from '../../domain/account.ts'
import { EXPIRED_LINE_MS } from '../../domain/expiry.ts'
import type { MessageId, Row, ThreadId } from '../../domain/message.ts'
import { type Application, communicationOf, conversationOf, targetOf } from './application.ts'
import { messageResource, remember } from './conversation.ts'
import { raiseConversationUpdated } from './conversation-events.ts'
import { conversationLogResource } from './conversation-logs.ts'
import type { House } from './house.ts'
import { textOfRow } from './incoming.ts'
import { ownOf } from './me.ts'
import { tellMissedItems } from './missed-items.ts'
import { outgoingNumber } from './outgoing.ts'
import { personOf } from './people-of-conversations.ts'
import { deliveryWord, outgoingTranscript, raiseIncoming, transcriptResource } from './transcripts.ts'

/** How far back a thread is looked at when its marks changed: rows of a page, and pages. */
const MARKS = 100
const MARK_PAGES = 10
/** A mark that was not seen before is told while it is this fresh; older ones were told before this application began. */
const FRESH_MS = 300_000
const REMEMBERED_STATES = 5000

/** What the bus says of messages, turned into events: the feed of section 15, counts, and marks in open conversations. */
export interface Feed {
  /** A row was committed: both sides may have applications that show it. */
  row(row: Row): void
  /** The marks of `sender`'s messages in a thread changed. */
  marks(sender: AccountId, thread: ThreadId): void
  /** Counts or reading state of the owner's side changed, or the side was removed. */
  thread(owner: AccountId, thread: ThreadId, removed: boolean): void
}

type InOrder = (account: AccountId, work: () => Promise<void>) => void

/**
 * @param inOrder runs work for one account after what was asked before, so that two rows of one person never swap. What
 * has to be read from the store is read once for everything that was announced meanwhile.
 */
export function createFeed(house: House, inOrder: InOrder): Feed {
  const states = rememberStates()
  const once = onceAtATime(inOrder)
  const placeOf = rememberPlaces(house)
  const counts = (account: AccountId) => once(account, 'counts', () => tellCounts(house, account))
  const log = (account: AccountId, thread: ThreadId, because: 'row' | 'change') =>
    once(account, `log ${thread} ${because}`, () => tellLog(house, account, thread, because))
  return {
    row(row) {
      for (const account of new Set([row.recipient, row.sender])) {
        const apps = house.applications.of(account)
        if (apps.some((app) => app.feed)) {
          if (account === row.recipient) for (const app of apps) app.untold.add(row)
          inOrder(account, () =>
            tellRow(house, states, placeOf, account, row).finally(() => {
              for (const app of apps) app.untold.delete(row)
            }),
          )
          log(account, row.thread, 'row')
          counts(account)
        } else if (apps.length > 0 && account === row.recipient && row.recipientView === 'inbox') {
          counts(account)
        }
      }
    },
    marks(sender, thread) {
      if (house.applications.of(sender).length === 0) return
      once(sender, `marks ${thread}`, () => tellMarks(house, states, sender, thread))
      log(sender, thread, 'change')
      counts(sender)
    },
    thread(owner, thread, removed) {
      if (house.applications.of(owner).length === 0) return
      if (removed) inOrder(owner, async () => tellRemoved(house, owner, thread))
      else log(owner, thread, 'change')
      counts(owner)
    },
  }
}

/** The same look again, while one is still to come, is that one. */
function onceAtATime(inOrder: InOrder) {
  const waiting = new Set<string>()
  return (account: AccountId, what: string, work: () => Promise<void>) => {
    const key = `${account} ${what}`
    if (waiting.has(key)) return
    waiting.add(key)
    inOrder(account, async () => {
      waiting.delete(key)
      await work()
    })
  }
}

/** What a thread is called outside, and who is on its other side; neither ever changes. */
interface Place {
  readonly externalId: string
  readonly peer: AccountId
  readonly peerName: string
}
type PlaceOf = (owner: AccountId, thread: ThreadId) => Promise<Place | undefined>

function rememberPlaces(house: House): PlaceOf {
  const known = new Map<string, Place>()
  return async (owner, thread) => {
    const key = `${owner} ${thread}`
    const place = known.get(key) ?? (await house.ports.threads.side(owner, thread))
    if (!place) return undefined
    if (known.size >= REMEMBERED_STATES) known.clear()
    known.set(key, { externalId: place.externalId, peer: place.peer, peerName: place.peerName })
    return place
  }
}

/** What was told last of own messages, so that only changes are told; the oldest are forgotten. */
interface States {
  /** @returns whether this is news; unknown ones are news while they are fresh */
  isNews(transcript: Transcript, now: number): boolean
  note(transcript: Transcript): void
}

function rememberStates(): States {
  const known = new Map<MessageId, string>()
  const note = (transcript: Transcript) => {
    known.delete(transcript.id)
    known.set(transcript.id, stateOf(transcript))
    if (known.size <= REMEMBERED_STATES) return
    for (const oldest of known.keys()) {
      known.delete(oldest)
      return
    }
  }
  return {
    note,
    isNews(transcript, now) {
      const before = known.get(transcript.id)
      note(transcript)
      if (before !== undefined) return before !== stateOf(transcript)
      return now - changedAt(transcript) <= FRESH_MS
    },
  }
}

/** The row itself, for every application of this side that has the feed. */
async function tellRow(
  house: House,
  states: States,
  placeOf: PlaceOf,
  account: AccountId,
  row: Row,
): Promise<void> {
  const place = await placeOf(account, row.thread)
  if (!place) return
  const apps = house.applications.of(account).filter((app) => app.feed)
  if (account === row.recipient) {
    const from = { externalId: place.externalId, senderName: place.peerName }
    for (const app of apps) raiseIncoming(house, app, row, from)
    return
  }
  const transcript = outgoingTranscript(row)
  states.note(transcript)
  for (const app of apps) {
    if (app.show(`out ${transcript.id}`)) tellOwn(house, app, place, transcript, 'added')
  }
}

/** A message of one's own: added, or updated when its mark changed. */
function tellOwn(
  house: House,
  app: Application,
  place: Place,
  transcript: Transcript,
  type: 'added' | 'updated',
): void {
  if (app.ended) return
  const peer = personOf(house, place.peer, place.peerName)
  const self = transcriptResource(house, app, transcript, {
    externalId: place.externalId,
    peerUser: peer.user,
    peerName: peer.name,
  })
  app.raise([
    communicationOf(app)(type, targetOf(self), {
      embedded: self,
      onlyFull: true,
      ...(type === 'updated' ? { merge: true } : {}),
    }),
  ])
}

/** The log of a thread as it is now, and what that means for open conversations. */
async function tellLog(
  house: House,
  owner: AccountId,
  thread: ThreadId,
  because: 'row' | 'change',
): Promise<void> {
  const feeds = house.applications.of(owner).filter((app) => app.feed)
  const side = feeds.length > 0 ? await house.ports.threads.side(owner, thread) : undefined
  if (!side) return
  for (const app of feeds) raiseLog(house, app, side, because)
  if (side.unread === 0) tellRead(house, feeds, thread)
}

function tellRemoved(house: House, owner: AccountId, thread: ThreadId): void {
  for (const app of house.applications.of(owner)) {
    if (!app.feed) continue
    const target = { rel: 'conversationLog', href: app.links.log(String(thread)) }
    app.logs.delete(thread)
    app.raise([communicationOf(app)('deleted', target, { onlyFull: true })])
  }
}

/** `added` for the first row of a thread, else `updated`; a thread that comes back after its log was removed is new again. */
function raiseLog(house: House, app: Application, side: ThreadSide, because: 'row' | 'change'): void {
  if (app.ended) return
  const self = conversationLogResource(house, app, side)
  const rows = side.inboxCount + side.historyCount + side.sentWaitingCount
  const isNew = because === 'row' && rows <= 1 && !app.logs.has(side.thread)
  app.logs.add(side.thread)
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
    for (const conversation of app.conversations.values()) {
      if (conversation.thread !== thread || conversation.unread === 0) continue
      conversation.unread = 0
      raiseConversationUpdated(house, app, conversation)
    }
  }
}

async function tellCounts(house: House, account: AccountId): Promise<void> {
  const apps = house.applications.of(account).filter((app) => app.presented)
  if (apps.length === 0) return
  const counts = await house.ports.threads.counts(account)
  for (const app of apps) tellMissedItems(app, counts)
}

/** Which of the sender's own messages have another state than they had: told to the feed and to open conversations. */
async function tellMarks(house: House, states: States, sender: AccountId, thread: ThreadId): Promise<void> {
  const side = await house.ports.threads.side(sender, thread)
  if (!side) return
  const now = house.ports.clock.now()
  let before: MessageId | undefined
  for (let looked = 0; looked < MARK_PAGES; looked += 1) {
    const query = { limit: MARKS, ...(before === undefined ? {} : { before }) }
    const page = await house.ports.threads.transcripts(sender, thread, query)
    const own = page.items.filter(({ direction }) => direction === 'Outgoing')
    const news = own.filter((transcript) => states.isNews(transcript, now))
    for (const transcript of news) {
      for (const app of house.applications.of(sender)) {
        if (app.feed) tellOwn(house, app, side, transcript, 'updated')
        tellMessage(house, app, transcript)
      }
    }
    // Behind messages that still wait, older ones may have expired; behind what has its last state nothing changes.
    const goesOn = news.length > 0 || own.some(({ state }) => state === 'Queued' || state === 'Mailed')
    before = page.items[0]?.id
    if (!goesOn || !page.earlier || before === undefined) return
  }
}

/** When a message came into the state that it has; an expired row stays for a fixed time from then on. */
function changedAt({ state, readAt, deliveredAt, row }: Transcript): number {
  if (state === 'Expired') return row.until - EXPIRED_LINE_MS
  return Math.max(readAt ?? 0, deliveredAt ?? 0)
}

function stateOf(transcript: Transcript): string {
  return `${transcript.state} ${transcript.origin}`
}

/** `message` updated where the conversation is still open: Stored, later Delivered, Read, Expired (ucwa.md 8.1). */
function tellMessage(house: House, app: Application, transcript: Transcript): void {
  const number = outgoingNumber(transcript.row.seq)
  for (const conversation of app.conversations.values()) {
    const known = conversation.messages.get(number)
    if (conversation.thread !== transcript.thread || !known || transcript.state === undefined) continue
    const delivery = deliveryWord(transcript.state)
    // A message that failed for the sender says no more, although its item was made (R7).
    if (known.delivery === delivery || known.status === 'Failed') continue
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
    app.raise([conversationOf(app, conversation.id)('updated', targetOf(self), { embedded: self })], 'sent')
  }
}
