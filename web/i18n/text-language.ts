import type { Language } from '../../src/domain/account.ts'

/**
 * `lang` of what a person wrote, so that faces and readers choose well (ux.md 1.5): kana is Japanese; Han without kana
 * is Japanese where the page is; anything else says nothing.
 */
export function textLanguage(text: string, page: Language): Language | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(text)) return 'ja'
  if (/\p{Script=Han}/u.test(text)) return page === 'ja' ? 'ja' : undefined
  return undefined
}

/** `lang` of a name: Han alone is a Japanese name here whatever the page speaks; Latin letters are not. */
export function nameLanguage(name: string): Language | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(name)) return 'ja'
  return /\p{Script=Latin}/u.test(name) ? 'en' : undefined
}

/** One or two letters for a monogram: the family name's first character in Japanese, else initials of the first and last word. */
export function monogram(name: string): string {
  const words = name.trim().split(/[\s\u3000]+/)
  const first = [...(words[0] ?? '')][0] ?? '?'
  if (nameLanguage(name) === 'ja') return first
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return `${first}${last}`.toUpperCase()
}

/** One of five tints, the same for a person everywhere (tokens.css). */
export function tint(id: string): 1 | 2 | 3 | 4 | 5 {
  // FNV-1a, mixed once more: neighbouring addresses are to look different.
  let hash = 0x811c9dc5
  for (const unit of id.toLowerCase()) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (((hash >>> 12) % 5) + 1) as 1 | 2 | 3 | 4 | 5
}
