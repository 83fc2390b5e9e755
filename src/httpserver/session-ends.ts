import type { TokenRecord } from '../actions/ports/credentials.ts'
import type { Account } from '../domain/account.ts'

/** A session that is over, with what it was. */
export interface EndedSession {
  readonly account: Account
  readonly record: TokenRecord
}

/** Told when a session ends before its time, so that the application of that browser ends too (INTERFACES 4). */
export interface SessionEnds {
  onEnd(listener: (session: EndedSession) => void): void
  ended(session: EndedSession): void
}

export function createSessionEnds(): SessionEnds {
  const listeners: ((session: EndedSession) => void)[] = []
  return {
    onEnd: (listener) => void listeners.push(listener),
    ended(session) {
      for (const listener of listeners) listener(session)
    },
  }
}
