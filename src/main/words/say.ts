import { COMPLAINTS, type Complaint } from './complaints.ts'
import { fill, systemLanguage, type Values } from './language.ts'

/** What the command line says, in the language of the system. */
export function say(what: Complaint, values: Values = {}): string {
  return fill(COMPLAINTS[what], values, systemLanguage())
}

/** Something that failed, with a line for the person (exit 1). `code` is the word to search for. */
export class Failure extends Error {
  readonly code: string | undefined

  constructor(message: string, code?: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Wrong use or configuration: one line for a person, exit code 2 (INTERFACES 1). */
export class UsageError extends Failure {}

/** A failure in the words of the catalogue. */
export function failed(what: Complaint, values: Values = {}, cause?: unknown): Failure {
  return new Failure(say(what, values), what, { cause })
}

/** Wrong use in the words of the catalogue. */
export function wrongUse(what: Complaint, values: Values = {}): UsageError {
  return new UsageError(say(what, values), what)
}
