import type { Call, Reply } from './call.ts'
import { NO_CONTENT, problem } from './call.ts'
import { parameter } from './input.ts'

/** `ack` of a request: exactly a number that was given. Without one, the first. */
function ackOf(call: Call): number | undefined {
  const given = parameter(call.request, 'ack')
  if (given === undefined) return 1
  return /^\d{1,15}$/.test(given) ? Number(given) : undefined
}

const BAD_ACK = problem('BadRequest', 'ParameterValidationFailure', { parameters: { ack: 'Invalid' } })

/** Asking for events makes an endpoint reachable again that was away (ucwa.md section 4). */
async function present(call: Call): Promise<void> {
  await call.house.applications.reach(call.app)
}

/** `GET events`: the long poll (ucwa.md 7.1). */
export async function getEvents(call: Call): Promise<Reply> {
  const ack = ackOf(call)
  if (ack === undefined) return BAD_ACK
  await present(call)
  return call.app.channel(parameter(call.request, 'instanceId')).poll(call, ack)
}

/** `GET eventStream`: the same as server-sent events (section 15). */
export async function getEventStream(call: Call): Promise<Reply> {
  const ack = ackOf(call)
  if (ack === undefined) return BAD_ACK
  await present(call)
  return call.app.channel(parameter(call.request, 'instanceId')).stream(call, ack)
}

/** Confirms what the stream has brought. */
export function postEventStream(call: Call): Reply {
  const ack = ackOf(call)
  if (ack === undefined) return BAD_ACK
  for (const channel of call.app.channels.values()) channel.acknowledge(ack)
  return NO_CONTENT
}
