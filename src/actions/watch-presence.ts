import { type VisiblePresence, visiblePresence } from '../domain/access.ts'
import type { AccountId } from '../domain/account.ts'
import type { Ports } from './ports/ports.ts'

/** What `viewer` may see of `viewed` now (DECISIONS 15b, 15c, M5, M12). The owner sees the truth. */
export function presenceFor(
  needs: Pick<Ports, 'facts' | 'presence'>,
  viewer: AccountId,
  viewed: AccountId,
): VisiblePresence {
  const state = needs.presence.of(viewed)
  if (viewer === viewed) return visiblePresence(state, { kind: 'self' })
  const level = needs.facts.accessLevel(viewed, viewer)
  return visiblePresence(state, { kind: 'other', level, kept: needs.facts.keepsPresenceFrom(viewed, viewer) })
}
