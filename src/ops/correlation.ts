import { AsyncLocalStorage } from 'node:async_hooks'

/** One request while it is worked on. */
interface Work {
  readonly id: string
  /** User principal name of whoever sent it, as soon as it is known. */
  who?: string
}

/**
 * The request whose work this is, through every await down to the store: `k3f-2` is the second request on connection k3f,
 * `console-4` a console, `ssh-9` a connection of SSH. Log lines of all rooms carry it, so that one search shows the whole
 * way of a message.
 */
const current = new AsyncLocalStorage<Work | undefined>()

/** Runs `work`, and all it begins, as work of the request `id`, which is `who`'s if that is known already. */
export function asRequest<T>(id: string, work: () => T, who?: string): T {
  return current.run(who === undefined ? { id } : { id, who }, work)
}

/** Says who sent the request that is being worked on. */
export function requestIsFrom(who: string): void {
  const work = current.getStore()
  if (work) work.who = who
}

/** What every line of this request says; nothing for jobs and at start. */
export function requestFields(): { readonly request?: string; readonly who?: string } {
  const work = current.getStore()
  if (!work) return {}
  return work.who === undefined ? { request: work.id } : { request: work.id, who: work.who }
}

/** Runs `work` for nobody in particular: what is done for several requests at once. */
export function withoutRequest<T>(work: () => T): T {
  return current.run(undefined, work)
}
