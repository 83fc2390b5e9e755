import type { AccountId } from '../domain/account.ts'
import type { EndpointId } from '../domain/endpoint.ts'
import type { Row } from '../domain/message.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import { type ConfirmNeeds, confirmMessages } from './confirm-message.ts'
import type { Offer } from './ports/lanes.ts'
import type { Ports } from './ports/ports.ts'
import { clearThread } from './read-thread.ts'
import { endpointGone, type RegisterNeeds, registerEndpoint } from './register-endpoint.ts'
import { type SendNeeds, type Sent, sendMessage } from './send-message.ts'
import { presenceFor } from './watch-presence.ts'

/** What a rehearsal (Test-CsIM and its kin) does for real: the same registration, message path and presence as any door. */
export type RehearseNeeds = SendNeeds & RegisterNeeds & ConfirmNeeds & Pick<Ports, 'positions' | 'random'>

/** A person as the rehearsal needs them. */
export interface Player {
  readonly id: AccountId
  readonly sip: SipUri
}

/**
 * Registers an endpoint in memory for the time of `work`, and takes it away whatever happens. What waits for the person is not confirmed
 * by it, so nothing counts as delivered; `offered` gets what comes live.
 * @throws when the store does not answer
 */
export async function rehearseRegistration<T>(
  needs: RehearseNeeds,
  player: Player,
  work: (endpoint: EndpointId) => Promise<T>,
  offered: (offer: Offer, endpoint: EndpointId) => void = () => undefined,
): Promise<T> {
  const id = `test:${needs.random.token(9)}` as EndpointId
  const endpoint = {
    id,
    account: player.id,
    protocol: 'memory',
    inboxView: true,
    window: 16,
    userAgent: 'Nightpost-Test',
  } as const
  const sink = { offer: (offer: Offer) => offered(offer, id), waiting: () => undefined }
  try {
    await registerEndpoint(needs, endpoint, sink, {
      endpoint: id,
      availability: 'Online',
      deviceType: 'Desktop',
      lastActive: needs.clock.now(),
    })
    return await work(id)
  } finally {
    endpointGone(needs, player.id, id)
    needs.positions.forget(player.id, id)
  }
}

/** What became of a message of the rehearsal. */
export type Rehearsed = 'delivered' | 'stored' | 'limited' | Extract<Sent, { kind: 'refused' }>['because']

/**
 * Both sign in, one writes to the other in a conversation of its own, and the conversation leaves the history and the inbox of both.
 * @returns `delivered` when the endpoint of the recipient confirmed it
 */
export async function rehearseMessage(
  needs: RehearseNeeds,
  sender: Player,
  recipient: Player,
  text: string,
): Promise<Rehearsed> {
  const body = new TextEncoder().encode(text)
  const thread = `test-${needs.random.guid()}`
  const takes = ({ row }: Offer, endpoint: EndpointId) => {
    // Somebody else's message that comes in this moment waits for a real device.
    if (row.sender === sender.id && sameBody(row, body))
      confirmMessages(needs, recipient.id, endpoint, [row.seq])
  }
  return rehearseRegistration(needs, sender, (from) =>
    rehearseRegistration(
      needs,
      recipient,
      async () => {
        const sent = await sendMessage(needs, {
          sender: sender.id,
          senderEndpoint: from,
          userAgent: undefined,
          recipient: recipient.sip,
          thread,
          newConversation: true,
          subject: undefined,
          importance: 'Normal',
          type: 'text/plain',
          body,
          key: undefined,
        })
        if (sent.kind === 'refused') return sent.because
        if (sent.kind === 'limited') return 'limited'
        const outcome = await sent.outcome
        await clearThread(needs, recipient.id, sent.row.thread)
        await clearThread(needs, sender.id, sent.row.thread)
        return outcome.kind
      },
      takes,
    ),
  )
}

/**
 * The publisher signs in; the subscriber looks.
 * @param timeoutMs how long a change that others announce is waited for
 * @returns whether the subscriber sees that the publisher is there
 */
export async function rehearsePresence(
  needs: RehearseNeeds,
  publisher: Player,
  subscriber: Player,
  timeoutMs: number,
): Promise<boolean> {
  const sees = () => presenceFor(needs, subscriber.id, publisher.id).availability !== 'Offline'
  return rehearseRegistration(needs, subscriber, () =>
    rehearseRegistration(needs, publisher, async () => {
      if (sees()) return true
      const { promise, resolve } = Promise.withResolvers<void>()
      const end = needs.bus.subscribe((what) => {
        if (what.topic === 'presence' && what.account === publisher.id && sees()) resolve()
      })
      const timer = setTimeout(resolve, timeoutMs)
      try {
        await promise
      } finally {
        clearTimeout(timer)
        end()
      }
      return sees()
    }),
  )
}

function sameBody(row: Row, body: Uint8Array): boolean {
  return Buffer.compare(row.body, body) === 0
}
