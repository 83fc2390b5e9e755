import type { AccountId } from '../domain/account.ts'
import type { Seq, ThreadId } from '../domain/message.ts'
import type { Ports } from './ports/ports.ts'

/** The sender's marks Delivered and Read, as every action that moves them does it (DECISIONS 14, 15c, 20). */

export type MarkNeeds = Pick<Ports, 'bus' | 'clock' | 'facts' | 'presence' | 'threads' | 'fault'>

/** Which thread a device has, and how far. */
export interface Mark {
  readonly owner: AccountId
  readonly sender: AccountId
  readonly thread: ThreadId
  readonly upTo: Seq
  /** The person has read it, not only the device. */
  readonly reads: boolean
}

/** Marks of confirmations are written together this often: one write per thread, not per message (ARCHITECTURE, The hot path 6). */
const BEHIND_MS = 250

/** Read is shown only if both have read receipts on, by their own switch and by policy (R50). */
function showsReading(needs: Pick<Ports, 'facts'>, reader: AccountId, sender: AccountId): boolean {
  return sendsReceipts(needs, reader) && sendsReceipts(needs, sender)
}

function sendsReceipts({ facts }: Pick<Ports, 'facts'>, account: AccountId): boolean {
  return facts.settings(account).readReceipts && facts.rules(account).readReceipts
}

/**
 * A device of `owner` has the thread up to `upTo`, or the person has read it. The sender hears of it unless the person appears offline.
 * @returns how many rows are read now that were not
 */
export async function markThread(needs: MarkNeeds, mark: Mark): Promise<number> {
  const { owner, sender, thread, upTo } = mark
  const visible = !needs.presence.of(owner).hidden
  const now = needs.clock.now()
  let changed = 0
  if (mark.reads) {
    const receipt = showsReading(needs, owner, sender)
    changed = (await needs.threads.markRead(owner, thread, upTo, now, visible, receipt)).changed
    if (changed > 0) needs.bus.announce({ topic: 'thread', thread, owner, removed: false })
  } else {
    await needs.threads.markDelivered(owner, thread, upTo, now, visible)
  }
  if (visible) needs.bus.announce({ topic: 'marks', thread, sender, recipient: owner })
  return changed
}

interface Behind {
  readonly marks: Map<string, Mark>
  timer: ReturnType<typeof setTimeout> | undefined
  writing: Promise<unknown>
}

/** Marks on their way to a store, by its port: one queue for each server, none for the program. */
const queues = new WeakMap<Ports['threads'], Behind>()

/** As `markThread`, for a confirmation that nobody waits for: written within 250 ms, the newest of each thread. */
export function markBehind(needs: MarkNeeds, mark: Mark): void {
  const queue = queueOf(needs)
  const key = `${mark.owner} ${mark.thread}${mark.reads ? ' read' : ''}`
  const waiting = queue.marks.get(key)
  if (waiting === undefined || waiting.upTo < mark.upTo) queue.marks.set(key, mark)
  if (queue.timer !== undefined) return
  queue.timer = setTimeout(() => write(needs, queue), BEHIND_MS)
  queue.timer.unref()
}

/** Resolves when no mark is on its way any more: for the end of the server, and for who shows marks right after a confirmation. */
export async function settleMarks(needs: MarkNeeds): Promise<void> {
  const queue = queueOf(needs)
  if (queue.timer !== undefined) write(needs, queue)
  await queue.writing
}

function queueOf(needs: MarkNeeds): Behind {
  let queue = queues.get(needs.threads)
  if (queue === undefined) {
    queue = { marks: new Map(), timer: undefined, writing: Promise.resolve() }
    queues.set(needs.threads, queue)
  }
  return queue
}

function write(needs: MarkNeeds, queue: Behind): void {
  clearTimeout(queue.timer)
  queue.timer = undefined
  const marks = [...queue.marks.values()]
  queue.marks.clear()
  // After the ones before: a Delivered that overtook a Read would be told last.
  queue.writing = queue.writing
    .then(() => Promise.all(marks.map((mark) => markThread(needs, mark))))
    .catch((error: unknown) => needs.fault?.(error, 'mark'))
}

/** Gives out the marks that were withheld while `owner` appeared offline, with the time of now (DECISIONS 15c). Nobody waits for it. */
export function releaseMarks(
  needs: Omit<MarkNeeds, 'facts' | 'presence'>,
  owner: AccountId,
  thread?: ThreadId,
): void {
  needs.threads
    .releaseMarks(owner, needs.clock.now(), thread)
    .then((released) => {
      for (const { thread, sender } of released) {
        needs.bus.announce({ topic: 'marks', thread, sender, recipient: owner })
      }
    })
    .catch((error: unknown) => needs.fault?.(error, 'releaseMarks'))
}
