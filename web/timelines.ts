import { readMoreThreads } from './connection/threads.ts'
import type { Connection } from './connection.ts'
import { withContact } from './feed/people.ts'
import {
  pageOf,
  withEarlierPage,
  withFarDropped,
  withLaterPage,
  withNewest,
  withoutPast,
  withPast,
  withTranscripts,
} from './feed/timelines.ts'
import { type Line, personIn, type Run, type State, shownRun, type Thread, type Uri } from './model.ts'
import { Refused, withQuery } from './ucwa/http.ts'
import type { Resource } from './ucwa/wire.ts'

const PAGE = 100
const FIRST_PAGE = 60
/** How often a busy server is asked again. */
const TRIES = 4

/** Where a page begins or ends: a message, or a time in ms. */
type Border = string | number

/**
 * Reads conversations page by page (ucwa.md section 15, Timeline) into `State.timelines`. All reject when the server cannot be reached
 * or refuses; a server that is busy is asked again.
 */
export class Timelines {
  readonly #connection: Connection
  readonly #running = new Map<string, Promise<boolean>>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Reads a person and the newest lines of the conversation; where reading starts elsewhere, the lines there too.
   * @param at a message or a time where the reader wants to be; undefined is the first unread message, else the end
   */
  async open(uri: Uri, at?: Border): Promise<void> {
    try {
      const [, newest] = await Promise.all([
        this.#readPerson(uri),
        this.#page(uri, { limit: String(FIRST_PAGE) }),
      ])
      void this.#connection.watch.add([uri])
      const start = at ?? this.#unreadBefore(uri, newest)
      const isElsewhere = start !== undefined && !holds(newest, start)
      const page = isElsewhere ? await this.#pageAround(uri, start) : undefined
      // At once, so that nothing shows before reading has a place to start.
      this.#change((state) => {
        const opened = withNewest(state, uri, newest)
        return page ? withPast(opened, uri, page) : opened
      })
    } catch (error) {
      // Deleted or out of service: what they wrote stays readable (offline-im section 6a).
      if (!(error instanceof Refused) || error.status !== 404) throw error
      await this.#readTranscripts(uri)
    }
  }

  /** Reads the lines around a message or a time. @returns the first line at or after it, else the last one there is */
  async goTo(uri: Uri, at: Border): Promise<Line | undefined> {
    const page = await this.#pageAround(uri, at)
    this.#change((state) => withPast(state, uri, page))
    const found =
      typeof at === 'number'
        ? page.lines.find((line) => line.at >= at)
        : page.lines.find((line) => line.id === at)
    return found ?? page.lines.at(-1)
  }

  /** Reads the first lines of the conversation. @returns the very first one */
  async goToBeginning(uri: Uri): Promise<Line | undefined> {
    const page = await this.#page(uri, { after: written(0), limit: String(PAGE) })
    this.#change((state) => withPast(state, uri, page))
    return page.lines[0]
  }

  /** Back to the lines up to now, which are on this device. */
  goToNewest(uri: Uri): void {
    this.#change((state) => withoutPast(state, uri))
  }

  /** Reads the page before the first line of what is read. @returns false when there is none */
  earlier(uri: Uri): Promise<boolean> {
    return this.#once(`earlier ${uri}`, async () => {
      const run = this.#run(uri)
      const [first] = run?.lines ?? []
      if (!run?.hasEarlier || !first) return false
      let page = await this.#page(uri, { before: first.id, limit: String(PAGE) })
      // The border may have left the log meanwhile, and then the page is the newest one.
      const isElsewhere = (page.lines.at(-1)?.at ?? 0) > first.at
      if (isElsewhere) page = await this.#page(uri, { before: written(first.at), limit: String(PAGE) })
      this.#change((state) =>
        shownIn(state, uri)?.lines[0]?.id === first.id ? withEarlierPage(state, uri, page) : state,
      )
      return true
    })
  }

  /** Reads the page behind the last line of what is read. @returns false when there is none */
  later(uri: Uri): Promise<boolean> {
    return this.#once(`later ${uri}`, async () => {
      const run = this.#run(uri)
      const last = run?.lines.at(-1)
      if (!run?.hasLater || !last) return false
      let page = await this.#page(uri, { after: last.id, limit: String(PAGE) })
      const isElsewhere = (page.lines[0]?.at ?? last.at) < last.at
      if (isElsewhere) page = await this.#page(uri, { after: written(last.at), limit: String(PAGE) })
      this.#change((state) =>
        shownIn(state, uri)?.lines.at(-1)?.id === last.id ? withLaterPage(state, uri, page) : state,
      )
      return true
    })
  }

  /** Reads the next page of a list of conversations that is too long to be read whole. @returns false when there was nothing more */
  moreThreads(): Promise<boolean> {
    return this.#once('threads', async () => {
      const before = this.#connection.state.value.threadsBefore
      const address = this.#connection.link('conversationLogs')
      if (before === undefined || !address) return false
      return readMoreThreads(this.#connection.http, address, before, (change) => this.#change(change))
    })
  }

  /** Keeps only the newest lines of a conversation that was left. */
  leave(uri: Uri): void {
    this.#change((state) => withFarDropped(state, uri))
  }

  #change(change: (state: State) => State): void {
    this.#connection.change(change)
  }

  #run(uri: Uri): Run | undefined {
    return shownIn(this.#connection.state.value, uri)
  }

  /** The same page is not asked for twice at a time. */
  #once(name: string, read: () => Promise<boolean>): Promise<boolean> {
    const running = this.#running.get(name) ?? read().finally(() => this.#running.delete(name))
    this.#running.set(name, running)
    return running
  }

  /** The first unread message, where it lies before the newest page; its time as the server says it. */
  #unreadBefore(uri: Uri, newest: Run): number | undefined {
    const [first] = newest.lines
    if (!newest.hasEarlier || !first) return undefined
    const times = this.#threadsWith(uri).flatMap(({ oldestUnread }) => oldestUnread ?? [])
    const oldest = Math.min(...times)
    return oldest < first.at ? oldest : undefined
  }

  #pageAround(uri: Uri, at: Border): Promise<Run> {
    return this.#page(uri, { at: written(at), limit: String(PAGE) })
  }

  async #page(uri: Uri, query: Readonly<Record<string, string>>): Promise<Run> {
    const address =
      personIn(this.#connection.state.value, uri).timeline ?? `${this.#connection.person(uri)}/timeline`
    return pageOf(await this.#get(withQuery(address, query)), uri)
  }

  /** Waits where the server is busy, as it says. */
  async #get(address: string): Promise<Resource> {
    for (let left = TRIES; ; left--) {
      try {
        return await this.#connection.http.get(address)
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 429 || left === 0) throw error
        await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 1) * 1000))
      }
    }
  }

  async #readTranscripts(uri: Uri): Promise<void> {
    const threads = this.#threadsWith(uri)
    const pages = await Promise.all(
      threads.map((thread) =>
        this.#get(withQuery(thread.transcripts ?? `${thread.href}/transcripts`, { limit: '200' })),
      ),
    )
    this.#change((state) => withTranscripts(state, uri, pages))
  }

  #threadsWith(uri: Uri): readonly Thread[] {
    return [...this.#connection.state.value.threads.values()].filter((thread) => thread.person === uri)
  }

  async #readPerson(uri: Uri): Promise<void> {
    const person = personIn(this.#connection.state.value, uri)
    if (person.timeline && person.href) return
    const contact = await this.#get(person.href ?? this.#connection.person(uri))
    this.#change((state) => withContact(state, { uri, ...contact }).state)
  }
}

function shownIn(state: State, uri: Uri): Run | undefined {
  const timeline = state.timelines.get(uri)
  return timeline?.loaded ? shownRun(timeline) : undefined
}

function holds(run: Run, at: Border): boolean {
  if (typeof at === 'string') return run.lines.some((line) => line.id === at)
  return (run.lines[0]?.at ?? at) < at
}

function written(at: Border): string {
  return typeof at === 'number' ? new Date(at).toISOString() : at
}
