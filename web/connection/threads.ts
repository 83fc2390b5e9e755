import { applyResource } from '../feed.ts'
import type { State } from '../model.ts'
import { type Http, withQuery } from '../ucwa/http.ts'
import { embeddedAll, instant } from '../ucwa/wire.ts'

/** Threads asked for at a time, and how many times at most. */
const PAGE = 200
const MOST_PAGES = 10

/** Reads every thread, newest first; a page at a time, so that the list is there after the first. */
export async function readThreads(
  http: Http,
  address: string | undefined,
  change: (change: (state: State) => State) => void,
): Promise<void> {
  if (!address) return
  let before: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { limit: String(PAGE), ...(before === undefined ? {} : { before }) }
    const logs = embeddedAll(await http.get(withQuery(address, query)), 'conversationLog')
    change((state) =>
      logs.reduce<State>((next, log) => applyResource(next, 'conversationLog', log), {
        ...state,
        threads: page === 0 ? new Map() : state.threads,
        threadsLoaded: true,
      }),
    )
    const oldest = instant(logs.at(-1)?.creationTime)
    if (logs.length < PAGE || oldest === undefined) return
    before = new Date(oldest).toISOString()
  }
}
