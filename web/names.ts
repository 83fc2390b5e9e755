import { keep, kept } from './kept.ts'
import type { State, Uri } from './model.ts'

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
  const people = new Set([...[...state.threads.values()].map((thread) => thread.person), ...state.contacts])
  const pairs = [...people].slice(0, MOST).map((uri) => [uri, state.people.get(uri)?.name ?? ''])
  keep(`names.${sip}`, JSON.stringify(pairs.filter(([, name]) => name !== '')))
}

function isPair(value: unknown): value is [Uri, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string'
}
