import type { Contacts } from '../actions/ports/ledger.ts'
import type { AccountId } from '../domain/account.ts'
import type { ContactList, Group, GroupId } from '../domain/contact.ts'
import type { Engine } from './engine.ts'

/** Everybody has this group; people who are in no other are in it. It has no row and cannot be removed. */
const DEFAULT_GROUP: Group = { id: 0 as GroupId, name: 'Other Contacts', isDefault: true }

/** Contact lists, read by SQL: they are asked for at sign-in and when they change, not for messages. */
export class StoredContacts implements Contacts {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async list(owner: AccountId): Promise<ContactList> {
    const groups = await this.#engine.query<{ id: GroupId; name: string }>(
      'select id, name from contact_group where owner = ?1 and id <> 0 order by id',
      owner,
    )
    const rows = await this.#engine.query<{ contact: AccountId; grp: GroupId }>(
      'select contact, grp from contact where owner = ?1 order by added, contact, grp',
      owner,
    )
    const contacts = new Map<AccountId, GroupId[]>()
    for (const { contact, grp } of rows) contacts.set(contact, [...(contacts.get(contact) ?? []), grp])
    return {
      owner,
      groups: [DEFAULT_GROUP, ...groups.map(({ id, name }) => ({ id, name, isDefault: false }))],
      contacts: [...contacts].map(([account, of]) => ({ account, groups: of })),
    }
  }

  async owners(contact: AccountId): Promise<readonly AccountId[]> {
    const rows = await this.#engine.query<{ owner: AccountId }>(
      'select distinct owner from contact where contact = ?1 order by owner',
      contact,
    )
    return rows.map(({ owner }) => owner)
  }
}
