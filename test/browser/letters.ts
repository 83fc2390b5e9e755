import type { SipUri } from '../../src/domain/sip-uri.ts'
import { instant } from '../../src/domain/time.ts'
import { openStore } from '../../src/store/open.ts'
import { plainMessage } from '../plain-message.ts'

/** One message as it was written some time ago. */
export interface Letter {
  /** SIP addresses. */
  readonly from: string
  readonly to: string
  readonly text: string
  /** When, in ms since 1970. */
  readonly at: number
  /** It waited: the recipient was not there. Otherwise it was delivered at once. */
  readonly waits?: boolean
}

/** Rows that go to the disk together. */
const BATCH = 500
const KEPT_MS = 365 * 24 * 3_600_000

/**
 * Puts messages of the past into a data folder whose server is stopped, through the store itself: no server has a clock that could be
 * months back.
 * @param readBy SIP addresses of people who have read what came to them, but for what waits
 */
export async function putLetters(
  dir: string,
  domain: string,
  letters: readonly Letter[],
  readBy: readonly string[] = [],
): Promise<void> {
  const store = await openStore({ dir, domains: [domain] })
  const account = (sip: string) => {
    const found = store.facts.bySip(sip as SipUri)
    if (!found) throw new Error(`nobody is ${sip}`)
    return found.id
  }
  // The first one makes the thread; the others then take their places in the order of the calls.
  for (let start = 0, size = 1; start < letters.length; start += size, size = BATCH) {
    const kept = await Promise.all(
      letters.slice(start, start + size).map(({ from, to, text, at, waits }) =>
        store.log.append({
          message: plainMessage(account(from), to as SipUri, text, { trusted: true }),
          recipient: account(to),
          delivery: {
            kind: 'keep',
            alert: true,
            because: waits ? 'offline' : 'live',
            until: instant(Date.now() + KEPT_MS),
          },
          at: instant(at),
          senderKeeps: true,
          recipientKeeps: true,
          batchSeconds: 300,
        }),
      ),
    )
    for (const sip of readBy) {
      const owner = account(sip)
      const threads = new Map(
        kept
          .filter(({ row }) => row.recipient === owner && row.reason === 'live')
          .map(({ row }) => [row.thread, row] as const),
      )
      for (const [thread, row] of threads) await store.threads.markRead(owner, thread, row.seq, row.at, true)
    }
  }
  await store.close()
}

/** A year of talk: `count` messages in turn, the last one at `until`, about `perDay` a day. Text n of them begins with `#n `. */
export function talk(a: string, b: string, count: number, until: number, perDay: number): readonly Letter[] {
  const gap = (24 * 3_600_000) / perDay
  return Array.from({ length: count }, (_, n) => ({
    from: n % 3 === 0 ? b : a,
    to: n % 3 === 0 ? a : b,
    text: `#${n + 1} ${WORDS.slice(0, 1 + ((n * 7) % WORDS.length)).join(' ')}`,
    at: Math.round(until - (count - 1 - n) * gap),
  }))
}

const WORDS =
  'the lamp is left on so that whoever comes home late finds the letter which waited up and reads it in peace before the night is over and answers tomorrow'.split(
    ' ',
  )
