import type { AccountId } from './account.ts'

/** The two people of a thread, the smaller number first: one pair whoever wrote. */
export function pairOf(a: AccountId, b: AccountId): readonly [AccountId, AccountId] {
  return a <= b ? [a, b] : [b, a]
}

/** The beginning of a text for a list (`previewMessage`: 200 characters), never cut inside a character. */
export function previewOf(text: string, characters = 200): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= characters) return line
  const cut = line.slice(0, characters)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}
