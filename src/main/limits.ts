import type { Limits as PortLimits } from '../actions/ports/ports.ts'
import type { Configuration } from './schema.ts'

/** The numbers that actions and lanes go by. */
export function portLimits(settings: Configuration): PortLimits {
  const { limits, delivery, presence } = settings
  return {
    messageText: limits.messageText,
    inboxMessages: limits.inboxMessages,
    inboxUnreadItems: limits.inboxUnreadItems,
    inboxBytes: limits.inboxBytes,
    messagesPerSecond: limits.messagesPerSecond,
    messagesBurst: limits.messagesBurst,
    messagesPerMinuteToAbsent: limits.messagesPerMinuteToAbsent,
    pushMs: delivery.pushSeconds * 1000,
    openConversationMs: delivery.openConversation,
    unreadAfterMs: delivery.unreadAfter,
    presenceIdleMs: presence.idleAfter,
    presenceAwayMs: presence.awayAfter,
  }
}

/** Every listener is on this machine (SECURITY 3, 31). */
export function isLoopbackOnly(settings: Configuration): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(settings.listen)
}
