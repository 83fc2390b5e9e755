import { STATUS_CODES } from 'node:http'
import { type BatchAnswer, type BatchRequest, formatBatch, parseBatch } from '../../codec/ucwa/batch.ts'
import { APPLICATIONS } from '../../codec/ucwa/links.ts'
import { type Call, type Incoming, problem, type Reply, tooMany } from './call.ts'
import { MAX_OUTSTANDING } from './dispatch.ts'
import { bodyText } from './input.ts'

/**
 * Several requests in one (ucwa.md section 11): the answers come in the order of the requests, each part is authorised by
 * the outer request, and neither a batch nor events nor a photo goes inside.
 */
export async function postBatch(call: Call): Promise<Reply> {
  const { house, request } = call
  const type = request.header('content-type') ?? ''
  if (!/^\s*multipart\/batching\b/i.test(type)) return problem('UnsupportedMediaType')
  const body = bodyText(request)
  const parts = body === undefined ? undefined : parseBatch(body, type)
  if (!parts) return problem('BadRequest', 'DeserializationFailure')
  if (parts.length + house.outstanding.count(call.account.id) > MAX_OUTSTANDING) return tooMany(1000)
  const done = house.outstanding.add(call.account.id, parts.length)
  const answers = await Promise.all(parts.map((part) => answerPart(call, part))).finally(done)
  const boundary = house.ports.random.guid()
  return {
    status: 200,
    content: { type: `multipart/batching; boundary="${boundary}"`, text: formatBatch(answers, boundary) },
  }
}

async function answerPart(call: Call, part: BatchRequest | undefined): Promise<BatchAnswer> {
  const reply = part ? await runPart(call, part) : problem('BadRequest', 'DeserializationFailure')
  const text = reply.json === undefined ? (reply.content?.text ?? '') : JSON.stringify(reply.json)
  return {
    status: reply.status,
    statusText: STATUS_CODES[reply.status] ?? 'Unknown',
    headers: { ...reply.headers, 'Content-Type': reply.content?.type ?? 'application/json' },
    body: text,
  }
}

function runPart({ house, request, account }: Call, part: BatchRequest): Promise<Reply> | Reply {
  const [path = '', query = ''] = splitTarget(part.target)
  if (!path.toLowerCase().startsWith(APPLICATIONS.toLowerCase())) return problem('NotFound')
  const inner: Incoming = {
    method: part.method,
    path,
    query: new URLSearchParams(query),
    header: (name) => part.headers.get(name),
    body: new TextEncoder().encode(part.body),
    origin: request.origin,
    id: request.id,
    credential: request.credential,
  }
  return house.dispatch(inner, { account, session: undefined }, true)
}

function splitTarget(target: string): [string, string] {
  const at = target.indexOf('?')
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}
