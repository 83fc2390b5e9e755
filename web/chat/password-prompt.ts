import { signal } from '@preact/signals'
import type { Session } from '../session.ts'

const PUT_OFF = 'nightpost.password-later'

/** The page asks for a password of the person's own in place of the made one, until it is changed or put off (DECISIONS 8). */
export const passwordPrompt = signal(false)

/** Once per sign-in and tab: what was put off does not come back with a reload. */
export function promptForPassword(session: Session): void {
  passwordPrompt.value = session.changePassword && sessionStorage.getItem(PUT_OFF) !== session.csrf
}

export function putOffPassword(session: Session): void {
  sessionStorage.setItem(PUT_OFF, session.csrf)
  passwordPrompt.value = false
}
