import { type Incoming, problem, type Reply } from './call.ts'

/**
 * PUT wants the etag that the client was given: without one 428, with an old one 412 (conformance H7).
 * @returns undefined when the request may go on
 */
export function requireEtag(request: Incoming, etag: string): Reply | undefined {
  const given = request.header('if-match')
  if (given === undefined) return problem('PreconditionRequired')
  return given.trim() === '*' || tagsOf(given).includes(etag) ? undefined : problem('PreconditionFailed')
}

/** Whether the client has this version already: 304 (ucwa.md section 5). */
export function isUnchanged(request: Incoming, etag: string | undefined): boolean {
  const given = request.header('if-none-match')
  return etag !== undefined && given !== undefined && tagsOf(given).includes(etag)
}

/** COMPAT(helper library): tags come with and without quotes. */
function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"|"$/g, ''))
}
