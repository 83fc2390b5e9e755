import type { AccountId } from '../domain/account.ts'
import type { AccessLevel, ContactList, Group, GroupId } from '../domain/contact.ts'
import { clientPolicy } from '../domain/policies/client-policy.ts'
import { policyValues } from '../domain/policy.ts'
import type { Change } from './ports/ledger.ts'
import type { Ports } from './ports/ports.ts'

/** The contact list of one person; desktop and web clients see the same one (ucwa.md 6.4). The ledger tells the bus of every change. */

export type ContactNeeds = Pick<Ports, 'contacts' | 'facts' | 'ledger'>

/** Documented limits of the original; that of contacts holds where the client policy names none. */
export const MAX_CONTACTS = 250
const MAX_GROUPS = 64
const MAX_GROUP_NAME = 256

export type GroupAdded =
  | { readonly kind: 'added'; readonly group: GroupId }
  | { readonly kind: 'refused'; readonly because: 'limit' | 'nameTaken' | 'badName' }

export async function addGroup(needs: ContactNeeds, owner: AccountId, name: string): Promise<GroupAdded> {
  const list = await needs.contacts.list(owner)
  if (badName(name)) return { kind: 'refused', because: 'badName' }
  if (list.groups.length >= MAX_GROUPS) return { kind: 'refused', because: 'limit' }
  if (named(list, name)) return { kind: 'refused', because: 'nameTaken' }
  const id = needs.ledger.newGroupId()
  await change(needs, { kind: 'putGroup', owner, id, name })
  return { kind: 'added', group: id }
}

/** The default group keeps its name. */
export async function renameGroup(
  needs: ContactNeeds,
  owner: AccountId,
  group: GroupId,
  name: string,
): Promise<'done' | 'notFound' | 'notAllowed' | 'nameTaken' | 'badName'> {
  const list = await needs.contacts.list(owner)
  const known = list.groups.find(({ id }) => id === group)
  if (!known) return 'notFound'
  if (known.isDefault) return 'notAllowed'
  if (badName(name)) return 'badName'
  const taken = named(list, name)
  if (taken && taken.id !== group) return 'nameTaken'
  await change(needs, { kind: 'putGroup', owner, id: group, name })
  return 'done'
}

/** Contacts that are in no other group stay in the default group, which itself stays. */
export async function removeGroup(
  needs: ContactNeeds,
  owner: AccountId,
  group: GroupId,
): Promise<'done' | 'notFound' | 'notAllowed'> {
  const list = await needs.contacts.list(owner)
  const known = list.groups.find(({ id }) => id === group)
  if (!known) return 'notFound'
  if (known.isDefault) return 'notAllowed'
  const standard = list.groups.find(({ isDefault }) => isDefault)
  const changes: Change[] = []
  for (const contact of list.contacts) {
    if (standard && contact.groups.length === 1 && contact.groups[0] === group) {
      changes.push({ kind: 'addContact', owner, contact: contact.account, group: standard.id })
    }
  }
  await change(needs, ...changes, { kind: 'removeGroup', owner, id: group })
  return 'done'
}

/** @param group undefined: the default group. Adding somebody who is there already changes nothing. */
export async function addContact(
  needs: ContactNeeds,
  owner: AccountId,
  contact: AccountId,
  group?: GroupId,
): Promise<'done' | 'unknownPerson' | 'unknownGroup' | 'limit'> {
  if (!needs.facts.account(contact)) return 'unknownPerson'
  const list = await needs.contacts.list(owner)
  const into =
    group === undefined
      ? list.groups.find(({ isDefault }) => isDefault)
      : list.groups.find(({ id }) => id === group)
  if (!into) return 'unknownGroup'
  const known = list.contacts.find(({ account }) => account === contact)
  if (known?.groups.includes(into.id)) return 'done'
  if (!known && list.contacts.length >= maxContacts(needs, owner)) return 'limit'
  await change(needs, { kind: 'addContact', owner, contact, group: into.id })
  return 'done'
}

/** What the person's client policy says (`MaximumNumberOfContacts`, 0 to 1000), else the limit of the original; a list that is longer stays. */
function maxContacts({ facts }: Pick<Ports, 'facts'>, owner: AccountId): number {
  const { instance } = facts.effectivePolicy('CsClientPolicy', owner)
  return policyValues(clientPolicy, instance).MaximumNumberOfContacts ?? MAX_CONTACTS
}

/** @param group undefined: from all groups */
export async function removeContact(
  needs: ContactNeeds,
  owner: AccountId,
  contact: AccountId,
  group?: GroupId,
): Promise<'done' | 'notFound'> {
  const list = await needs.contacts.list(owner)
  const known = list.contacts.find(({ account }) => account === contact)
  if (!known || (group !== undefined && !known.groups.includes(group))) return 'notFound'
  await change(needs, { kind: 'removeContact', owner, contact, group })
  return 'done'
}

/** How much `other` may see and do: Blocked is the block of M11, Workgroup may interrupt Do Not Disturb (M5). */
export async function setAccessLevel(
  needs: ContactNeeds,
  owner: AccountId,
  other: AccountId,
  level: AccessLevel,
): Promise<'done' | 'unknownPerson'> {
  if (!needs.facts.account(other) || owner === other) return 'unknownPerson'
  if (needs.facts.accessLevel(owner, other) === level) return 'done'
  await needs.ledger.commit([{ kind: 'putAccessLevel', owner, other, level }], [])
  return 'done'
}

async function change(needs: ContactNeeds, ...changes: readonly Change[]): Promise<void> {
  await needs.ledger.commit(changes, [])
}

function named(list: ContactList, name: string): Group | undefined {
  const folded = name.trim().toLowerCase()
  return list.groups.find((group) => group.name.toLowerCase() === folded)
}

function badName(name: string): boolean {
  return name.trim() === '' || name.length > MAX_GROUP_NAME || /\p{Cc}/u.test(name)
}
