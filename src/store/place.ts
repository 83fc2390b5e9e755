/**
 * The place of a row in the order of its conversation: microseconds that only grow, in the order of commit, also when the wall clock
 * goes back (SECURITY 64). A row keeps how far it lies from its own time.
 */
export function placeOf(row: { readonly at: number; readonly drift: number }): number {
  return row.at * PLACES + row.drift
}

/** Places in one millisecond. */
export const PLACES = 1000

/** `placeOf` in SQL, of the row `m`. */
export const PLACE = `m.at * ${PLACES} + m.drift`

/** Highest account number that a pair can hold; two of them fit a double. */
const MAX_ACCOUNT = 2 ** 26

/** Two people as one number, whoever asks. Account numbers are small: 67 million are never reached. */
export function pairNumber(a: number, b: number): number {
  return a < b ? a * MAX_ACCOUNT + b : b * MAX_ACCOUNT + a
}

/** 1 where rows to `owner` go up, to the higher number of the two. A note to oneself goes up. */
export function upOf(owner: number, peer: number): number {
  return owner >= peer ? 1 : 0
}

/** Where the line of a row lies, but for its place. */
export function lineOf(recipient: number, sender: number): { readonly pair: number; readonly up: number } {
  return { pair: pairNumber(recipient, sender), up: upOf(recipient, sender) }
}
