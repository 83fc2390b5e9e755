import type { AccountId } from '../domain/account.ts'
import type { Endpoint, EndpointId } from '../domain/endpoint.ts'
import type { Publication } from '../domain/presence.ts'
import { releaseMarks } from './mark.ts'
import type { Sink } from './ports/lanes.ts'
import type { Ports } from './ports/ports.ts'

export type RegisterNeeds = Pick<
  Ports,
  'bus' | 'clock' | 'conversations' | 'lanes' | 'log' | 'presence' | 'threads' | 'fault'
>

/**
 * The endpoint can take messages from here on, for the first time or again: presence shows it, open batches close (R26), its lane feeds it
 * from its position. `sink.offer` and `sink.waiting` may be called before this resolves.
 * @throws when the store cannot say where the endpoint was; the endpoint is then not registered
 */
export async function registerEndpoint(
  needs: RegisterNeeds,
  endpoint: Endpoint,
  sink: Sink,
  publication: Publication,
): Promise<void> {
  const { account } = endpoint
  const { presence, lanes } = needs
  const wasVisible = presence.of(account).reachable && !presence.of(account).hidden
  if (!lanes.reachable(account)) {
    needs.log.closeBatches(account)
    needs.conversations.closeAll(account)
  }
  await lanes.open(endpoint, sink, () => presence.publish(account, publication))
  // Marks may wait from a time of hiding that ended while nobody was there.
  if (!wasVisible && !presence.of(account).hidden) releaseMarks(needs, account)
}

/**
 * The endpoint cannot take messages any more: signed out, its connection or event channel is gone. What it did not confirm stays for it.
 * With the last one, the person's conversations close (DECISIONS 15a).
 */
export function endpointGone(
  needs: Pick<Ports, 'conversations' | 'lanes' | 'presence'>,
  account: AccountId,
  endpointId: EndpointId,
): void {
  needs.lanes.close(account, endpointId)
  needs.presence.withdraw(account, endpointId)
  if (!needs.lanes.reachable(account)) needs.conversations.closeAll(account)
}
