/** Closes a `switch` over a union: the compiler asks for every case, and a value from outside the types is named. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
