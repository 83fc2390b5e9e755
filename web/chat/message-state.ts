import type { Texts } from '../i18n/en.ts'
import type { Delivery, Line } from '../model.ts'
import type { IconName } from '../parts/icon-shapes.tsx'

/** How a state of an own message looks (design README section 6). `slip` dresses the message itself. */
export interface StateLook {
  readonly icon: IconName
  readonly tone: '' | 'waiting' | 'read' | 'stop'
  readonly slip: '' | 'waiting' | 'failed'
  readonly word: keyof Texts & string
}

const LOOKS: Readonly<Record<Delivery | 'notSentYet' | 'refused', StateLook>> = {
  notSentYet: { icon: 's-outbox', tone: 'waiting', slip: 'waiting', word: 'notSentYet' },
  Stored: { icon: 's-queued', tone: 'waiting', slip: 'waiting', word: 'queued' },
  Mailed: { icon: 's-mailed', tone: 'waiting', slip: 'waiting', word: 'mailed' },
  Delivered: { icon: 's-delivered', tone: '', slip: '', word: 'delivered' },
  Read: { icon: 's-read', tone: 'read', slip: '', word: 'read' },
  Expired: { icon: 's-expired', tone: 'stop', slip: 'failed', word: 'expired' },
  refused: { icon: 's-refused', tone: 'stop', slip: 'failed', word: 'refused' },
}

export function lookOfLine(state: Delivery | 'notSentYet' | 'refused' | undefined): StateLook | undefined {
  return state && LOOKS[state]
}

/** The time that belongs to the state, where there is one. */
export function timeOfState(line: Line): number | undefined {
  switch (line.delivery) {
    case 'Mailed':
      return line.mailedAt
    case 'Delivered':
      return line.deliveredAt
    case 'Read':
      return line.readAt
    default:
      return undefined
  }
}

/** It still waits for the other person. */
export function isWaiting(line: Line): boolean {
  return line.own && (line.delivery === 'Stored' || line.delivery === 'Mailed')
}
