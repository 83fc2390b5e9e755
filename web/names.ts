import type { Language } from '../src/domain/account.ts'
import { folded } from '../src/domain/fold.ts'
import { keep, kept } from './kept.ts'
import type { Person, State, Uri } from './model.ts'
import { withoutScheme } from './ucwa/wire.ts'

const MOST = 300

/** Names of people as this device last knew them: a page that opens without a connection still says who is who. */
export function knownNames(sip: string): ReadonlyMap<Uri, string> {
  try {
    const value: unknown = JSON.parse(kept(`names.${sip}`) ?? '[]')
    return new Map(Array.isArray(value) ? value.filter(isPair) : [])
  } catch {
    return new Map()
  }
}

/** Remembers contacts and everybody there is a conversation with. */
export function rememberNames(sip: string, state: State): void {
  if (!state.threadsLoaded) return
  const people = new Set([
    ...[...state.threads.values()].map((thread) => thread.person),
    ...state.contacts.keys(),
  ])
  const pairs = [...people].slice(0, MOST).map((uri) => [uri, state.people.get(uri)?.name ?? ''])
  keep(`names.${sip}`, JSON.stringify(pairs.filter(([, name]) => name !== '')))
}

function isPair(value: unknown): value is [Uri, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string'
}

/** What a name is sorted by: its reading where the directory knows one. */
function readingOf(person: Person): string {
  return person.about.phonetic ?? person.name
}

/** The order of people in lists: by reading in Japanese, which puts kana in the order of the syllabary; Latin names come before. */
export function byName(language: Language): (a: Person, b: Person) => number {
  const { compare } = new Intl.Collator(language === 'ja' ? 'ja' : 'en', { numeric: true })
  return (a, b) =>
    compare(readingOf(a), readingOf(b)) ||
    compare(a.name, b.name) ||
    (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0)
}

/** Whether every word is somewhere in the name, the reading, the address, the mail or the department, as the directory searches (ucwa.md 6.6). */
export function isCalled(person: Person, wanted: string): boolean {
  const { phonetic = '', mail = '', department = '' } = person.about
  const fields = folded([person.name, phonetic, withoutScheme(person.uri), mail, department].join('\n'))
  return folded(wanted)
    .split(/\s+/)
    .every((word) => fields.includes(word))
}
