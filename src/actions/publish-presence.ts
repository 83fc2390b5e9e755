import type { AccountId } from '../domain/account.ts'
import type { Choice, Note, Publication } from '../domain/presence.ts'
import { type MarkNeeds, releaseMarks } from './mark.ts'
import type { Ports } from './ports/ports.ts'

export type PresenceNeeds = Pick<
  Ports,
  'bus' | 'clock' | 'facts' | 'ledger' | 'presence' | 'threads' | 'fault'
>

/** What one endpoint says of itself: signed in, active again, idle, away. Memory only. */
export function publishActivity(
  needs: Pick<Ports, 'presence'>,
  account: AccountId,
  publication: Publication,
): void {
  needs.presence.publish(account, publication)
}

/**
 * The person chooses a state for all endpoints, or none (ucwa.md 6.2). It is on the disk when this resolves, and shown before.
 * Becoming visible again gives out the marks that were withheld (DECISIONS 15c).
 * @returns notAllowed for Appear Offline where the client policy forbids it
 */
export async function choosePresence(
  needs: PresenceNeeds,
  account: AccountId,
  choice: Choice | undefined,
): Promise<'done' | 'notAllowed'> {
  if (choice?.availability === 'Offline' && !needs.facts.rules(account).appearOffline) return 'notAllowed'
  const before = needs.presence.of(account)
  needs.presence.choose(account, choice)
  if (before.hidden && !needs.presence.of(account).hidden) releaseMarks(needs, account)
  await save(needs, account)
  return 'done'
}

/** The personal note; undefined or an empty text takes it away. */
export async function setNote(
  needs: PresenceNeeds,
  account: AccountId,
  note: Note | undefined,
): Promise<void> {
  const kept = note === undefined || note.text === '' ? undefined : note
  needs.presence.annotate(account, kept, needs.presence.of(account).location)
  await save(needs, account)
}

export async function setLocation(
  needs: PresenceNeeds,
  account: AccountId,
  location: string | undefined,
): Promise<void> {
  needs.presence.annotate(account, needs.presence.of(account).note, location || undefined)
  await save(needs, account)
}

async function save({ ledger, presence }: PresenceNeeds, account: AccountId): Promise<void> {
  const { choice, note, location, frozen } = presence.of(account)
  await ledger.commit([{ kind: 'putPresence', id: account, choice, note, location, frozen }], [])
}

/**
 * Marks are given out also when hiding ends by time. Runs for the life of the server; main starts it once.
 * @returns the end
 */
export function releaseMarksWhenVisible(needs: Omit<MarkNeeds, 'facts'>): () => void {
  const hidden = new Set<AccountId>()
  return needs.bus.subscribe((what) => {
    if (what.topic !== 'presence') return
    if (needs.presence.of(what.account).hidden) hidden.add(what.account)
    else if (hidden.delete(what.account)) releaseMarks(needs, what.account)
  })
}
