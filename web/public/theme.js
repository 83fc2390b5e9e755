// Theme, density and language before the first paint, so that nothing flashes (design README section 3).
// A file of its own: the content security policy allows no inline script.
;(() => {
  const root = document.documentElement
  const kept = (name) => {
    try {
      return localStorage.getItem(`nightpost.${name}`)
    } catch {
      return null // storage is closed; the system's choice holds
    }
  }
  const theme = kept('theme')
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  if (kept('density') === 'compact') root.dataset.density = 'compact'
  const language = kept('language') ?? navigator.language
  root.lang = language.toLowerCase().startsWith('ja') ? 'ja' : 'en'
})()
