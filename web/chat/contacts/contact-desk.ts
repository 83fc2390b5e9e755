import { type Signal, signal } from '@preact/signals'
import type { AccessLevel } from '../../../src/domain/contact.ts'
import type { Connection } from '../../connection.ts'
import { texts } from '../../i18n/language.ts'
import { type ContactGroup, personIn, type Uri } from '../../model.ts'
import { Refused } from '../../ucwa/http.ts'
import { go } from '../app-state.ts'

/** What was just done, or why not; it stands under the list until the next act. */
export interface Done {
  readonly text: string
  readonly failed: boolean
  /** The way back, or on. */
  readonly act: { readonly label: string; readonly run: () => void } | undefined
}

/** What is open over the page because of contacts. */
export type ContactLayer =
  /** `put`: who is put into the new group, and out of which one. */
  | { readonly kind: 'newGroup'; readonly put?: { readonly person: Uri; readonly from: string | undefined } }
  | { readonly kind: 'renameGroup'; readonly group: ContactGroup }
  | { readonly kind: 'deleteGroup'; readonly group: ContactGroup }
  | { readonly kind: 'block'; readonly person: Uri }
  | { readonly kind: 'card'; readonly person: Uri }

/** How a group is called on screen: the server's name of the default group is no word of a language. */
export function groupName(group: ContactGroup): string {
  return group.isDefault ? texts.value.otherContacts : group.name
}

/** What a person does to contacts, groups and levels: one request or two, and a line that says what was done and takes it back. */
export class ContactDesk {
  readonly done: Signal<Done | undefined> = signal(undefined)
  readonly layer: Signal<ContactLayer | undefined> = signal(undefined)
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async add(uri: Uri, group: ContactGroup): Promise<boolean> {
    const { book } = this.#connection
    return this.#perform(() => book.add(uri, group.id), {
      said: texts.value.doneAdded(this.#name(uri), groupName(group)),
      undo: () => book.leave(uri, group.id),
    })
  }

  async move(uri: Uri, from: string, to: ContactGroup): Promise<boolean> {
    const { book } = this.#connection
    return this.#perform(() => book.move(uri, from, to.id), {
      said: texts.value.doneMoved(this.#name(uri), groupName(to)),
      undo: () => book.move(uri, to.id, from),
    })
  }

  /** Out of one of several groups. */
  async leave(uri: Uri, group: ContactGroup): Promise<boolean> {
    const { book } = this.#connection
    return this.#perform(() => book.leave(uri, group.id), {
      said: texts.value.doneLeft(this.#name(uri), groupName(group)),
      undo: () => book.add(uri, group.id),
    })
  }

  async remove(uri: Uri): Promise<boolean> {
    const { book, state } = this.#connection
    const groups = state.value.contacts.get(uri) ?? []
    return this.#perform(() => book.remove(uri), {
      said: texts.value.doneRemoved(this.#name(uri)),
      undo: async () => {
        for (const group of groups) await book.add(uri, group)
      },
    })
  }

  /** @returns undefined when done, else what to say beside the field */
  async makeGroup(
    name: string,
    put: { readonly person: Uri; readonly from: string | undefined } | undefined,
  ): Promise<string | undefined> {
    const { book } = this.#connection
    let id: string | undefined
    try {
      id = await book.newGroup(name)
    } catch (error) {
      return refusalText(error)
    }
    if (!put || id === undefined) return undefined
    const { person, from } = put
    const group = id
    // The group is there now; when the person cannot be put into it, the line says so and not the dialog.
    await this.#perform(
      () => (from === undefined ? book.add(person, group) : book.move(person, from, group)),
      {
        said: (from === undefined ? texts.value.doneAdded : texts.value.doneMoved)(this.#name(person), name),
      },
    )
    return undefined
  }

  /** @returns undefined when done, else what to say beside the field */
  async rename(group: ContactGroup, name: string): Promise<string | undefined> {
    try {
      await this.#connection.book.rename(group, name)
      return undefined
    } catch (error) {
      return refusalText(error)
    }
  }

  async deleteGroup(group: ContactGroup): Promise<boolean> {
    return this.#perform(() => this.#connection.book.removeGroup(group), {
      said: texts.value.doneGroupDeleted(groupName(group)),
    })
  }

  /** Sets a level; the line says what it means and takes it back. */
  async setLevel(uri: Uri, level: AccessLevel): Promise<boolean> {
    const { book, state } = this.#connection
    const before = state.value.levels.get(uri)?.level ?? 'Colleagues'
    return this.#perform(() => book.setLevel(uri, level), {
      said: this.#levelSaid(uri, before, level),
      undo: () => book.setLevel(uri, before),
    })
  }

  #levelSaid(uri: Uri, before: AccessLevel, level: AccessLevel): string {
    const t = texts.value
    const name = this.#name(uri)
    if (level === 'Blocked') return t.doneBlocked(name)
    if (before === 'Blocked') return t.doneUnblocked(name)
    if (level === 'Workgroup') return t.doneClose(name)
    return before === 'Workgroup' ? t.doneNotClose(name) : ''
  }

  #name(uri: Uri): string {
    return personIn(this.#connection.state.value, uri).name
  }

  async #perform(
    act: () => Promise<unknown>,
    after: { readonly said: string; readonly undo?: () => Promise<unknown> },
  ): Promise<boolean> {
    try {
      await act()
    } catch (error) {
      this.done.value = { text: refusalText(error), failed: true, act: undefined }
      return false
    }
    const { undo } = after
    this.#say(after.said, undo && { label: texts.value.undo, run: () => void this.#takeBack(undo) })
    return true
  }

  async #takeBack(undo: () => Promise<unknown>): Promise<void> {
    this.done.value = undefined
    try {
      await undo()
    } catch (error) {
      this.done.value = { text: refusalText(error), failed: true, act: undefined }
    }
  }

  /** Somebody is back for whom the person waits. */
  sayBack(uri: Uri): void {
    const t = texts.value
    const run = (): void => {
      this.done.value = undefined
      go({ kind: 'with', person: uri })
    }
    this.#say(t.isBack(this.#name(uri)), { label: t.writeMessageTo, run })
  }

  #say(text: string, act?: Done['act']): void {
    this.done.value = text === '' ? undefined : { text, failed: false, act }
  }
}

/** Refusals of docs/clients/ucwa.md in words; everything else is that nothing was changed. */
function refusalText(error: unknown): string {
  const t = texts.value
  if (!(error instanceof Refused)) return t.contactsFailed
  switch (error.subcode) {
    case 'LimitExceeded':
      return t.contactsFull
    case 'TooManyGroups':
      return t.groupsFull
    case 'AlreadyExists':
      return t.groupNameTaken
    case 'DestinationNotFound':
      return t.personGone
    default:
      return error.status === 400 ? t.groupNameBad : t.contactsFailed
  }
}
