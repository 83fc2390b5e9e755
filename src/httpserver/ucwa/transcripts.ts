import type { ThreadSideRef } from '../../actions/ports/log.ts'
import type { MessageState, Page, PageQuery, Transcript } from '../../actions/ports/threads.ts'
import { formatDataUri } from '../../codec/ucwa/data-uri.ts'
import { formatDate, parseDate } from '../../codec/ucwa/dates.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import { type MessageId, messageId, parseMessageId, type Row, type ThreadId } from '../../domain/message.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { type Application, communicationOf, targetOf } from './application.ts'
import { type Call, ok, problem, type Reply } from './call.ts'
import { presentable } from './conversation.ts'
import { formerPerson } from './former-people.ts'
import type { House } from './house.ts'
import { count, parameter, readInput } from './input.ts'
import { ownOf } from './me.ts'
import { personByUser, userOf } from './people.ts'
import { personOf } from './people-of-conversations.ts'

const PAGE = 50
const LARGEST_PAGE = 200

/** What a transcript needs beside the row: how the outside calls its thread, and who the other side is. */
export interface Within {
  readonly externalId: string
  readonly peerUser: string
  readonly peerName: string
}

/** One row as this user sees it (ucwa.md 8.3, section 15): when it arrived and was read; of own messages with their state. */
export function transcriptResource(
  house: House,
  app: Application,
  transcript: Transcript,
  within: Within,
): Resource {
  const { links } = app
  const { row, id, direction, state } = transcript
  const self = links.transcript(String(transcript.thread), id)
  const text = presentable({ type: row.type, text: new TextDecoder().decode(row.body) }, app.html)
  const body = { href: formatDataUri(text) }
  const outgoing = direction === 'Outgoing'
  return resource(
    'conversationLogTranscript',
    self,
    {
      timeStamp: formatDate(row.at),
      messageId: id,
      threadId: within.externalId,
      direction,
      origin: transcript.origin,
      delivery: outgoing && state ? deliveryWord(state) : undefined,
      deliveryReason: outgoing && isQuiet(row) ? 'doNotDisturb' : undefined,
      deliveredAt: transcript.deliveredAt && formatDate(transcript.deliveredAt),
      readAt: transcript.readAt && formatDate(transcript.readAt),
    },
    {
      contact: outgoing ? undefined : { href: links.contact(within.peerUser), title: within.peerName },
      me: outgoing ? { href: links.me, title: ownOf(house, app).name } : undefined,
    },
    {
      messageTranscript: resource(
        'messageTranscript',
        self,
        {},
        {
          plainMessage: text.type === 'text/plain' ? body : undefined,
          htmlMessage: text.type === 'text/html' ? body : undefined,
        },
      ),
    },
  )
}

/** The wire's word for a message that waits is Stored (ucwa.md 8.1). */
export function deliveryWord(state: MessageState): string {
  return state === 'Queued' ? 'Stored' : state
}

function isQuiet({ reason }: Row): boolean {
  return reason === 'doNotDisturb' || reason === 'presenting'
}

/** A row as its recipient sees it the moment it is there. */
function incomingTranscript(row: Row): Transcript {
  return {
    id: messageId(row.recipient, row.seq),
    row,
    thread: row.thread,
    direction: 'Incoming',
    origin: row.recipientView === 'inbox' ? 'Inbox' : 'History',
    unread: true,
    state: undefined,
    deliveredAt: undefined,
    readAt: undefined,
  }
}

/** A row as its sender sees it the moment it is there; marks come later. */
export function outgoingTranscript(row: Row): Transcript {
  return {
    ...incomingTranscript(row),
    direction: 'Outgoing',
    origin: row.senderView === 'sent' ? 'Sent' : 'History',
    unread: false,
    state: 'Queued',
  }
}

/** A row for an inbox view: once in its feed, whether the lane or the feed comes first, and its ack confirms it. */
export function raiseIncoming(
  house: House,
  app: Application,
  row: Row,
  thread: Pick<ThreadSideRef, 'externalId' | 'senderName'>,
): void {
  const id = messageId(row.recipient, row.seq)
  if (app.ended || !app.show(`in ${id}`)) return
  if (!app.rows.has(row.seq)) app.track(row, 'raised')
  const peer = personOf(house, row.sender, thread.senderName)
  const self = transcriptResource(house, app, incomingTranscript(row), {
    externalId: thread.externalId,
    peerUser: peer.user,
    peerName: peer.name,
  })
  app.raise([communicationOf(app)('added', targetOf(self), { embedded: self, onlyFull: true, row: row.seq })])
}

/** What kind of border a page has: a message, or a time (ISO 8601 or `/Date()/` or milliseconds). */
function parseBorder(given: string): MessageId | Instant | undefined {
  if (parseMessageId(given)) return given as MessageId
  const ms = /^\d{12,15}$/.test(given) ? Number(given) : parseDate(given)
  return ms === undefined ? undefined : instant(ms)
}

