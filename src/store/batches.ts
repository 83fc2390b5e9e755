import type { AccountId } from '../domain/account.ts'
import { type Batch, joinBatch, openBatch, takesMessage } from '../domain/batch.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Instant } from '../domain/time.ts'

/** The open batch of each recipient and thread, and so of each sender (R26); memory: a restart begins new items. */
export class OpenBatches {
  readonly #open = new Map<AccountId, Map<ThreadId, Batch>>()
  #newest = 0

  /** The number of the item that a row belongs to. */
  place(
    recipient: AccountId,
    thread: ThreadId,
    row: { readonly at: Instant; readonly bytes: number; readonly batchSeconds: number },
  ): number {
    const batches = this.#open.get(recipient) ?? new Map<ThreadId, Batch>()
    const open = batches.get(thread)
    const batch =
      open && takesMessage(open, row.at, row.bytes)
        ? joinBatch(open, row.bytes)
        : openBatch(this.#nextId(row.at), row.at, row.bytes, row.batchSeconds)
    batches.set(thread, batch)
    this.#open.set(recipient, batches)
    return batch.id
  }

  close(recipient: AccountId, thread: ThreadId | undefined): void {
    if (thread === undefined) this.#open.delete(recipient)
    else this.#open.get(recipient)?.delete(thread)
  }

  /** Drops batches that take nothing more; a job calls it now and then. */
  sweep(now: Instant): void {
    for (const [recipient, batches] of this.#open) {
      for (const [key, batch] of batches) if (batch.closes <= now) batches.delete(key)
      if (batches.size === 0) this.#open.delete(recipient)
    }
  }

  /** The opening time names the item; two opened in one millisecond differ all the same. */
  #nextId(at: Instant): number {
    this.#newest = Math.max(at, this.#newest + 1)
    return this.#newest
  }
}
