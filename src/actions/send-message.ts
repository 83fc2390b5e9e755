import type { Account } from '../domain/account.ts'
import type { Delivery, OwnGate, Quiet, Refusal } from '../domain/delivery.ts'
import type { RefusedBecause } from '../domain/gate.ts'
import type { Message, Row } from '../domain/message.ts'
import { releaseMarks } from './mark.ts'
import type { ThreadSideRef } from './ports/log.ts'
import type { Ports } from './ports/ports.ts'
import { decide } from './reach-decision.ts'
import { type Turn, takeTurn } from './turn.ts'

export type SendNeeds = Pick<
  Ports,
  | 'bus'
  | 'clock'
  | 'conversations'
  | 'facts'
  | 'lanes'
  | 'limits'
  | 'log'
  | 'presence'
  | 'rates'
  | 'threads'
  | 'trace'
  | 'fault'
  | 'counted'
>

/** What the sender is told of a message that was kept. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'stored'; readonly because: 'offline' | 'notConfirmed' }
  | { readonly kind: 'stored'; readonly because: Quiet; readonly closed: OwnGate | undefined }

/**
 * `kept` is our word: the row is on the disk. `outcome` says, without ever rejecting, whether a device has it (200) or our disk alone (202, RFC 3428 §7).
 * `limited` and `refused` keep nothing.
 */
