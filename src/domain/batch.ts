import { after, type Instant } from './time.ts'

/** One item (R26): the messages of one sender to one recipient in one thread that came close together. */
export interface Batch {
  /** Names the item; the store uses the number of its first row. */
  readonly id: number
  readonly closes: Instant
  readonly messages: number
  readonly bytes: number
}

/** Limits of one item (offline-im section 10). */
export const BATCH_MESSAGES = 100
export const BATCH_BYTES = 256 * 1024

/**
 * Whether the open batch takes one more message: not after its time (`OfflineIMBatchSeconds` from its first message), nor above the
 * limits of one item. Signing in and the sender's closing of the conversation end it too: whoever keeps the open batch then drops it.
 */
export function takesMessage(batch: Batch, at: Instant, bytes: number): boolean {
  return at < batch.closes && batch.messages < BATCH_MESSAGES && batch.bytes + bytes <= BATCH_BYTES
}

/** The batch that a message opens. */
export function openBatch(id: number, at: Instant, bytes: number, batchSeconds: number): Batch {
  return { id, closes: after(at, batchSeconds * 1000), messages: 1, bytes }
}

/** The batch after a message that it takes. */
export function joinBatch(batch: Batch, bytes: number): Batch {
  return { ...batch, messages: batch.messages + 1, bytes: batch.bytes + bytes }
}
