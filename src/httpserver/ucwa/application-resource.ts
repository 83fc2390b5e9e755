import { admitClient } from '../../actions/admit-client.ts'
import { type Resource, resource, withEtag } from '../../codec/ucwa/hal.ts'
import { APPLICATIONS } from '../../codec/ucwa/links.ts'
import type { Account } from '../../domain/account.ts'
import type { Application } from './application.ts'
import { type Call, created, type Incoming, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import { communicationResource } from './communication.ts'
import type { House } from './house.ts'
import { parameter, readInput, text } from './input.ts'
import { meResource } from './me.ts'
import { peopleResource } from './people.ts'
import { photoCookie } from './photos.ts'
import { policiesResource } from './policies.ts'

/** The application with everything that clients expect inside (conformance P2). */
function applicationResource(house: House, app: Application, instanceId: string | undefined): Resource {
  const { links, identity } = app
  return withEtag(
    resource(
      'application',
      links.app,
      {
        culture: identity.culture,
        userAgent: identity.userAgent,
        type: identity.type,
        endpointId: identity.endpointId,
        instanceId,
        id: app.id,
      },
      {
        policies: { href: links.policies },
        batch: { href: links.batch },
        events: { href: links.events(1, instanceId) },
        eventStream: { href: links.eventStream(1, instanceId) },
      },
      {
        me: meResource(house, app),
        people: peopleResource(app),
        onlineMeetings: resource('onlineMeetings', links.onlineMeetings),
        communication: communicationResource(app),
      },
    ),
  )
}

const NAME = text(100).min(1)

/** `POST applications`: the only request that is about no application yet (ucwa.md section 4). */
export async function createApplication(
  house: House,
  account: Account,
  request: Incoming,
  session: string | undefined,
): Promise<Reply> {
  const input = readInput(request, {
    userAgent: NAME,
    endpointId: NAME,
    culture: NAME,
    type: text(100).optional(),
    instanceId: text(100).optional(),
  })
  if (!input.ok) return input.error
  const { instanceId, userAgent, endpointId, culture, type } = input.value
  const admitted = admitClient(house.ports, account.id, userAgent)
  if (admitted.kind === 'blocked') {
    const { url } = admitted
    return problem('Gone', 'UserAgentNotAllowed', url === undefined ? {} : { parameters: { url } })
  }
  const { app, isNew } = house.applications.create(
    account.id,
    { userAgent, endpointId, culture, type },
    session,
  )
  app.channel(instanceId)
  if (isNew) app.lastPolicies = JSON.stringify(policiesResource(house, app))
  const body = applicationResource(house, app, instanceId)
  const reply = isNew ? created(body) : ok(body)
  const cookie = await photoCookie(house, app, request)
  return { ...reply, headers: { ...reply.headers, ...cookie, Location: app.links.app } }
}

/** `GET applications`: what this user has. */
export function listApplications(house: House, account: Account): Reply {
  const mine = house.applications.of(account.id)
  return ok(
    resource(
      'applications',
      APPLICATIONS,
      {},
      {},
      { application: mine.map((app) => applicationResource(house, app, firstInstance(app))) },
    ),
  )
}

/** `GET` of the application: with the instance that asks, else the first. */
export async function getApplication({ house, app, request }: Call): Promise<Reply> {
  const reply = ok(applicationResource(house, app, parameter(request, 'instanceId') ?? firstInstance(app)))
  return { ...reply, headers: { ...reply.headers, ...(await photoCookie(house, app, request)) } }
}

/** Signs out; with `instanceId` only that event channel goes while others remain (ucwa.md section 4). */
export function deleteApplication({ house, app, request }: Call): Reply {
  const instanceId = parameter(request, 'instanceId')
  if (instanceId !== undefined && app.channels.has(instanceId) && app.channels.size > 1) {
    app.dropChannel(instanceId)
    return NO_CONTENT
  }
  house.applications.end(app)
  return NO_CONTENT
}

/** Meetings are not built; clients expect the resource (ucwa.md 17.7). */
export function getOnlineMeetings({ app }: Call): Reply {
  return ok(resource('onlineMeetings', app.links.onlineMeetings))
}

function firstInstance(app: Application): string | undefined {
  const [first] = app.channels.keys()
  return first === '' ? undefined : first
}
