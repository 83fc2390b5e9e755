import type { FastifyInstance } from 'fastify'
import { endTokens } from '../actions/end-tokens.ts'
import type { SignedInDevice, TokenRecord } from '../actions/ports/credentials.ts'
import type { SessionNeeds } from './session.ts'
import { type Owner, sessionOwner } from './session-owner.ts'

/**
 * Where a person is signed in, and how to end it there (ux.md 1.2, Sessions): browsers with their cookie, other clients with their bearer
 * token. What is ended works nowhere within a second, and an open event stream ends with it (SECURITY 38).
 */
export function serveDevices(app: FastifyInstance, needs: SessionNeeds): void {
  app.get('/session/devices', async (request, reply) => {
    const owner = sessionOwner(request, reply, needs.authenticator)
    if (!owner) return reply
    const devices = needs.ports.tokens.devices(owner.account.id)
    return { devices: devices.filter(isDevice).map((device) => describe(device, owner)) }
  })

  app.delete('/session/devices', async (request, reply) => {
    const owner = sessionOwner(request, reply, needs.authenticator)
    if (!owner) return reply
    await end(owner, request.ip, (record) => record.id !== owner.record.id)
    return reply.code(204).send()
  })

  app.delete<{ Params: { id: string } }>('/session/devices/:id', async (request, reply) => {
    const owner = sessionOwner(request, reply, needs.authenticator)
    if (!owner) return reply
    const ended = await end(owner, request.ip, (record) => record.id === request.params.id)
    return ended > 0 ? reply.code(204).send() : reply.code(404).send({ code: 'NotFound' })
  })

  /** @returns how many */
  async function end(
    owner: Owner,
    address: string,
    meant: (record: TokenRecord) => boolean,
  ): Promise<number> {
    const { account } = owner
    const ended = await endTokens(needs.ports, account, 'tokens', meant)
    for (const record of ended) needs.ends.ended({ account, record })
    if (ended.length > 0) {
      needs.securityLog.write({
        event: 'tokensRevoked',
        name: account.upn,
        address,
        door: 'web',
        reason: 'owner',
        count: ended.length,
        devices: ended.map(({ id }) => id),
      })
    }
    return ended.length
  }
}

/** A token that is good for photos only is part of a device, not one. */
function isDevice({ record }: SignedInDevice): boolean {
  return record.kind !== 'photo'
}

function describe({ record, used }: SignedInDevice, owner: Owner) {
  return {
    id: record.id,
    kind: record.kind === 'cookie' ? 'browser' : 'application',
    current: record.id === owner.record.id,
    signedIn: new Date(record.issued).toISOString(),
    lastUsed: new Date(used).toISOString(),
    expires: new Date(record.expires).toISOString(),
    keep: record.keep,
    address: record.from.address || null,
    userAgent: record.from.userAgent || null,
  }
}
