/** Small values of this device (theme, language, drafts). A closed storage, as in some private windows, only forgets. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`nightpost.${name}`)
  } catch {
    return null
  }
}

/** Undefined and the empty text remove the value. */
export function keep(name: string, value: string | undefined): void {
  try {
    if (value) localStorage.setItem(`nightpost.${name}`, value)
    else localStorage.removeItem(`nightpost.${name}`)
  } catch {
    // The storage is closed or full: the page works on without a memory.
  }
}
