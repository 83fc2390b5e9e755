/** What the moments of a kill are drawn from: a whole cycle, and the two sides of a commit (INTERFACES 6). */
export const CYCLE = ['send', 'push', 'confirm', 'read', 'signIn', 'backup'] as const
/** `written`: octets reached the write-ahead log. `answered`: the first answer after a commit arrived. Both within 1 ms. */
export const COMMIT = ['written', 'answered'] as const
export type Moment = (typeof CYCLE)[number] | (typeof COMMIT)[number]

export interface Person {
  readonly user: string
  readonly sip: string
  readonly password: string
}

/** From the runner to the process with the people. */
export type Order =
  | {
      readonly kind: 'people'
      readonly senders: readonly Person[]
      readonly recipients: readonly Person[]
      readonly seed: number
      /** Unanswered sends of one sender. */
      readonly window: number
    }
  | { readonly kind: 'up'; readonly base: string; readonly pid: number; readonly data: string }
  /** After so many answers since the server came up, at the moment, `delayMs` later, with so many sends unanswered at least. */
  | {
      readonly kind: 'kill'
      readonly moment: Moment
      readonly delayMs: number
      readonly answers: number
      readonly unanswered: number
    }
  | { readonly kind: 'finish' }

/** From the people to the runner. */
export type News =
  | { readonly kind: 'sending' }
  | { readonly kind: 'killed'; readonly unanswered: number; readonly acknowledged: number }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'failed'; readonly error: string }

export interface Report {
  readonly acknowledged: number
  readonly present: number
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
  /** Messages that recipients saw as they came, over the event channel, and how many of them came after a later one. */
  readonly seenLive: number
  readonly seenOutOfOrder: number
}

/** The text of a message: who wrote it, and its number among all of that person. */
export function textOf(user: string, number: number): string {
  return `${user} ${number}`
}

export function readText(text: string): { readonly user: string; readonly number: number } {
  const [user = '', number = 'NaN'] = text.split(' ')
  return { user, number: Number(number) }
}

/** How many numbers come after a higher one. */
export function countOutOfOrder(numbers: readonly number[]): number {
  return numbers.filter((n, index) => index > 0 && n < (numbers[index - 1] ?? 0)).length
}

/** A generator with a seed, so that a run can be repeated (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
