import { type Answer, type Json, listOf, type UcwaClient } from './ucwa-client.ts'

/** A resource as it came: alone, embedded in another, or with an event. */
export interface Found {
  readonly rel: string
  readonly href: string
  readonly resource: Json
  /** Name under which something else held it; the rel where it came alone. */
  readonly as: string
}

/** Everything that links lead to from somewhere. */
export interface Walked {
  /** Path and query → answer of GET; acts are 405 here. */
  readonly answers: ReadonlyMap<string, Answer>
  readonly resources: readonly Found[]
  /** Name of a link → the addresses that it had. */
  readonly links: ReadonlyMap<string, ReadonlySet<string>>
}

/** Requests that wait for events: not for a walk. */
export function waits(href: string): boolean {
  return /\/event(?:s|Stream)\b/i.test(href)
}

/** Follows every link of every answer, and of everything embedded, with GET (ucwa-resources.json H9). */
export async function walkFrom(client: UcwaClient, ...starts: readonly string[]): Promise<Walked> {
  const answers = new Map<string, Answer>()
  const resources: Found[] = []
  const links = new Map<string, Set<string>>()
  const todo = [...starts]
  for (let href = todo.pop(); href !== undefined; href = todo.pop()) {
    if (answers.has(href) || waits(href)) continue
    const answer = await client.get(href)
    answers.set(href, answer)
    if (answer.status !== 200 || answer.json.rel === undefined) continue
    for (const found of within(answer.json)) {
      resources.push(found)
      for (const [name, path] of linksOf(found.resource)) {
        links.set(name, (links.get(name) ?? new Set()).add(path))
        todo.push(path)
      }
    }
  }
  return { answers, resources, links }
}

/** A resource and everything embedded in it. */
export function within(resource: Json, as = String(resource.rel)): readonly Found[] {
  const href = pathOf(String(resource._links?.self?.href))
  const parts = Object.entries(resource._embedded ?? {}).flatMap(([name, part]) =>
    listOf(part).flatMap((one) => within(one, name)),
  )
  return [{ rel: String(resource.rel), href, resource, as }, ...parts]
}

/** Name and address of every link; texts in data URIs are none. */
export function linksOf(resource: Json): readonly (readonly [string, string])[] {
  return Object.entries(resource._links ?? {}).flatMap(([name, link]) =>
    listOf(link)
      .map((one) => String(one.href))
      .filter((href) => !href.startsWith('data:'))
      .map((href) => [name, pathOf(href)] as const),
  )
}

/** Addresses that events have told of and that are not gone since. */
export function toldOf(client: UcwaClient): readonly string[] {
  const alive = new Set<string>()
  for (const { href, type } of client.events) {
    if (type === 'deleted') alive.delete(href)
    else alive.add(href)
  }
  return [...alive]
}

/** Only discovery is absolute (H1). */
function pathOf(href: string): string {
  if (href.startsWith('/')) return href
  const { pathname, search } = new URL(href)
  return pathname + search
}
