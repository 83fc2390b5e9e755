import type { Person, Presence, Uri } from '../model.ts'

/** How often this device tells that somebody is back (ux.md 1.1 row 9). */
export type Wish = 'once' | 'always'

/** There, and not away from the desk: whoever is written to now reads it soon. */
export function isBack(presence: Presence | undefined): boolean {
  return presence?.availability === 'Online' || presence?.availability === 'Busy'
}

/**
 * Who has come back. Of somebody whose presence was not known before, a wish for once is answered at once: they came while this page was
 * closed; a wish for always begins with the next time.
 * @param before presence of each as last seen here; absent where nothing was known
 */
export function whoIsBack(
  wishes: ReadonlyMap<Uri, Wish>,
  before: ReadonlyMap<Uri, Presence>,
  people: ReadonlyMap<Uri, Person>,
): readonly Uri[] {
  return [...wishes].flatMap(([uri, wish]) => {
    if (!isBack(people.get(uri)?.presence)) return []
    const known = before.get(uri)
    return (known === undefined ? wish === 'once' : !isBack(known)) ? [uri] : []
  })
}
