import { fail, ok, type Result } from './result.ts'

/** Unknown JSON or configuration → a typed value, or where it is wrong and why. For small shapes; request bodies and configuration use zod. */

export interface Wrong {
  /** `contacts[3].name`; empty for the value itself. */
  readonly path: string
  readonly reason: string
}

export type Decoded<T> = Result<T, Wrong>
export type Decoder<T> = (value: unknown, path?: string) => Decoded<T>

function wrong(path: string | undefined, reason: string): Decoded<never> {
  return fail({ path: path ?? '', reason })
}

export const text: Decoder<string> = (value, path) =>
  typeof value === 'string' ? ok(value) : wrong(path, 'must be text')

export const flag: Decoder<boolean> = (value, path) =>
  typeof value === 'boolean' ? ok(value) : wrong(path, 'must be true or false')

/** A whole number within the borders, both included. */
export function whole(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Decoder<number> {
  return (value, path) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? ok(value as number)
      : wrong(path, `must be a whole number from ${min} to ${max}`)
}

export function oneOf<const T extends string>(...words: readonly T[]): Decoder<T> {
  return (value, path) =>
    words.includes(value as T) ? ok(value as T) : wrong(path, `must be one of ${words.join(', ')}`)
}

/** Undefined and null are undefined. */
export function optional<T>(inner: Decoder<T>): Decoder<T | undefined> {
  return (value, path) => (value === undefined || value === null ? ok(undefined) : inner(value, path))
}

export function list<T>(inner: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return wrong(path, 'must be a list')
    const items: T[] = []
    for (const [i, item] of value.entries()) {
      const decoded = inner(item, `${path ?? ''}[${i}]`)
      if (!decoded.ok) return decoded
      items.push(decoded.value)
    }
    return ok(items)
  }
}

/** Members that are not named are dropped (Postel, and `__proto__` with them); own members only. */
export function shape<T extends Record<string, unknown>>(
  members: {
    readonly [K in keyof T]: Decoder<T[K]>
  },
): Decoder<T> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return wrong(path, 'must be an object')
    const result: Partial<T> = {}
    for (const name of Object.keys(members) as (keyof T & string)[]) {
      const member = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
      const decoded = members[name](member, path ? `${path}.${name}` : name)
      if (!decoded.ok) return decoded
      result[name] = decoded.value
    }
    return ok(result as T)
  }
}
