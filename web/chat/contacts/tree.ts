import type { Language } from '../../../src/domain/account.ts'
import { folded } from '../../../src/domain/fold.ts'
import { type ContactGroup, type Person, personIn, type State } from '../../model.ts'
import { byName } from '../../names.ts'

/** One group with its people, as the list shows it. */
export interface Branch {
  readonly group: ContactGroup
  readonly members: readonly Person[]
  /** Members who are there in some state, however busy. */
  readonly reachable: number
}

/** One line of the list, in the order in which arrows walk them. */
export type Row =
  | { readonly key: string; readonly branch: Branch; readonly person?: undefined }
  | { readonly key: string; readonly branch: Branch; readonly person: Person }

/**
 * Groups by name and their people by reading; the default group is the last, and is left out while nobody is in it and there is another
 * one. Somebody in two groups stands in both.
 */
export function contactTree(
  { groups, contacts, people }: Pick<State, 'groups' | 'contacts' | 'people'>,
  language: Language,
): readonly Branch[] {
  const members = new Map<string, Person[]>([...groups.keys()].map((id) => [id, []]))
  for (const [uri, ids] of contacts) {
    const person = personIn({ people }, uri)
    for (const id of ids) members.get(id)?.push(person)
  }
  const order = byName(language)
  const { compare } = new Intl.Collator(language, { numeric: true })
  return [...groups.values()]
    .filter((group) => !group.isDefault || groups.size === 1 || members.get(group.id)?.length)
    .sort((a, b) => Number(a.isDefault) - Number(b.isDefault) || compare(a.name, b.name))
    .map((group) => {
      const all = members.get(group.id) ?? []
      return { group, members: all.sort(order), reachable: all.filter(isReachable).length }
    })
}

function isReachable({ presence }: Person): boolean {
  return presence !== undefined && presence.availability !== 'Offline'
}

export function groupKey(group: string): string {
  return `group-${group}`
}

export function contactKey(group: string, uri: string): string {
  return `contact-${group}-${uri}`
}

/** @param closed groups whose people are not shown */
export function rowsOf(tree: readonly Branch[], closed: ReadonlySet<string>): readonly Row[] {
  return tree.flatMap((branch): Row[] => {
    const { group, members } = branch
    const head = { key: groupKey(group.id), branch }
    if (closed.has(group.id)) return [head]
    return [head, ...members.map((person) => ({ key: contactKey(group.id, person.uri), branch, person }))]
  })
}

/**
 * Where letters typed in the list lead: the next row from `from` on that begins with them, in a word of the name, of the reading or of the
 * address; the same letter again and again goes from one to the next.
 * @param groupName how a group is called on screen
 * @returns index of the row, undefined where none begins so
 */
export function typeAhead(
  rows: readonly Row[],
  from: number,
  typed: string,
  groupName: (group: ContactGroup) => string,
): number | undefined {
  const letters = [...folded(typed)]
  const first = letters[0]
  if (first === undefined) return undefined
  const repeated = letters.every((letter) => letter === first)
  const wanted = repeated ? first : letters.join('')
  for (let step = letters.length === 1 || repeated ? 1 : 0; step <= rows.length; step++) {
    const index = (from + step) % rows.length
    const row = rows[index]
    if (row && wordsOf(row, groupName).some((word) => word.startsWith(wanted))) return index
  }
  return undefined
}

function wordsOf(row: Row, groupName: (group: ContactGroup) => string): readonly string[] {
  const { person, branch } = row
  const text = person
    ? [person.name, person.about.phonetic ?? '', person.uri.replace(/^sip:|@.*$/g, '')].join(' ')
    : groupName(branch.group)
  const words = folded(text).split(/[\s._-]+/)
  return person ? [folded(person.name), ...words] : [folded(text), ...words]
}
