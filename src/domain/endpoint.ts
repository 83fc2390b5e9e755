import type { Brand } from '../base/brand.ts'
import type { AccountId } from './account.ts'

/**
 * A device of one person that can take messages. The id is stable over reconnects of the same device
 * (UCWA `endpointId`, SIP instance or epid), so that its position in the log survives.
 */
export type EndpointId = Brand<string, 'EndpointId'>

export interface Endpoint {
  readonly id: EndpointId
  readonly account: AccountId
  readonly protocol: 'ucwa' | 'sip' | 'memory'
  /** Lists items, counts them and reports reading: a UCWA application with `conversationHistory: Enabled`. */
  readonly inboxView: boolean
  /** Rows that may be on their way to it without confirmation: 16 on streams, 1 on UDP (ARCHITECTURE). */
  readonly window: number
  readonly userAgent: string | undefined
}