/** Reads `before`, `after`, `at` and `limit`; @returns undefined when one of them is nonsense */
function pageQuery(call: Call, unlimited = PAGE): PageQuery | undefined {
  const limits = readInput(call.request, { limit: count(1, 100_000).optional() })
  if (!limits.ok) return undefined
  const limit = Math.min(LARGEST_PAGE, limits.value.limit ?? unlimited)
  const query: { -readonly [K in keyof PageQuery]: PageQuery[K] } = { limit }
  for (const name of ['before', 'after', 'at'] as const) {
    const given = parameter(call.request, name)
    if (given === undefined || given === '') continue
    const border = parseBorder(given)
    if (border === undefined) return undefined
    query[name] = border
  }
  return query
}

/** 400 for a border or a limit that is none. */
const BAD_PAGE = problem('BadRequest', 'ParameterValidationFailure')

/** Transcripts that go out count as given: a markAsRead without `upTo` reaches as far (ucwa.md 8.3). */
function noteGiven(app: Application, items: readonly Transcript[]): void {
  for (const { direction, thread, row } of items) {
    if (direction === 'Incoming') app.gave(thread, row.seq)
  }
}

/** `conversationLogTranscripts`: oldest first within a page, the newest page first, `next…` for older ones. */
export async function getTranscripts(call: Call): Promise<Reply> {
  const { house, app, params } = call
  const thread = threadParam(params.log)
  const side = thread === undefined ? undefined : await house.ports.threads.side(app.account, thread)
  if (thread === undefined || !side) return problem('NotFound')
  const query = pageQuery(call)
  if (!query) return BAD_PAGE
  const page = await house.ports.threads.transcripts(app.account, thread, query)
  noteGiven(app, page.items)
  const peer = personOf(house, side.peer, side.peerName)
  const within = { externalId: side.externalId, peerUser: peer.user, peerName: peer.name }
  const [oldest] = page.items
  const log = String(thread)
  const asked = parameter(call.request, 'before')
  return ok(
    resource(
      asked === undefined ? 'conversationLogTranscripts' : 'nextConversationLogTranscripts',
      app.links.transcripts(log, asked === undefined ? '' : `?before=${encodeURIComponent(asked)}`),
      {},
      {
        nextConversationLogTranscripts:
          page.earlier && oldest ? { href: app.links.transcripts(log, `?before=${oldest.id}`) } : undefined,
      },
      {
        conversationLogTranscript: page.items.map((item) => transcriptResource(house, app, item, within)),
      },
    ),
  )
}

/** `GET conversationLogTranscript`. */
export async function getTranscript({ house, app, params }: Call): Promise<Reply> {
  const id = params.message ?? ''
  const thread = threadParam(params.log)
  if (!parseMessageId(id) || thread === undefined) return problem('NotFound')
  const found = await house.ports.threads.transcript(app.account, id as MessageId)
  const side = await house.ports.threads.side(app.account, thread)
  if (!found || !side || found.thread !== thread) return problem('NotFound')
  noteGiven(app, [found])
  const peer = personOf(house, side.peer, side.peerName)
  const within = { externalId: side.externalId, peerUser: peer.user, peerName: peer.name }
  return ok(transcriptResource(house, app, found, within))
}

/** Name of a log in its address: the number of the thread. */
export function threadParam(given: string | undefined): ThreadId | undefined {
  return /^[1-9]\d{0,14}$/.test(given ?? '') ? (Number(given) as ThreadId) : undefined
}

/** Whose timeline is asked for: anybody of the directory, and whom the history knows although they are not in service. */
async function peerOf({ house, app, params }: Call) {
  const user = params.user ?? ''
  const account = personByUser(house, user)
  return account
    ? { account: account.id, user: userOf(account), name: account.displayName }
    : formerPerson(house, app, user)
}

/** All threads with one person as one page, oldest first (ucwa.md section 15, Timeline). */
export async function getTimeline(call: Call): Promise<Reply> {
  const { house, app } = call
  const peer = await peerOf(call)
  if (!peer) return problem('NotFound')
  const query = pageQuery(call)
  if (!query) return BAD_PAGE
  const page: Page<Transcript> = await house.ports.threads.timeline(app.account, peer.account, query)
  noteGiven(app, page.items)
  const { user } = peer
  const names = await externalIds(house, app, page.items)
  const items = page.items.map((item) =>
    transcriptResource(house, app, item, {
      externalId: names.get(item.thread) ?? '',
      peerUser: user,
      peerName: peer.name,
    }),
  )
  const limit = `&limit=${query.limit}`
  const [oldest] = page.items
  const newest = page.items.at(-1)
  return ok(
    resource(
      'timeline',
      app.links.timeline(user),
      {},
      {
        earlier:
          page.earlier && oldest
            ? { href: app.links.timeline(user, `?before=${oldest.id}${limit}`) }
            : undefined,
        later:
          page.later && newest
            ? { href: app.links.timeline(user, `?after=${newest.id}${limit}`) }
            : undefined,
      },
      { conversationLogTranscript: items },
    ),
  )
}

async function externalIds(
  house: House,
  app: Application,
  items: readonly Transcript[],
): Promise<ReadonlyMap<ThreadId, string>> {
  const names = new Map<ThreadId, string>()
  for (const { thread } of items) {
    if (names.has(thread)) continue
    names.set(thread, (await house.ports.threads.side(app.account, thread))?.externalId ?? '')
  }
  return names
}
