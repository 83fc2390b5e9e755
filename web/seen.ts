import { parseMessageId } from '../src/domain/message.ts'
import type { Line, Run, Thread } from './model.ts'

/** Place of a message in the log of whom it went to; those of one person are compared, and an incoming one is always mine. */
function seqOf(id: string | undefined): number {
  return (id === undefined ? undefined : parseMessageId(id)?.seq) ?? 0
}

function isOf(thread: Thread, line: Line): boolean {
  return line.thread === thread.id && !line.own
}

/** Lines of a thread that are unread, as far as they are here: the incoming ones after the last that was read on any device. */
export function unreadLines(lines: readonly Line[], thread: Thread): readonly Line[] {
  if (thread.unread === 0) return []
  const read = seqOf(thread.readUpTo)
  return lines.filter((line) => isOf(thread, line) && seqOf(line.id) > read)
}

/** The first unread line of a conversation over all its threads, where reading starts. */
export function firstUnread(lines: readonly Line[], threads: readonly Thread[]): Line | undefined {
  const unread = new Set(threads.flatMap((thread) => unreadLines(lines, thread).map((line) => line.id)))
  return lines.find((line) => unread.has(line.id))
}

/**
 * How far a thread was read by what was seen (ux.md 1.2): up to the last of an unbroken run from the first unread line on. A line that
 * was scrolled past unseen stops it, since "read up to" would cover that one too.
 * @returns undefined when nothing new was seen, or when older unread lines are not on this device
 */
export function readUpTo(
  { lines, hasEarlier }: Run,
  thread: Thread,
  wasSeen: (id: string) => boolean,
): string | undefined {
  const unread = unreadLines(lines, thread)
  const read = seqOf(thread.readUpTo)
  const fromTheFirst =
    !hasEarlier ||
    unread.length >= thread.unread ||
    lines.some((line) => isOf(thread, line) && seqOf(line.id) <= read)
  if (!fromTheFirst) return undefined
  let last: string | undefined
  for (const line of unread) {
    if (!wasSeen(line.id)) break
    last = line.id
  }
  return last
}

/**
 * Where each thread begins to be unread again, from one line of the conversation on: the person sees one conversation, so what stands
 * below the line counts whichever thread it is in.
 */
export function unreadFrom(
  lines: readonly Line[],
  line: Line,
  threads: readonly Thread[],
): readonly { readonly thread: Thread; readonly from: string }[] {
  const below = lines.slice(lines.findIndex((l) => l.id === line.id)).filter((l) => !l.own)
  return threads.flatMap((thread) => {
    const first = below.find((l) => l.thread === thread.id)
    return first ? [{ thread, from: first.id }] : []
  })
}
