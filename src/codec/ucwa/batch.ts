import { boundaryOf, parseFields, parseMultipart, splitHead } from './multipart.ts'

/** One request inside a batch (ucwa.md section 11). */
export interface BatchRequest {
  readonly method: string
  /** Path with query, as an absolute address of our host would have it. */
  readonly target: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/**
 * Reads `multipart/batching`. COMPAT(helper library): a body comes in a header `Data: {…}` instead of behind the blank
 * line.
 * @returns undefined when the body is not multipart; a part that is no request is `undefined` in its place
 */
export function parseBatch(
  body: string,
  contentType: string,
): readonly (BatchRequest | undefined)[] | undefined {
  const boundary = boundaryOf(contentType)
  const parts = boundary === undefined ? undefined : parseMultipart(body, boundary)
  return parts?.map((part) => parseRequest(part.body))
}

function parseRequest(text: string): BatchRequest | undefined {
  const { head, rest } = splitHead(text.trimStart())
  const lineEnd = head.indexOf('\n')
  const line = (lineEnd < 0 ? head : head.slice(0, lineEnd)).trim()
  const match = /^([A-Z]{1,16}) (\S{1,8192}) HTTP\/1\.[01]$/.exec(line)
  if (!match) return undefined
  const headers = parseFields(lineEnd < 0 ? '' : head.slice(lineEnd + 1))
  const data = headers.get('data')
  return {
    method: match[1] ?? '',
    target: (match[2] ?? '').replace(/^https?:\/\/[^/]*/i, '') || '/',
    headers,
    body: data ?? rest.replace(/\r?\n$/, ''),
  }
}

/** One answer inside a batch; `body` is JSON or empty. */
export interface BatchAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Writes the answer so that the helper library's parser reads it (conformance B1): CRLF, the part header exactly
 * `Content-Type: application/http; msgtype=response`, Content-Type as the last header of a part, the body on one line.
 */
export function formatBatch(answers: readonly BatchAnswer[], boundary: string): string {
  const parts = answers.map((answer) => {
    const headers = Object.entries(answer.headers).filter(
      ([name]) => !/^content-(?:type|length)$/i.test(name),
    )
    const type = Object.entries(answer.headers).find(([name]) => /^content-type$/i.test(name))?.[1]
    return [
      `--${boundary}`,
      'Content-Type: application/http; msgtype=response',
      '',
      `HTTP/1.1 ${answer.status} ${answer.statusText}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(answer.body === '' ? [] : [`Content-Type: ${type ?? 'application/json'}`]),
      '',
      answer.body.replace(/[\r\n]+/g, ' '),
      '',
    ].join('\r\n')
  })
  return `${parts.join('')}--${boundary}--\r\n`
}
