import type { Uri } from '../model.ts'
import { href, type Resource, self, withoutScheme } from '../ucwa/wire.ts'

/** Addresses of an application's resources by their rel, as far as the server has named them. */
export class Links {
  readonly #byRel = new Map<string, string>()

  get(rel: string): string | undefined {
    return this.#byRel.get(rel)
  }

  /** Of a resource of the signed-in person, also before a link to it was seen. */
  own(rel: string): string {
    return this.get(rel) ?? `${this.get('me')}/${rel}`
  }

  /** Of somebody; the shape is part of the contract (ucwa.md section 17.3). */
  person(uri: Uri): string {
    return `${this.get('people')}/${encodeURIComponent(withoutScheme(uri))}`
  }

  /** The address of the resource itself and of everything it links to. */
  learn(resource: Resource): void {
    const links = resource._links
    if (typeof links !== 'object' || links === null) return
    for (const rel of Object.keys(links)) {
      const address = href(resource, rel)
      if (address && rel !== 'self') this.#byRel.set(rel, address)
    }
    const rel = typeof resource.rel === 'string' ? resource.rel : undefined
    const address = self(resource)
    if (rel && address) this.#byRel.set(rel, address)
  }

  /** A new application has addresses of its own. */
  forget(): void {
    this.#byRel.clear()
  }
}
