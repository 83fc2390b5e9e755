import assert from 'node:assert/strict'
import test from 'node:test'
import { eventsOf, isUrgent } from './feed/event.ts'
import { addressesToRead, applyPackage } from './feed.ts'
import { conversationsIn, emptyState, openTalk, personIn, type State } from './model.ts'
import type { Resource } from './ucwa/wire.ts'

const KEN = 'sip:ken@x.test'
const APP = '/ucwa/oauth/v1/applications/1'

type Event = Readonly<Record<string, unknown>>
const event = (rel: string, type: string, resource?: Resource, more: Event = {}): Event => ({
  link: {
    rel,
    href: resource ? (resource as { _links: { self: { href: string } } })._links.self.href : `${APP}/${rel}`,
  },
  type,
  ...(resource ? { _embedded: { [rel]: resource } } : {}),
  ...more,
})
const apply = (state: State, ...events: readonly Event[]): State =>
  applyPackage(state, eventsOf({ sender: [{ rel: 'communication', href: `${APP}/communication`, events }] }))

const log = (more: Resource = {}): Resource => ({
  threadId: 'T',
  creationTime: '/Date(1000)/',
  previewMessage: 'hi',
  unreadCount: 0,
  inboxCount: 0,
  sentWaitingCount: 0,
  _links: { self: { href: `${APP}/communication/conversationLogs/7` } },
  _embedded: { conversationLogRecipient: [{ displayName: 'Ken Myer', sipUri: KEN }] },
  ...more,
})
const transcript = (id: string, at: number, more: Resource = {}): Resource => ({
  messageId: id,
  threadId: 'T',
  timeStamp: `/Date(${at})/`,
  direction: 'Incoming',
  origin: 'History',
  _links: {
    self: { href: `${APP}/communication/conversationLogs/7/transcripts/${id}` },
    contact: { href: `${APP}/people/ken@x.test` },
  },
  _embedded: { messageTranscript: { plainMessage: id } },
  ...more,
})
const own = (id: string, at: number, more: Resource = {}): Resource =>
  transcript(id, at, {
    direction: 'Outgoing',
    _links: {
      self: { href: `${APP}/communication/conversationLogs/7/transcripts/${id}` },
      me: { href: `${APP}/me` },
    },
    ...more,
  })
const START = emptyState('sip:me@x.test', 'Me')
const ids = (state: State): readonly string[] => state.timelines.get(KEN)?.lines.map((l) => l.id) ?? []

test('a thread and its person come from the log', () => {
  const state = apply(START, event('conversationLog', 'added', log({ unreadCount: 2, inboxCount: 2 })))
  assert.equal(personIn(state, KEN).name, 'Ken Myer')
  assert.deepEqual(
    conversationsIn(state).map((c) => [c.person, c.unread, c.unreadInbox, c.preview]),
    [[KEN, 2, 2, 'hi']],
  )
})

test('several threads with one person are one conversation', () => {
  const second = log({
    threadId: 'U',
    creationTime: '/Date(2000)/',
    previewMessage: 'newer',
    unreadCount: 1,
    _links: { self: { href: `${APP}/communication/conversationLogs/8` } },
  })
  const state = apply(
    START,
    event('conversationLog', 'added', log({ unreadCount: 2 })),
    event('conversationLog', 'added', second),
  )
  assert.deepEqual(
    conversationsIn(state).map((c) => [c.unread, c.preview, c.lastAt]),
    [[3, 'newer', 2000]],
  )
})

test('a late line stands where its time says, equal times keep their order', () => {
  const state = apply(
    START,
    event('conversationLogTranscript', 'added', transcript('a', 10)),
    event('conversationLogTranscript', 'added', transcript('c', 30)),
    event('conversationLogTranscript', 'added', transcript('b', 20)),
    event('conversationLogTranscript', 'added', transcript('c2', 30)),
  )
  assert.deepEqual(ids(state), ['a', 'b', 'c', 'c2'])
})

test('a line that comes twice is there once, with the newer state', () => {
  const state = apply(
    START,
    event('conversationLog', 'added', log()),
    event('conversationLogTranscript', 'added', own('a', 10, { delivery: 'Stored' })),
    event('conversationLogTranscript', 'updated', own('a', 10, { delivery: 'Read', readAt: '/Date(99)/' })),
  )
  const lines = state.timelines.get(KEN)?.lines ?? []
  assert.deepEqual(
    lines.map((l) => [l.id, l.own, l.delivery, l.readAt]),
    [['a', true, 'Read', 99]],
  )
})

