import { endpointId } from '../device.ts'
import type { Session } from '../session.ts'
import { type Http, Refused } from '../ucwa/http.ts'
import { type Resource, self } from '../ucwa/wire.ts'

const USER_AGENT = `NightpostWeb/${import.meta.env.NIGHTPOST_VERSION}`
/** Where discovery leads as well (ucwa.md section 2): this page is served by the same server. */
const APPLICATIONS = '/ucwa/oauth/v1/applications'

/** Makes the application of this browser, or finds it again (ucwa.md section 4). */
export async function createApplication(http: Http, session: Session, instance: string): Promise<Resource> {
  const answer = await http.post(APPLICATIONS, {
    UserAgent: USER_AGENT,
    EndpointId: endpointId(session.sip),
    Culture: document.documentElement.lang === 'ja' ? 'ja-JP' : 'en-US',
    Type: 'Browser',
    InstanceId: instance,
  })
  return answer.body ?? {}
}

/**
 * With `conversationHistory: Enabled` the server takes invitations by itself and feeds every row (ucwa.md 6.8, 8.2, 15). Another window
 * on the same application may have changed the resource meanwhile: then it is read again.
 */
export async function haveInboxView(http: Http, communication: Resource): Promise<void> {
  const address = self(communication)
  if (!address) return
  try {
    await putCommunication(http, address, communication)
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412) throw error
    await putCommunication(http, address, await http.get(address))
  }
}

async function putCommunication(http: Http, address: string, given: Resource): Promise<void> {
  const { _links, _embedded, etag, rel, ...properties } = given
  await http.send(address, {
    method: 'PUT',
    json: { ...properties, conversationHistory: 'Enabled' },
    headers: typeof etag === 'string' ? { 'If-Match': `"${etag}"` } : {},
  })
}
