import { conversationsIn, personIn, type State, type Uri } from '../../model.ts'
import { byName, isCalled } from '../../names.ts'

/** What the picker knows of the text in its field. */
export type Found =
  | { readonly kind: 'nothingTyped' }
  | { readonly kind: 'searching' }
  /** The directory did not answer: people known on this device. `offline`: there is no connection at all. */
  | { readonly kind: 'local'; readonly offline: boolean; readonly for: string }
  | { readonly kind: 'people'; readonly people: readonly Uri[]; readonly more: boolean; readonly for: string }

/** Conversations that stand before the contacts while nothing is typed. */
const MOST_RECENT = 8
/** More are found by typing. */
const MOST_SHOWN = 60

/** Whether the list is about what stands in the field now. */
export function answers(found: Found, wanted: string): boolean {
  switch (found.kind) {
    case 'people':
    case 'local':
      return found.for === wanted
    case 'searching':
      return true
    default:
      return wanted === ''
  }
}

/**
 * Recent people first, then contacts by name. Until the directory has answered, only those who are known here and called so: a quick Enter
 * never opens somebody else, and a slow directory keeps nobody from a colleague.
 */
export function peopleShown(
  found: Found,
  state: State,
  wanted: string,
  language: 'en' | 'ja',
): readonly Uri[] {
  if (found.kind === 'people' && found.for === wanted) return found.people
  const known = [...new Set([...recent(state), ...contactsByName(state, language)])]
  if (wanted === '') return known.slice(0, MOST_SHOWN)
  const before = found.kind === 'people' ? found.people : []
  return [...new Set([...before, ...known])]
    .filter((uri) => isCalled(personIn(state, uri), wanted))
    .slice(0, MOST_SHOWN)
}

function recent(state: State): readonly Uri[] {
  return conversationsIn(state)
    .slice(0, MOST_RECENT)
    .map(({ person }) => person)
}

function contactsByName(state: State, language: 'en' | 'ja'): readonly Uri[] {
  return [...state.contacts.keys()]
    .map((uri) => personIn(state, uri))
    .sort(byName(language))
    .map(({ uri }) => uri)
}
