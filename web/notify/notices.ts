import type { Uri } from '../model.ts'
import { permission } from './permission.ts'

/** The notifications of this tab that are on screen, at most one per conversation. */
export class Notices {
  readonly #shown = new Map<Uri, Notification>()
  readonly #account: string
  readonly #open: (person: Uri) => void

  /** @param open what a press on one does, beside bringing the tab to the front */
  constructor(account: string, open: (person: Uri) => void) {
    this.#account = account
    this.#open = open
  }

  get people(): readonly Uri[] {
    return [...this.#shown.keys()]
  }

  /** A newer one of the same conversation takes the place of the older one. */
  show(person: Uri, title: string, body: string, lang: string): void {
    let notice: Notification
    try {
      notice = new Notification(title, {
        body,
        lang,
        tag: `nightpost ${this.#account} ${person}`,
        icon: '/logo.svg',
        // Sound is a switch of its own; the system's would come on top.
        silent: true,
      })
    } catch {
      // Some browsers of phones have the object and refuse to make one without a service worker: the settings say so from here on.
      permission.value = 'unsupported'
      return
    }
    notice.onclick = () => {
      window.focus()
      this.close(person)
      this.#open(person)
    }
    notice.onclose = () => {
      if (this.#shown.get(person) === notice) this.#shown.delete(person)
    }
    this.#shown.set(person, notice)
  }

  close(person: Uri): void {
    this.#shown.get(person)?.close()
    this.#shown.delete(person)
  }

  /** When the tab goes: a press on what stays would do nothing. */
  closeAll(): void {
    for (const person of this.people) this.close(person)
  }
}
