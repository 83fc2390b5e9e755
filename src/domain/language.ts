import type { Account, Language, PersonalSettings } from './account.ts'

/** The language of a tag (`ja`, `ja-JP`, `en-GB`); undefined for languages we do not speak (RFC 5646 §2.2.1). */
export function languageOfTag(tag: string | undefined): Language | undefined {
  const primary = /^([a-z]{2,3})(?:[-_]|$)/i.exec(tag?.trim() ?? '')?.[1]?.toLowerCase()
  return primary === 'en' || primary === 'ja' ? primary : undefined
}

/** The language of fixed texts for a person: the setting, else the application's `Culture`, else the account's, else English (DECISIONS 22). */
export function languageOf(
  settings: Pick<PersonalSettings, 'language'>,
  culture: string | undefined,
  account: Pick<Account, 'language'> | undefined,
): Language {
  return settings.language ?? languageOfTag(culture) ?? account?.language ?? 'en'
}

/** The language of an `Accept-Language` header for pages before sign-in (RFC 9110 §12.5.4): the best of ours, else English. */
export function acceptedLanguage(header: string | undefined): Language {
  let best: Language = 'en'
  let bestWeight = 0
  for (const part of (header ?? '').slice(0, 1000).split(',')) {
    const [tag, ...parameters] = part.split(';')
    const language = languageOfTag(tag)
    const quality = /^\s*q=(\d(?:\.\d{0,3})?)\s*$/.exec(parameters[0] ?? '')
    const weight = parameters.length === 0 ? 1 : Number(quality?.[1] ?? 0)
    if (language && weight > bestWeight) {
      best = language
      bestWeight = weight
    }
  }
  return best
}
