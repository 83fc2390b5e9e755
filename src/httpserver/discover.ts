import type { FastifyReply, FastifyRequest } from 'fastify'
import { resource } from '../codec/ucwa/hal.ts'
import { APPLICATIONS, DISCOVERY, DISCOVERY_USER, TOKEN_SERVICE, XFRAME } from '../codec/ucwa/links.ts'
import { publicUrl, type ServerNames } from './origin.ts'

/**
 * Where everything is (ucwa.md section 2): absolute addresses of one host, with a query on `self` and `user`, because one
 * client fails without. Needs no credentials.
 */
export function discovery(names: ServerNames) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const base = publicUrl(request, names)
    const query = `?originalDomain=${encodeURIComponent(names.domains[0] ?? 'localhost')}`
    return sendResource(
      reply,
      resource(
        'root',
        `${base}${DISCOVERY}${query}`,
        {},
        { user: { href: `${base}${DISCOVERY_USER}${query}` }, xframe: { href: `${base}${XFRAME}` } },
      ),
    )
  }
}

/** `GET user` with a token: where applications are made. */
export function discoveredUser(names: ServerNames) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const base = publicUrl(request, names)
    return sendResource(
      reply,
      resource(
        'user',
        `${base}${DISCOVERY_USER}`,
        {},
        {
          applications: { href: `${base}${APPLICATIONS}`, revision: '2' },
          xframe: { href: `${base}${XFRAME}` },
        },
      ),
    )
  }
}

function sendResource(reply: FastifyReply, body: object) {
  return reply
    .header('content-type', 'application/json')
    .header('x-ms-ucwaversion', '2')
    .send(JSON.stringify(body))
}

/**
 * The 401 of ucwa.md 3.1: the token service first, quoted and followed by a comma, then the bearer challenge; clients
 * search for the first address in all header fields. The body is a page, as the original's: none of UCWA's error codes means 401.
 */
export function challenge(request: FastifyRequest, reply: FastifyReply, names: ServerNames) {
  const base = publicUrl(request, names)
  return reply
    .code(401)
    .header('www-authenticate', [
      `MsRtcOAuth href="${base}${TOKEN_SERVICE}",grant_type="password"`,
      `Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000", authorization_uri="${base}/oauth2/authorize"`,
    ])
    .header('content-type', 'text/html; charset=utf-8')
    .send('<!doctype html><html lang="en"><title>401</title><p>Sign-in needed.</p></html>')
}
