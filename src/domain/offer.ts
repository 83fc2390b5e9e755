/** What decides beside the queue whether a row may go to an endpoint now. */
export interface OfferFacts {
  readonly inboxView: boolean
  /** It was there before the endpoint, or was kept without alert. */
  readonly replay: boolean
  /** The person is Do Not Disturb or Presenting. */
  readonly quiet: boolean
  /** A live row waits behind it in its thread: order is promised, so it goes. */
  readonly liveBehind: boolean
  /** Another thread is being replayed to this endpoint, or this one to another endpoint. */
  readonly replayBusy: boolean
}

/**
 * An inbox view gets everything at once. Without one, what waited is replayed one thread at a time and not while the person wants no
 * alert (ucwa.md 8.2), unless a live row waits behind it.
 */
export function mayOffer(facts: OfferFacts): boolean {
  if (facts.inboxView || !facts.replay || facts.liveBehind) return true
  return !facts.quiet && !facts.replayBusy
}
