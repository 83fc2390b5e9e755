import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, PASSWORD } from './ucwa-house.ts'

/** Sign-in control of offline-im section 5 at the door of UCWA. */

const OLD = 'UCCAPI/3.5.6907.0 OC/3.5.6907.0 (Microsoft Office Communicator)'

test('a client that a rule blocks gets no application, and is told where to find another', async () => {
  await using house = await openUcwaHouse()
  const ken = await house.person('ken')
  const options = { base: house.base, user: ken.upn, password: PASSWORD }
  const asking = async (userAgent: string) => {
    const client = new UcwaClient({ ...options, userAgent })
    await client.authenticate()
    const answer = await client.request('POST', '/ucwa/oauth/v1/applications', {
      json: { UserAgent: userAgent, EndpointId: userAgent.slice(0, 60), Culture: 'en-US' },
    })
    await client.close()
    return { status: answer.status, body: JSON.parse(answer.text || '{}') as Record<string, unknown> }
  }
  const refused = await asking(OLD)
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.subcode],
    [410, 'Gone', 'UserAgentNotAllowed'],
  )
  assert.equal((await asking('OC/16.0.7766.2047')).status, 201)
  await house.policy('CsClientVersionConfiguration', {
    DefaultAction: 'BlockWithUrl',
    DefaultURL: 'https://www.litwareinc.com/clients',
  })
  const unknown = await asking('Unknown/1.0')
  assert.deepEqual(
    [unknown.status, unknown.body.parameters],
    [410, { url: 'https://www.litwareinc.com/clients' }],
  )
  await house.policy('CsClientVersionConfiguration', { Enabled: false })
  assert.equal((await asking(OLD)).status, 201)
})
