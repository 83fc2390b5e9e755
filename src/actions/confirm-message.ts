import type { AccountId } from '../domain/account.ts'
import type { EndpointId } from '../domain/endpoint.ts'
import type { Row, Seq } from '../domain/message.ts'
import { confirmationReads } from '../domain/presence.ts'
import { type MarkNeeds, markBehind } from './mark.ts'
import type { Ports } from './ports/ports.ts'

export type ConfirmNeeds = MarkNeeds & Pick<Ports, 'conversations' | 'lanes' | 'log' | 'positions'>

/**
 * The device has these rows (SIP 2xx, an ack later than the package that held them), however late: the cursor moves, and the rows are
 * delivered, or read where the client has no inbox view and the person is not away or unwilling to look (DECISIONS 14). A row that was
 * confirmed before changes nothing.
 */
export function confirmMessages(
  needs: ConfirmNeeds,
  account: AccountId,
  endpointId: EndpointId,
  seqs: readonly Seq[],
): void {
  if (needs.lanes.endpoint(account, endpointId) === undefined) {
    confirmAbsent(needs, account, endpointId, seqs).catch((error: unknown) => needs.fault?.(error, 'confirm'))
    return
  }
  const first = seqs[0]
  if (seqs.length === 1 && first !== undefined) {
    const confirmed = needs.lanes.confirm(account, endpointId, first)
    if (confirmed?.row === undefined) lookUp(needs, account, first, confirmed, endpointId)
    else if (confirmed.upTo !== undefined)
      mark(needs, confirmed.row, confirmed.upTo, confirmed.inboxView, endpointId)
    return
  }
  const marks = new Map<number, { row: Row; upTo: Seq; inboxView: boolean }>()
  for (const seq of seqs) {
    const confirmed = needs.lanes.confirm(account, endpointId, seq)
    if (confirmed === undefined) continue
    const { row, upTo, inboxView } = confirmed
    if (row === undefined) lookUp(needs, account, seq, confirmed, endpointId)
    else if (upTo !== undefined) marks.set(row.thread, { row, upTo, inboxView })
  }
  for (const { row, upTo, inboxView } of marks.values()) mark(needs, row, upTo, inboxView, endpointId)
}

/**
 * What `Sink.waiting` told of has arrived: everything up to `upTo` is delivered, and nothing of it is offered to this endpoint.
 */
export function confirmWaiting(
  needs: ConfirmNeeds,
  account: AccountId,
  endpointId: EndpointId,
  upTo: Seq,
): void {
  if (!needs.lanes.confirmUpTo(account, endpointId, upTo)) return
  const visible = !needs.presence.of(account).hidden
  needs.threads
    .markAllDelivered(account, upTo, needs.clock.now(), visible)
    .then((moved) => {
      if (!visible) return
      for (const { thread, sender } of moved) {
        needs.bus.announce({ topic: 'marks', thread, sender, recipient: account })
      }
    })
    .catch((error: unknown) => needs.fault?.(error, 'confirmWaiting'))
}

/**
 * A person declined, or the client refused for good (`refused`, SIP 415): the rows stay unread in the inbox and are settled for this
 * endpoint; of a replay that was declined, the whole conversation as it waited. `everywhere` ends the invitation on the person's other
 * endpoints too (M9, UCWA reason Global). The sender does not learn of it.
 */
export function declineMessages(
  needs: Pick<Ports, 'lanes'>,
  account: AccountId,
  endpointId: EndpointId,
  seqs: readonly Seq[],
  how: 'here' | 'everywhere' | 'refused' = 'everywhere',
): void {
  for (const seq of seqs) {
    if (how === 'everywhere') needs.lanes.withdrawElsewhere(account, endpointId, seq)
    needs.lanes.settle(account, endpointId, seq, how === 'refused' ? 'refused' : 'declined')
  }
}

/**
 * Nobody took the invitation in its time. A replay is as declined on this endpoint alone (ucwa.md 8.2); a live one stays unconfirmed and
 * goes out again with the next row of its conversation, or when the endpoint comes back. `lanes.release` after it changes nothing.
 */
export function unansweredMessages(
  needs: Pick<Ports, 'lanes'>,
  account: AccountId,
  endpointId: EndpointId,
  seqs: readonly Seq[],
): void {
  for (const seq of seqs) needs.lanes.settle(account, endpointId, seq, 'unanswered')
}

function mark(needs: ConfirmNeeds, row: Row, upTo: Seq, inboxView: boolean, where: EndpointId): void {
  const { recipient: owner, sender, thread } = row
  const reads = !inboxView && confirmationReads(needs.presence.of(owner))
  markBehind(needs, { owner, sender, thread, upTo, reads })
  if (reads) needs.lanes.readElsewhere(owner, thread, upTo, where)
}

/** A row that was confirmed without having been in the lane's memory. */
function lookUp(
  needs: ConfirmNeeds,
  account: AccountId,
  seq: Seq,
  confirmed: { readonly inboxView: boolean } | undefined,
  where: EndpointId,
): void {
  if (confirmed === undefined) return
  needs.log
    .row(account, seq)
    .then((row) => {
      if (row) mark(needs, row, seq, confirmed.inboxView, where)
    })
    .catch((error: unknown) => needs.fault?.(error, 'confirm'))
}

/** A confirmation from an endpoint that has left its lane meanwhile: its position moves all the same. What it reads is not known: delivered. */
async function confirmAbsent(
  needs: ConfirmNeeds,
  account: AccountId,
  endpointId: EndpointId,
  seqs: readonly Seq[],
): Promise<void> {
  for (const seq of seqs) {
    const position = await needs.positions.read(account, endpointId)
    if (seq <= position.cursor || position.settled.includes(seq)) continue
    const row = await needs.log.row(account, seq)
    if (needs.lanes.endpoint(account, endpointId) !== undefined) {
      confirmMessages(needs, account, endpointId, [seq])
    } else {
      needs.positions.write(account, endpointId, {
        cursor: position.cursor,
        settled: [...position.settled, seq],
      })
      if (row) mark(needs, row, seq, true, endpointId)
    }
  }
}
