/** A link as UCWA writes it (ucwa.md section 5). */
export interface Link {
  readonly href: string
  readonly title?: string
  readonly revision?: string
}

/** A link or embedded name is either always single or always an array (conformance H3). */
export interface Resource {
  readonly [property: string]: unknown
  readonly rel: string
  readonly _links: Readonly<Record<string, Link | readonly Link[]>>
  readonly _embedded?: Readonly<Record<string, Resource | readonly Resource[]>>
  readonly etag?: string
}

type Optional<T> = Readonly<Record<string, T | undefined>>

/**
 * One resource: properties in the order given (clients read the first one of `communication` by position), then
 * `_links` with `self` first, `_embedded` only where there is something, `rel`. What is `undefined` is left out.
 */
export function resource(
  rel: string,
  self: string,
  properties: Readonly<Record<string, unknown>> = {},
  links: Optional<Link | readonly Link[]> = {},
  embedded: Optional<Resource | readonly Resource[]> = {},
): Resource {
  const parts = present(embedded)
  return {
    ...present(properties),
    _links: { self: { href: self }, ...present(links) },
    ...(Object.keys(parts).length > 0 ? { _embedded: parts } : {}),
    rel,
  }
}

/** A link to `path`, with a title where there is one. */
export function link(href: string, title?: string): Link {
  return title === undefined ? { href } : { href, title }
}

/**
 * ETag of ucwa.md section 5: a short decimal string that changes with the content. FNV-1a over the JSON text, because
 * it must be the same after a restart and needs no state; it guards against lost updates, not against an attacker.
 */
export function etagOf(content: unknown): string {
  const text = JSON.stringify(content)
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return String(hash >>> 0)
}

/** The resource with its etag as property, where PUT and `If-None-Match` look for it. */
export function withEtag(of: Resource): Resource {
  return { ...of, etag: etagOf(of) }
}

function present<T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const result: Record<string, T> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) result[name] = value
  }
  return result
}
