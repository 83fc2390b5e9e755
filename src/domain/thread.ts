import type { AccountId } from './account.ts'

/** The two people of a thread, the smaller number first: one pair whoever wrote. */
export function pairOf(a: AccountId, b: AccountId): readonly [AccountId, AccountId] {
  return a <= b ? [a, b] : [b, a]
}
