import type { InboxItem } from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import type { Invocation } from './cmdlet.ts'
import { managementError } from './cmdlet.ts'

/** Name of an item for scripts: its owner and its place; an item keeps it for ever. */
export function itemIdentity(item: Pick<InboxItem, 'owner' | 'id'>): string {
  return `${item.owner.toString(36)}:${item.id}`
}

/** Reads the Identity of Get-NpOfflineMessage; writes the error where it is none, or where the item is gone. */
export async function findItem(invocation: Invocation, identity: string): Promise<InboxItem | undefined> {
  const match = /^([0-9a-z]{1,11}):(.{1,100})$/.exec(identity.trim())
  const owner = match ? Number.parseInt(match[1] ?? '', 36) : Number.NaN
  if (match && Number.isSafeInteger(owner)) {
    for await (const item of invocation.ports.threads.items(owner as AccountId))
      if (item.id === match[2]) return item
  }
  invocation.error(
    managementError(
      `Cannot find the offline message "${identity}". Get-NpOfflineMessage lists what there is.`,
      'MissingItem',
      'ObjectNotFound',
      identity,
    ),
  )
  return undefined
}
