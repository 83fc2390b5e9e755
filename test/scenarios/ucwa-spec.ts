import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One resource that a conforming server offers, in few words. */
export interface SpecResource {
  readonly rel: string
  readonly scope: 'must' | 'should'
  readonly href?: string
  /** Method → documented status. */
  readonly methods: Readonly<Record<string, number>>
  /** Name → type, and the list of `enums` that its values are from: `string Availability`. */
  readonly properties: Readonly<Record<string, string>>
  /** `participant[]` is an array, `contact` is not. */
  readonly links: readonly string[]
  readonly embedded: readonly string[]
  /** Sender, target, type, priority: `communication conversation added High`. */
  readonly events: readonly string[]
}

/** What the tests need of `protocol/ucwa-resources.json`. */
export interface Spec {
  readonly enums: Readonly<Record<string, readonly string[]>>
  readonly checks: readonly string[]
  readonly resources: readonly SpecResource[]
}

const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared', 'protocol', 'ucwa-resources.json')
const COMMITTED = join(import.meta.dirname, 'ucwa-spec.json')

/** The list itself where it lies beside the repository, else what is committed of it. */
export function readSpec(): Spec {
  return readShared() ?? readCommitted()
}

export function readCommitted(): Spec {
  return JSON.parse(readFileSync(COMMITTED, 'utf8')) as Spec
}

/** @returns undefined where only the repository is there */
export function readShared(): Spec | undefined {
  return existsSync(SHARED) ? trimmed(JSON.parse(readFileSync(SHARED, 'utf8')) as Source) : undefined
}

interface Source {
  readonly enums: Spec['enums']
  readonly checks: readonly { readonly id: string }[]
  readonly resources: readonly SourceResource[]
}

interface SourceResource {
  readonly rel: string
  readonly scope: string
  readonly revision?: number
  readonly href?: string
  readonly methods?: Readonly<Record<string, { readonly status: number }>>
  readonly properties?: Readonly<Record<string, { readonly type?: string; readonly enum?: string }>>
  readonly links?: Readonly<Record<string, { readonly many?: boolean }>>
  readonly embedded?: Readonly<Record<string, { readonly many?: boolean }>>
  readonly events?: readonly Readonly<Record<'type' | 'target' | 'sender' | 'priority', string>>[]
}

/** What must be there counts before what should (makeMeAvailable answers 204), then the higher revision. */
function rank({ scope, revision = 1 }: SourceResource): number {
  return (scope === 'must' ? 100 : 0) + revision
}

/** What must or should be there, each resource once, without notes. */
function trimmed({ enums, checks, resources }: Source): Spec {
  const offered = resources.filter(({ scope }) => scope === 'must' || scope === 'should')
  const best = new Map<string, SourceResource>()
  for (const one of offered) {
    const known = best.get(one.rel)
    if (!known || rank(one) > rank(known)) best.set(one.rel, one)
  }
  return {
    enums: mapped(enums, (values) => values),
    checks: checks.map(({ id }) => id),
    resources: [...best.values()].map((one) => ({
      rel: one.rel,
      scope: one.scope as 'must' | 'should',
      ...(one.href === undefined ? {} : { href: one.href }),
      methods: mapped(one.methods, ({ status }) => status),
      properties: mapped(one.properties, ({ type = 'string', enum: list }) =>
        list === undefined ? type : `${type} ${list}`,
      ),
      links: names(one.links),
      embedded: names(one.embedded),
      events: (one.events ?? []).map(
        (event) => `${event.sender} ${event.target} ${event.type} ${event.priority}`,
      ),
    })),
  }
}

function mapped<T, U>(of: Readonly<Record<string, T>> | undefined, to: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of ?? {}).map(([name, value]) => [name, to(value)]))
}

function names(of: Readonly<Record<string, { readonly many?: boolean }>> | undefined): string[] {
  return Object.entries(of ?? {}).map(([name, { many }]) => (many ? `${name}[]` : name))
}
