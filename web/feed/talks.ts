import type { State, Talk, Uri } from '../model.ts'
import { href, personOf, type Resource, self, text } from '../ucwa/wire.ts'
import type { FeedEvent } from './event.ts'

// Live conversations: where a message can be sent at once, who is typing, and what the server said of the last message.

export function readConversation(state: State, r: Resource, event: FeedEvent | undefined): State {
  const address = self(r) ?? event?.href
  if (!address) return state
  const old = state.talks.get(address)
  const status = text(r, 'state')
  return withTalk(state, {
    href: address,
    thread: text(r, 'threadId') ?? old?.thread,
    person: old?.person,
    connected: status === 'Connected' || status === 'Conferenced',
    sendMessage: old?.sendMessage,
    setIsTyping: old?.setIsTyping,
  })
}

export function readMessaging(state: State, r: Resource, event: FeedEvent | undefined): State {
  const address = href(r, 'conversation') ?? conversationOf(self(r) ?? event?.href)
  if (!address) return state
  const old = state.talks.get(address)
  return withTalk(state, {
    href: address,
    thread: old?.thread,
    person: old?.person,
    connected: text(r, 'state') === 'Connected',
    sendMessage: href(r, 'sendMessage'),
    setIsTyping: href(r, 'setIsTyping'),
  })
}

export function readInvitation(state: State, r: Resource, event: FeedEvent | undefined): State {
  const address = href(r, 'conversation')
  const outgoing = text(r, 'direction') === 'Outgoing'
  const person = personOf(href(r, outgoing ? 'to' : 'from'))
  const old = address ? state.talks.get(address) : undefined
  const joined =
    address && person
      ? withTalk(state, {
          href: address,
          thread: text(r, 'threadId') ?? old?.thread,
          person,
          connected: old?.connected ?? false,
          sendMessage: old?.sendMessage,
          setIsTyping: old?.setIsTyping,
        })
      : state
  const reason = text(event?.reason, 'message')
  return outgoing && person && event?.type === 'completed' ? withAfterFact(joined, person, reason) : joined
}

/** `message` answers the request just made; the thread on screen comes from the transcripts alone (ucwa.md section 15). */
export function readMessage(state: State, r: Resource, event: FeedEvent | undefined): State {
  if (text(r, 'direction') !== 'Outgoing' || event?.type !== 'completed') return state
  const talk = state.talks.get(conversationOf(self(r) ?? event.href) ?? '')
  const person = talk?.person ?? (talk?.thread ? state.threads.get(talk.thread)?.person : undefined)
  return person ? withAfterFact(state, person, text(event.reason, 'message')) : state
}

/** The conversation's address is a prefix of everything in it (section 5). */
function conversationOf(address: string | undefined): string | undefined {
  return /^(.*\/conversations\/[^/?]+)/.exec(address ?? '')?.[1]
}

function withTalk(state: State, talk: Talk): State {
  return { ...state, talks: new Map(state.talks).set(talk.href, talk) }
}

function withAfterFact(state: State, person: Uri, said: string | undefined): State {
  if (!said) return withoutAfterFact(state, person)
  return { ...state, afterFact: new Map(state.afterFact).set(person, said) }
}

export function withoutAfterFact(state: State, person: Uri): State {
  if (!state.afterFact.has(person)) return state
  const afterFact = new Map(state.afterFact)
  afterFact.delete(person)
  return { ...state, afterFact }
}

export function applyTyping(state: State, event: FeedEvent): State {
  if (!event.in?.includes('typingParticipants')) return state
  const person = personOf(event.href)
  if (!person || person === state.own.uri) return state
  if (event.type === 'deleted') return withoutTyping(state, person)
  return { ...state, typing: new Set(state.typing).add(person) }
}

export function withoutTyping(state: State, person: Uri): State {
  if (!state.typing.has(person)) return state
  const typing = new Set(state.typing)
  typing.delete(person)
  return { ...state, typing }
}
