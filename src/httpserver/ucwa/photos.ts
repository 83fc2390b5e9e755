import type { FastifyRequest } from 'fastify'
import { APPLICATIONS } from '../../codec/ucwa/links.ts'
import { type Principal, readCookie } from '../authenticate.ts'
import { isTls } from '../sockets.ts'
import type { Application } from './application.ts'
import { type Incoming, problem, type Reply } from './call.ts'
import type { House } from './house.ts'

/** The exception that SECURITY 41 names: no `__Host-`, because its path is that of the photos of one application (ucwa.md 3.3). */
const PHOTO_COOKIE = 'cwt_ucwa'
/** As a bearer token; reading the application renews it. */
const LIFE_MS = 8 * 3600_000

/**
 * `Set-Cookie` for photos in `<img>`, which cannot carry a header field. Its value is a token of its own, one for each
 * application, good for GET of photos and nothing else.
 * @throws when the store is unreachable
 */
export async function photoCookie(
  house: House,
  app: Application,
  request: Incoming,
): Promise<Record<string, string>> {
  // A part of a batch is no answer that a browser takes a cookie from.
  if (!request.socket) return {}
  const { tokens } = house.ports
  const known = app.photoToken
  if (known === undefined || !tokens.check('photo', known, { peek: true })) {
    const issued = await tokens.issue({
      account: app.account,
      kind: 'photo',
      lifeMs: LIFE_MS,
      idleMs: LIFE_MS,
    })
    app.photoToken = issued.token
  }
  const secure = isTls(request.socket.request) ? '; secure' : ''
  return { 'Set-Cookie': `${PHOTO_COOKIE}=${app.photoToken}; path=${app.links.photos}${secure}; HttpOnly` }
}

/** Who reads a photo by the cookie; undefined for every other request. */
export function photoReader(house: House, request: FastifyRequest): Principal | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const path = request.url.split('?', 1)[0] ?? ''
  const [id, photos] = path.slice(APPLICATIONS.length + 1).split('/')
  if (photos?.toLowerCase() !== 'photos' || id === undefined || id === '') return undefined
  const given = readCookie(request, PHOTO_COOKIE)
  const record = given === undefined ? undefined : house.ports.tokens.check('photo', given)
  const account = record && house.ports.facts.account(record.account)
  return record && account ? { account, by: 'bearer', token: undefined, record } : undefined
}

/** The token of an application that ends is good no longer. */
export function forgetPhotoToken(house: House, app: Application): void {
  const { photoToken } = app
  if (photoToken === undefined) return
  app.photoToken = undefined
  house.ports.tokens
    .revoke('photo', photoToken)
    .catch((error: unknown) => house.log.error({ err: error }, 'photo token not revoked'))
}

/** There are no photos yet: 404, which clients know (ucwa.md 6.3); so no resource links to one. */
export function getPhoto(): Reply {
  return problem('NotFound')
}
