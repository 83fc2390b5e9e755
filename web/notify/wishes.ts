import { type ReadonlySignal, signal } from '@preact/signals'
import { keep, kept } from '../kept.ts'
import type { Uri } from '../model.ts'
import type { Wish } from './back.ts'

/** Whom one person wants to be told of on this device; all tabs of the browser know the same. */
export class Wishes {
  readonly #name: string
  readonly #all
  readonly #follow = (event: StorageEvent): void => {
    if (event.key === `nightpost.${this.#name}`) this.#all.value = read(this.#name)
  }

  constructor(sip: string) {
    this.#name = `back.${sip}`
    this.#all = signal<ReadonlyMap<Uri, Wish>>(read(this.#name))
    addEventListener('storage', this.#follow)
  }

  get all(): ReadonlySignal<ReadonlyMap<Uri, Wish>> {
    return this.#all
  }

  /** @param wish undefined: not any more */
  set(uri: Uri, wish: Wish | undefined): void {
    const next = new Map(read(this.#name))
    if (wish) next.set(uri, wish)
    else next.delete(uri)
    keep(this.#name, next.size === 0 ? undefined : JSON.stringify([...next]))
    this.#all.value = next
  }

  stop(): void {
    removeEventListener('storage', this.#follow)
  }
}

function read(name: string): ReadonlyMap<Uri, Wish> {
  try {
    const value: unknown = JSON.parse(kept(name) ?? '[]')
    return new Map(Array.isArray(value) ? value.filter(isWish) : [])
  } catch {
    return new Map()
  }
}

function isWish(value: unknown): value is [Uri, Wish] {
  return (
    Array.isArray(value) && typeof value[0] === 'string' && (value[1] === 'once' || value[1] === 'always')
  )
}
