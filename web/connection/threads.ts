import { applyResource } from '../feed.ts'
import type { State } from '../model.ts'
import { type Http, withQuery } from '../ucwa/http.ts'
import { embeddedAll, instant } from '../ucwa/wire.ts'

/** Threads asked for at a time, and how many times at most. */
const PAGE = 200
const MOST_PAGES = 10

/**
 * Reads the list of threads, newest first; a page at a time, so that it is there after the first. Nearly everybody's whole list is read,
 * so that what is unread or waits is counted; a longer one goes on by `readMoreThreads`.
 */
export async function readThreads(
  http: Http,
  address: string | undefined,
  change: (change: (state: State) => State) => void,
): Promise<void> {
  if (!address) return
  for (let page = 0, before: number | undefined; page < MOST_PAGES; page++) {
    before = await readPage(http, address, change, before, page === 0)
    if (before === undefined) return
  }
}

/** The next page of a very long list. @returns false when there was nothing new */
export async function readMoreThreads(
  http: Http,
  address: string,
  before: number,
  change: (change: (state: State) => State) => void,
): Promise<boolean> {
  return (await readPage(http, address, change, before, false)) !== undefined
}

/** @returns where the next page begins; undefined at the end of the list */
async function readPage(
  http: Http,
  address: string,
  change: (change: (state: State) => State) => void,
  before: number | undefined,
  isFirst: boolean,
): Promise<number | undefined> {
  // The border is exclusive: one later, threads of the same millisecond are not lost.
  const query = { limit: String(PAGE), ...(before === undefined ? {} : { before: written(before + 1) }) }
  const logs = embeddedAll(await http.get(withQuery(address, query)), 'conversationLog')
  const oldest = instant(logs.at(-1)?.creationTime)
  const next = logs.length < PAGE || oldest === before ? undefined : oldest
  change((state) =>
    logs.reduce<State>((so, log) => applyResource(so, 'conversationLog', log), {
      ...state,
      threads: isFirst ? new Map() : state.threads,
      threadsLoaded: true,
      threadsBefore: next,
    }),
  )
  return next
}

function written(ms: number): string {
  return new Date(ms).toISOString()
}
