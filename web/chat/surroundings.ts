import { effect, signal } from '@preact/signals'
import type { PersonalSettings } from '../../src/domain/account.ts'
import { chooseLanguage, texts } from '../i18n/language.ts'
import { keep } from '../kept.ts'
import { conversationsIn, personIn, type State } from '../model.ts'
import { route } from './app-state.ts'

/** The account's language as it was told last; undefined before it was told at all. */
let accountLanguage: PersonalSettings['language'] | undefined

/** Theme, density and language of the account, for this page and for the next one's first paint. */
export function rememberSettings(state: State): void {
  if (state.settingsEtag === undefined) return
  const { theme, density, language } = state.settings
  showTheme(theme)
  keep('density', density === 'compact' ? 'compact' : undefined)
  if (density === 'compact') document.documentElement.dataset.density = 'compact'
  else delete document.documentElement.dataset.density
  // Taken back on another device: this one follows its browser again. A language chosen at the door stays until then.
  if (language) chooseLanguage(language)
  else if (accountLanguage) chooseLanguage(undefined)
  accountLanguage = language
}

export function showTheme(theme: 'system' | 'light' | 'dark'): void {
  keep('theme', theme === 'system' ? undefined : theme)
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

const title = signal({ unread: 0, name: '' })
effect(() => {
  const { unread, name } = title.value
  const place = name ? `${name} · ${texts.value.product}` : texts.value.product
  document.title = unread > 0 ? `(${unread}) ${place}` : place
})

/** The unread total in tab title and icon, the same on all devices (ux.md 1.2). */
export function showUnread(state: State): void {
  const unread = conversationsIn(state).reduce((sum, conversation) => sum + conversation.unread, 0)
  const at = route.value
  title.value = { unread, name: at.kind === 'with' ? personIn(state, at.person).name : '' }
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  const file = unread > 0 ? '/logo-unread.svg' : '/logo.svg'
  if (icon && !icon.href.endsWith(file)) icon.href = file
}
