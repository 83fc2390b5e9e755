import { utf8 } from '../src/base/bytes.ts'
import type { AccountId } from '../src/domain/account.ts'
import type { Message } from '../src/domain/message.ts'
import type { SipUri } from '../src/domain/sip-uri.ts'

/** A text as the plainest of clients sends it: no conversation of its own, no name, no repeat. */
export function plainMessage(
  sender: AccountId,
  recipient: SipUri,
  text: string,
  more: Partial<Message> = {},
): Message {
  return {
    sender,
    senderEndpoint: undefined,
    userAgent: undefined,
    recipient,
    thread: undefined,
    newConversation: false,
    subject: undefined,
    importance: 'Normal',
    type: 'text/plain',
    body: utf8(text),
    key: undefined,
    ...more,
  }
}
