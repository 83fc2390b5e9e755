import { computed, effect, signal } from '@preact/signals'
import type { Language } from '../../src/domain/account.ts'
import { languageOfTag } from '../../src/domain/language.ts'
import { keep, kept } from '../kept.ts'
import { en, type Texts } from './en.ts'
import { ja } from './ja.ts'

const TEXTS: Readonly<Record<Language, Texts>> = { en, ja }

function browserLanguage(): Language {
  for (const tag of navigator.languages) {
    const language = languageOfTag(tag)
    if (language) return language
  }
  return 'en'
}

/** The person's choice on this device or in the settings; undefined follows the browser (DECISIONS 22). */
export const chosenLanguage = signal<Language | undefined>(languageOfTag(kept('language') ?? undefined))
/** The language on screen. */
export const language = computed<Language>(() => chosenLanguage.value ?? browserLanguage())
/** Every text in the language on screen. Read it while rendering, so that a change shows at once. */
export const texts = computed<Texts>(() => TEXTS[language.value])

/** Remembers the choice for the next visit's first paint too. */
export function chooseLanguage(choice: Language | undefined): void {
  chosenLanguage.value = choice
  keep('language', choice)
}

effect(() => {
  document.documentElement.lang = language.value
})
