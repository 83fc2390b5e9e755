import type { Call, Reply } from './call.ts'
import { NO_CONTENT, problem } from './call.ts'
import type { EventChannel } from './event-channel.ts'
import { parameter } from './input.ts'

/** `ack` of a request: exactly a number that was given. Without one, the first. */
function ackOf(call: Call): number | undefined {
  const given = parameter(call.request, 'ack')
  if (given === undefined) return 1
  return /^\d{1,15}$/.test(given) ? Number(given) : undefined
}

const BAD_ACK = problem('BadRequest', 'ParameterValidationFailure', { parameters: { ack: 'Invalid' } })

const GO_ELSEWHERE = problem('ServiceUnavailable', undefined, {
  headers: { 'Retry-After': '2', Connection: 'close' },
})

/** Asking for events makes an endpoint reachable again that was away (ucwa.md section 4). */
async function wait(
  call: Call,
  how: (channel: EventChannel, ack: number) => Promise<Reply> | Reply,
): Promise<Reply> {
  const ack = ackOf(call)
  if (ack === undefined) return BAD_ACK
  const instanceId = parameter(call.request, 'instanceId')
  if (instanceId !== undefined && instanceId.length > 100) return BAD_ACK
  const { applications } = call.house
  if (applications.closing) return GO_ELSEWHERE
  await applications.reach(call.app)
  return how(call.app.channel(instanceId), ack)
}

/** `GET events`: the long poll (ucwa.md 7.1). */
export function getEvents(call: Call): Promise<Reply> {
  return wait(call, (channel, at) => channel.poll(call, at))
}

/** `GET eventStream`: the same as server-sent events (section 15). */
export function getEventStream(call: Call): Promise<Reply> {
  return wait(call, (channel, at) => channel.stream(call, at))
}

/** Confirms what the stream has brought. Whoever was taken for silent and still reads the stream is back with it. */
export async function postEventStream(call: Call): Promise<Reply> {
  const ack = ackOf(call)
  if (ack === undefined) return BAD_ACK
  if (call.app.streaming) await call.house.applications.reach(call.app)
  for (const channel of call.app.channels.values()) channel.acknowledge(ack)
  return NO_CONTENT
}
