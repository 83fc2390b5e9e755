import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Uri } from '../model.ts'
import { type App, useApp } from './app-state.ts'
import { type Group, inLanes, nextGroups } from './away-groups.ts'
import { useConnected } from './use-connected.ts'

export interface Groups {
  /** undefined until the list of conversations is known. */
  readonly all: readonly Group[] | undefined
  readonly failed: ReadonlySet<Uri>
  readonly again: (person: Uri) => void
}

/**
 * Who wrote while I was away, and the first messages of those that are shown.
 * @param shown how many people are on the page: only their texts are read
 */
export function useGroups(shown: number): Groups {
  const app = useApp()
  const groups = useSignal<readonly Group[] | undefined>(undefined)
  const failed = useSignal<ReadonlySet<Uri>>(new Set())
  const asked = useRef(new Set<Uri>())
  const state = app.connection.state.value
  const read = async (people: readonly Uri[]): Promise<void> => {
    for (const person of people) asked.current.add(person)
    await inLanes(people, (person) =>
      app.timelines.open(person).catch(() => {
        failed.value = new Set(failed.value).add(person)
      }),
    )
  }
  useEffect(() => {
    if (state.threadsLoaded) groups.value = nextGroups(groups.peek() ?? [], state)
  }, [state.threadsLoaded, state.threads, state.timelines])
  const all = groups.value
  useConnected(() => {
    if (!all) return
    const missing = all
      .slice(0, shown)
      .filter((group) => !group.lines && !asked.current.has(group.person))
      .map((group) => group.person)
    if (missing.length > 0) void read(missing)
  }, [all, shown])
  const again = (people: readonly Uri[]): void => {
    failed.value = new Set([...failed.value].filter((person) => !people.includes(person)))
    void read(people)
  }
  useConnected(() => again([...failed.value]), [])
  return { all, failed: failed.value, again: (person) => again([person]) }
}

/** Marks all that a person has written as read, whether it is on the page or not: the reader said so. */
export async function markRead(app: App, person: Uri): Promise<void> {
  if (!app.connection.state.value.timelines.get(person)?.loaded) await app.timelines.open(person)
  const { threads, timelines } = app.connection.state.value
  const lines = timelines.get(person)?.lines ?? []
  for (const thread of threads.values()) {
    const last = lines.findLast((line) => line.thread === thread.id && !line.own)
    if (thread.person === person && thread.unread > 0 && last) await app.desk.markAsRead(thread, last.id)
  }
}