export type Sent =
  | { readonly kind: 'refused'; readonly because: Refusal | 'tooLarge' | 'content' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  | {
      readonly kind: 'kept'
      readonly row: Row
      readonly thread: ThreadSideRef
      readonly repeated: boolean
      readonly outcome: Promise<Outcome>
    }

const DELIVERED: Outcome = { kind: 'delivered' }
const NOT_CONFIRMED: Outcome = { kind: 'stored', because: 'notConfirmed' }
const OFFLINE = Promise.resolve<Outcome>({ kind: 'stored', because: 'offline' })

/**
 * Takes a message through the one path (DECISIONS 12 to 20): known repeat, rates, facts, decision, row, push. Messages of one sender to one
 * recipient get their places in the log in the order of the calls.
 * @throws when the store is down: the sender has been promised nothing and may retry (503)
 */
export async function sendMessage(needs: SendNeeds, message: Message): Promise<Sent> {
  const recipient = needs.facts.bySip(message.recipient)
  if (message.body.byteLength > needs.limits.messageText)
    return refused(needs, message, recipient, 'tooLarge')
  if (recipient === undefined) return refuseUnknown(needs, message)
  const turn = takeTurn(needs.lanes, message.sender, recipient.id)
  try {
    // A key of the day may have to be looked for on the disk.
    if (turn.before !== undefined || message.key?.kind === 'idempotency') turn.enter()
    if (turn.before !== undefined) await turn.before
    const placed = await place(needs, message, recipient, turn)
    if (placed.kind !== 'placed') return placed
    if (message.key?.kind !== 'idempotency') turn.leave()
    const { row, thread, repeated } = await placed.kept
    if (repeated) return repeat(needs, row, thread)
    const outcome = deliver(needs, row, thread, placed.delivery)
    tracedClosed(needs, message, row, placed.delivery)
    wrote(needs, row)
    needs.bus.announce({ topic: 'row', row })
    return { kind: 'kept', row, thread, repeated: false, outcome }
  } catch (error) {
    traced(needs, message, recipient, 'storeDown')
    throw error
  } finally {
    turn.leave()
  }
}

/** The row is on its way to the disk. */
interface Placed {
  readonly kind: 'placed'
  readonly delivery: Extract<Delivery, { kind: 'keep' }>
  readonly kept: ReturnType<Ports['log']['append']>
}

/** Everything up to the append: a known repeat, the rates, the decision. */
async function place(
  needs: SendNeeds,
  message: Message,
  recipient: Account,
  turn: Turn,
): Promise<Placed | Sent> {
  const { facts, log, rates } = needs
  if (message.key !== undefined) {
    const known = await log.known(message.sender, message.key)
    if (known) return repeat(needs, known.row, known.thread)
  }
  const waitMs = message.trusted ? 0 : rates.takeMessage(message.sender)
  if (waitMs > 0) return limited(needs, message, recipient, waitMs)

  const rules = facts.rules(message.sender)
  if (message.type === 'text/html' && !rules.html) return refused(needs, message, recipient, 'content')
  const asking = decide(needs, message, rules, recipient, message.body.byteLength)
  if (asking instanceof Promise) turn.enter()
  const delivery = asking instanceof Promise ? await asking : asking
  if (delivery.kind === 'refuse') return refused(needs, message, recipient, delivery.because)
  if (delivery.because !== 'live' && !message.trusted) {
    const absentMs = rates.takeAbsent(message.sender, recipient.id)
    if (absentMs > 0) return limited(needs, message, recipient, absentMs)
  }
  const theirs = facts.rules(recipient.id)
  const kept = log.append({
    message,
    recipient: recipient.id,
    delivery,
    at: needs.clock.now(),
    senderKeeps: rules.archives,
    recipientKeeps: theirs.archives,
    batchSeconds: theirs.batchSeconds,
  })
  return { kind: 'placed', delivery, kept }
}

/** Nobody has the address any more, or ever had; asking about addresses is counted as sending is. */
async function refuseUnknown(needs: SendNeeds, message: Message): Promise<Sent> {
  const known = message.key && (await needs.log.known(message.sender, message.key))
  if (known) return repeat(needs, known.row, known.thread)
  const waitMs = message.trusted ? 0 : needs.rates.takeMessage(message.sender)
  return waitMs > 0
    ? limited(needs, message, undefined, waitMs)
    : refused(needs, message, undefined, 'unknownRecipient')
}

function refused(
  needs: SendNeeds,
  message: Message,
  recipient: Account | undefined,
  because: Refusal | 'tooLarge' | 'content',
): Sent {
  traced(needs, message, recipient, because)
  return { kind: 'refused', because }
}

function limited(
  needs: SendNeeds,
  message: Message,
  recipient: Account | undefined,
  retryAfterMs: number,
): Sent {
  traced(needs, message, recipient, 'rate')
  return { kind: 'limited', retryAfterMs }
}

/** Counted, and remembered for whoever asks why (R51). */
function traced(
  needs: SendNeeds,
  { sender, recipient: address, userAgent }: Message,
  recipient: Account | undefined,
  because: RefusedBecause,
): void {
  needs.counted?.('refused', because)
  needs.trace.refused({ sender, recipient: recipient?.id, address, because, userAgent })
}

/** The item was made although the sender's own gate is closed, and the sender was refused (R7): both are in the trace. */
function tracedClosed(
  needs: SendNeeds,
  { sender, recipient: address, userAgent }: Message,
  row: Row,
  delivery: Extract<Delivery, { kind: 'keep' }>,
): void {
  if (delivery.alert || delivery.closed === undefined) return
  const because = delivery.closed
  needs.trace.refused({ sender, recipient: row.recipient, address, because, userAgent, kept: row.seq })
}

/** Pushes the committed row into the recipient's lane; what the sender hears depends on the decision alone, or on a device. */
function deliver(
  needs: SendNeeds,
  row: Row,
  thread: ThreadSideRef,
  delivery: Extract<Delivery, { kind: 'keep' }>,
): Promise<Outcome> {
  const wait = delivery.because === 'live'
  if (!wait) needs.counted?.('stored', delivery.because, row)
  const confirmed = needs.lanes.push(row, { alert: delivery.alert, thread, wait })
  if (!delivery.alert)
    return Promise.resolve({ kind: 'stored', because: delivery.because, closed: delivery.closed })
  // Somebody hidden is absent for the sender (DECISIONS 15c).
  if (!wait) return OFFLINE
  return confirmed.then((device) => (device ? delivered(needs, row) : missed(needs, row)))
}

function delivered(needs: SendNeeds, row: Row): Outcome {
  needs.counted?.('delivered', 'live', row)
  return DELIVERED
}

/** No device confirmed in time (M8): the row is an inbox item from now on. */
function missed(needs: SendNeeds, row: Row): Outcome {
  needs.counted?.('stored', 'notConfirmed', row)
  const { recipient, sender, thread, seq } = row
  needs.trace.moved({ recipient, sender, thread, seq, because: 'notConfirmed' })
  needs.log
    .missed(row.recipient, row.seq)
    .then(() => {
      needs.bus.announce({ topic: 'thread', thread: row.thread, owner: row.recipient, removed: false })
      needs.bus.announce({ topic: 'marks', thread: row.thread, sender: row.sender, recipient: row.recipient })
    })
    .catch((error: unknown) => needs.fault?.(error, 'missed'))
  return NOT_CONFIRMED
}

/** The sender took the conversation by writing; who hides and writes gives out the marks of this thread (DECISIONS 15a, 15c). */
function wrote(needs: SendNeeds, row: Row): void {
  needs.conversations.take(row.sender, row.thread, true)
  if (needs.presence.of(row.sender).hidden) releaseMarks(needs, row.sender, row.thread)
}

/** A repeat gets the first answer and makes no second row (DECISIONS 24). */
function repeat(needs: SendNeeds, row: Row, thread: ThreadSideRef): Sent {
  return { kind: 'kept', row, thread, repeated: true, outcome: firstOutcome(needs, row) }
}

/** Which gate was closed when an item was made all the same (R7): then the sender has no line of it. Which one it was is not kept. */
function closedThen(needs: SendNeeds, row: Row): OwnGate | undefined {
  if (row.senderView !== 'none') return undefined
  const { sending } = needs.facts.rules(row.sender)
  return sending === 'open' ? 'senderClient' : sending
}

function firstOutcome(needs: SendNeeds, row: Row): Promise<Outcome> {
  switch (row.reason) {
    case 'offline':
    case 'appearsOffline':
      return OFFLINE
    case 'doNotDisturb':
    case 'presenting':
      return Promise.resolve({ kind: 'stored', because: row.reason, closed: closedThen(needs, row) })
    case 'live': {
      const pending = needs.lanes.pending(row.recipient, row.seq)
      if (pending) return pending.then((device) => (device ? DELIVERED : NOT_CONFIRMED))
      // A live row that was not confirmed in time is a *Sent while away* line since.
      return Promise.resolve(row.senderView === 'sent' ? NOT_CONFIRMED : DELIVERED)
    }
  }
}
