/** What the command line speaks. */
export type Language = 'en' | 'ja'

/** A text in both languages; `{name}` stands for a value. */
export interface Words {
  readonly en: string
  readonly ja: string
}

/** Values by name; what is missing shows as its name, which a test finds. */
export type Values = Readonly<Record<string, string | number>>

/** `ja` where the system speaks Japanese (LC_ALL, LC_MESSAGES, LANG, in this order). */
export function systemLanguage(): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  return /^ja/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'ja' : 'en'
}

/** The text of one language with its values in place. */
export function fill(words: Words, values: Values, language: Language): string {
  return words[language].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  )
}
