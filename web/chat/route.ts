import type { Uri } from '../model.ts'
import { decoded, withoutScheme } from '../ucwa/wire.ts'

/** Where the person is in the client; the address bar says it after `#`, so that the back gesture works. */
export type Route =
  | { readonly kind: 'none' }
  | { readonly kind: 'inbox' }
  | { readonly kind: 'waiting' }
  /** `at`: the message of the conversation to begin with; without it, where reading starts. */
  | { readonly kind: 'with'; readonly person: Uri; readonly at?: string }

/** What does not read as a place is none: a link may come from anywhere. */
export function routeOf(hash: string): Route {
  const match = /^#\/(inbox|waiting|with\/([^?]+)(?:\?at=([0-9a-z.]{3,30}))?)$/.exec(hash)
  if (!match) return { kind: 'none' }
  if (match[2]) {
    const person = `sip:${decoded(match[2])}`
    return match[3] ? { kind: 'with', person, at: match[3] } : { kind: 'with', person }
  }
  return { kind: match[1] === 'inbox' ? 'inbox' : 'waiting' }
}

export function hashOf(route: Route): string {
  switch (route.kind) {
    case 'none':
      return '#/'
    case 'with':
      return `#/with/${encodeURIComponent(withoutScheme(route.person)).replaceAll('%40', '@')}${route.at ? `?at=${route.at}` : ''}`
    default:
      return `#/${route.kind}`
  }
}
