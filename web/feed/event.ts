import { embedded, isResource, type Resource, text } from '../ucwa/wire.ts'

/** One event of a package (ucwa.md 7.1), with the address of its sender's block. */
export interface FeedEvent {
  readonly rel: string
  readonly href: string
  readonly in: string | undefined
  readonly type: 'added' | 'updated' | 'deleted' | 'started' | 'completed'
  readonly failed: boolean
  readonly reason: Resource | undefined
  readonly resource: Resource | undefined
}

const TYPES: ReadonlySet<string> = new Set(['added', 'updated', 'deleted', 'started', 'completed'])

/** All events of a package in order; what cannot be read is left out. */
export function eventsOf(pack: Resource): readonly FeedEvent[] {
  const events: FeedEvent[] = []
  for (const sender of list(pack.sender)) {
    for (const event of list(sender.events)) {
      const link = isResource(event.link) ? event.link : undefined
      const rel = text(link, 'rel')
      const type = text(event, 'type')
      if (!rel || !type || !TYPES.has(type)) continue
      events.push({
        rel,
        href: text(link, 'href') ?? '',
        in: isResource(event.in) ? text(event.in, 'href') : undefined,
        type: type as FeedEvent['type'],
        failed: text(event, 'status') === 'Failure',
        reason: isResource(event.reason) ? event.reason : undefined,
        resource: embedded(event, rel),
      })
    }
  }
  return events
}

function list(value: unknown): readonly Resource[] {
  return Array.isArray(value) ? value.filter(isResource) : []
}

/** True where a sender waits for the confirmation of this package (ucwa.md section 15: within 50 ms). */
export function isUrgent(events: readonly FeedEvent[]): boolean {
  return events.some(
    (e) => e.rel === 'conversationLogTranscript' || (e.rel === 'message' && e.type === 'completed'),
  )
}