test('an own line without a known thread finds its person by the log that holds it', () => {
  const state = apply(
    START,
    event('conversationLog', 'added', log()),
    event('conversationLogTranscript', 'added', own('a', 10, { threadId: undefined })),
  )
  assert.deepEqual(ids(state), ['a'])
})

test('presence of a contact is read wherever the event names the person', () => {
  const state = apply(
    START,
    event(
      'contactPresence',
      'updated',
      {
        availability: 'DoNotDisturb',
        activity: 'presenting',
        _links: { self: { href: `${APP}/people/ken@x.test/presence` } },
      },
      { in: { rel: 'contact', href: `${APP}/people/ken@x.test` } },
    ),
  )
  assert.deepEqual(personIn(state, KEN).presence, {
    availability: 'DoNotDisturb',
    activity: 'presenting',
    lastActive: undefined,
  })
})

test('a resource that an event only links is read by its address', () => {
  const events = eventsOf({
    sender: [
      {
        events: [
          event('contactPresence', 'updated'),
          event('conversation', 'deleted'),
          event('unknown', 'added'),
        ],
      },
    ],
  })
  assert.deepEqual(addressesToRead(events), [`${APP}/contactPresence`])
})

test('an odd package changes nothing', () => {
  for (const odd of [
    {},
    { sender: null },
    { sender: [{ events: [null, { link: 3 }, { type: 'added' }] }] },
  ]) {
    assert.equal(applyPackage(START, eventsOf(odd)), START)
  }
})

test('a conversation can be written in once it is connected, until it is gone', () => {
  const conversation = {
    threadId: 'T',
    state: 'Connected',
    _links: { self: { href: `${APP}/communication/conversations/3` } },
  }
  const messaging = {
    state: 'Connected',
    _links: {
      self: { href: `${APP}/communication/conversations/3/messaging` },
      conversation: { href: `${APP}/communication/conversations/3` },
      sendMessage: { href: `${APP}/communication/conversations/3/messaging/messages` },
      setIsTyping: { href: `${APP}/communication/conversations/3/messaging/typing` },
    },
  }
  const state = apply(
    START,
    event('conversationLog', 'added', log()),
    event('conversation', 'updated', conversation),
    event('messaging', 'updated', messaging),
  )
  assert.equal(openTalk(state, KEN)?.sendMessage, `${APP}/communication/conversations/3/messaging/messages`)
  const gone = apply(state, event('conversation', 'deleted', conversation))
  assert.equal(openTalk(gone, KEN), undefined)
})

test('typing shows until it is taken back or the message comes', () => {
  const typing = (type: string): Event => ({
    link: { rel: 'participant', href: `${APP}/communication/conversations/3/participants/ken@x.test` },
    in: {
      rel: 'typingParticipants',
      href: `${APP}/communication/conversations/3/messaging/typingParticipants`,
    },
    type,
  })
  const on = apply(START, typing('added'))
  assert.ok(on.typing.has(KEN))
  assert.equal(apply(on, typing('deleted')).typing.size, 0)
  assert.equal(apply(on, event('conversationLogTranscript', 'added', transcript('a', 1))).typing.size, 0)
})

test('what the server says of a stored message stands until presence speaks for itself', () => {
  const invitation = {
    direction: 'Outgoing',
    _links: {
      self: { href: `${APP}/communication/messagingInvitations/1` },
      to: { href: `${APP}/people/ken@x.test` },
    },
  }
  const told = apply(
    START,
    event('messagingInvitation', 'completed', invitation, {
      status: 'Success',
      reason: { message: 'Ken is not signed in.' },
    }),
  )
  assert.equal(told.afterFact.get(KEN), 'Ken is not signed in.')
  const presence = { availability: 'Online', _links: { self: { href: `${APP}/people/ken@x.test/presence` } } }
  assert.equal(apply(told, event('contactPresence', 'updated', presence)).afterFact.size, 0)
})

test('a sender waits for packages with messages, for others nobody does', () => {
  const urgent = (rel: string, type: string): boolean =>
    isUrgent(eventsOf({ sender: [{ events: [event(rel, type)] }] }))
  assert.equal(urgent('conversationLogTranscript', 'added'), true)
  assert.equal(urgent('message', 'completed'), true)
  assert.equal(urgent('contactPresence', 'updated'), false)
})

test('a line that comes before its thread waits for it', () => {
  const early = apply(
    START,
    event('conversationLogTranscript', 'added', own('a', 10, { delivery: 'Queued' })),
  )
  assert.deepEqual(ids(early), [])
  const state = apply(early, event('conversationLog', 'updated', log()))
  assert.deepEqual(
    state.timelines.get(KEN)?.lines.map((l) => [l.id, l.delivery]),
    [['a', 'Stored']],
  )
  assert.deepEqual(state.orphans, [])
})
