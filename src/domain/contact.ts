import type { Brand } from '../base/brand.ts'
import type { AccountId } from './account.ts'

export type GroupId = Brand<number, 'GroupId'>

/** Containers of the SIP side (offline-im section 6); Colleagues is where everybody of the organisation starts. */
export const ACCESS_LEVELS = ['Blocked', 'External', 'Colleagues', 'Workgroup', 'FriendsAndFamily'] as const
export type AccessLevel = (typeof ACCESS_LEVELS)[number]

export interface Group {
  readonly id: GroupId
  readonly name: string
  readonly isDefault: boolean
}

/** One person's contact list: groups, and who is in which. Order is that of adding. */
export interface ContactList {
  readonly owner: AccountId
  readonly groups: readonly Group[]
  readonly contacts: readonly { readonly account: AccountId; readonly groups: readonly GroupId[] }[]
}
