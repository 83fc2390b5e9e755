import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { TokenRecord } from '../actions/ports/credentials.ts'
import type { Ports } from '../actions/ports/ports.ts'
import { hexOf } from '../base/bytes.ts'
import { equalSecrets, hmac } from '../base/hash.ts'
import type { Account } from '../domain/account.ts'
import { requestIsFrom } from '../ops/correlation.ts'
import { isOwnOrigin, type ServerNames } from './origin.ts'
import { isTls } from './sockets.ts'

/** Who a request is from. */
export interface Principal {
  readonly account: Account
  readonly by: 'bearer' | 'cookie' | 'basic'
  /** The token itself, for `tokens.revoke`; undefined with Basic. */
  readonly token: string | undefined
  readonly record: TokenRecord | undefined
}

/** What a bearer token or a session cookie comes to. `forbidden`: a state change with a cookie but without its proof (SECURITY 41). */
export type SessionOutcome =
  | { readonly kind: 'signedIn'; readonly principal: Principal }
  | { readonly kind: 'none' }
  | { readonly kind: 'over' }
  | { readonly kind: 'forbidden'; readonly because: 'csrf' | 'origin' }

/** What `Authorization: Basic` comes to. */
export type BasicOutcome =
  | { readonly kind: 'signedIn'; readonly principal: Principal }
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly retryAfterMs: number }
  | { readonly kind: 'busy' }

/** `actions/sign-in.ts` as the doors see it. */
export type SignIn = (attempt: {
  user: string
  password: string
  address: string
  door: 'web' | 'ucwa' | 'wsman' | 'ssh'
}) => Promise<
  | { readonly kind: 'signedIn'; readonly account: Account }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly retryAfterMs: number }
  | { readonly kind: 'busy' }
>

export interface Authenticator {
  /**
   * The person of `Authorization: Bearer …` (or `cwt=` in its place, as UCWA clients write it) or of the session cookie.
   * Counts as use of the token unless `peek`. A bearer token needs no CSRF proof; a cookie does for everything but GET, HEAD and OPTIONS.
   */
  session(request: FastifyRequest, options?: { peek?: boolean }): SessionOutcome
  /** The person of `Authorization: Basic`; a verified credential is remembered for ten minutes (DECISIONS 26). */
  basic(request: FastifyRequest): Promise<BasicOutcome>
}

/** The header that proves that our own page sent a request (INTERFACES 4). */
const CSRF_HEADER = 'x-nightpost-csrf'
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const REMEMBER_MS = 600_000
const MAX_REMEMBERED = 10_000

/** `__Host-nightpost`, and `nightpost` on loopback HTTP, where a browser would refuse the prefix (DECISIONS 9). */
export function cookieName(request: FastifyRequest): string {
  return isTls(request.raw) ? '__Host-nightpost' : 'nightpost'
}

/** The value of one cookie of the request. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

/** Whom the requests that are being answered are from, for the log. */
const senders = new WeakMap<FastifyRequest, string>()

/** The user principal name of whoever sent a request; undefined before and without sign-in. */
export function whoSent(request: FastifyRequest): string | undefined {
  return senders.get(request)
}

/** Remembers the sender of a request that was allowed. */
function remember<T extends SessionOutcome | BasicOutcome>(request: FastifyRequest, outcome: T): T {
  if (outcome.kind === 'signedIn') {
    senders.set(request, outcome.principal.account.upn)
    requestIsFrom(outcome.principal.account.upn)
  }
  return outcome
}

export function createAuthenticator(needs: {
  ports: Pick<Ports, 'tokens' | 'facts' | 'clock' | 'lockouts' | 'bus'>
  names: ServerNames
  signIn: SignIn
}): Authenticator {
  const { tokens, facts } = needs.ports
  const remembered = rememberCredentials(needs.ports)

  function signedIn(by: 'bearer' | 'cookie', token: string, record: TokenRecord): SessionOutcome {
    const account = facts.account(record.account)
    if (account === undefined) return { kind: 'over' }
    return { kind: 'signedIn', principal: { account, by, token, record } }
  }

  return {
    session(request, options = {}) {
      const bearer = /^(?:bearer (?:cwt=)?|cwt=)([\w.~+/=-]{1,1024})$/i.exec(
        request.headers.authorization ?? '',
      )?.[1]
      if (bearer !== undefined) {
        const record = tokens.check('bearer', bearer, options)
        return record ? remember(request, signedIn('bearer', bearer, record)) : { kind: 'over' }
      }
      const cookie = readCookie(request, cookieName(request))
      if (cookie === undefined) return { kind: 'none' }
      const record = tokens.check('cookie', cookie, options)
      if (!record) return { kind: 'over' }
      const refused = SAFE_METHODS.has(request.method)
        ? undefined
        : proofMissing(request, record, needs.names)
      if (refused) return { kind: 'forbidden', because: refused }
      return remember(request, signedIn('cookie', cookie, record))
    },

    async basic(request) {
      const credential = parseBasic(request.headers.authorization)
      if (credential === undefined) return { kind: 'none' }
      const known = remembered.find(credential, request.ip)
      if (known) return remember(request, known)
      const outcome = await needs.signIn({ ...credential, address: request.ip, door: 'wsman' })
      if (outcome.kind !== 'signedIn') return outcome
      remembered.add(credential, outcome.account)
      return remember(request, basicPrincipal(outcome.account))
    },
  }
}

function basicPrincipal(account: Account): BasicOutcome {
  return { kind: 'signedIn', principal: { account, by: 'basic', token: undefined, record: undefined } }
}

function proofMissing(
  request: FastifyRequest,
  record: TokenRecord,
  names: ServerNames,
): 'csrf' | 'origin' | undefined {
  if (isOwnOrigin(request, names) !== true) return 'origin'
  const proof = request.headers[CSRF_HEADER]
  return typeof proof === 'string' && record.csrf !== undefined && equalSecrets(proof, record.csrf)
    ? undefined
    : 'csrf'
}

/** RFC 7617 §2: base64 of `user:password`, the password may hold colons. UTF-8; COMPAT(WinRM): what is none is Latin-1. */
function parseBasic(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^basic ([A-Za-z0-9+/=]{1,2048})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const octets = Buffer.from(encoded, 'base64')
  const text = octets.toString(isUtf8(octets) ? 'utf8' : 'latin1')
  const at = text.indexOf(':')
  return at < 1 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) }
}

/** Verified credentials as a keyed hash (SECURITY 31); failures are never remembered. */
function rememberCredentials(ports: Pick<Ports, 'facts' | 'clock' | 'lockouts' | 'bus'>) {
  const key = randomBytes(32)
  const entries = new Map<string, { account: Account; roles: string; until: number }>()
  const keyed = (credential: { user: string; password: string }) =>
    hexOf(hmac('sha256', key, `${credential.user}\0${credential.password}`))
  const rolesOf = (account: Account) => ports.facts.roles(account.id).join()
  ports.bus.subscribe((what) => {
    if (what.topic !== 'revoked' && what.topic !== 'account') return
    for (const [name, entry] of entries) if (entry.account.id === what.account) entries.delete(name)
  })
  return {
    find(credential: { user: string; password: string }, address: string): BasicOutcome | undefined {
      // Looked up by the keyed hash, so that no comparison depends on how much of a password is right.
      const name = keyed(credential)
      const entry = entries.get(name)
      if (!entry) return undefined
      // The counters go by the account's own name, however the person typed it (SECURITY 37).
      const gate = ports.lockouts.gate(entry.account.upn.toLowerCase(), address)
      const account = ports.facts.account(entry.account.id)
      const changed = account !== entry.account || rolesOf(entry.account) !== entry.roles
      if (gate.kind === 'refused' || changed || entry.until < ports.clock.monotonicMs()) {
        entries.delete(name)
        return gate.kind === 'refused' ? { kind: 'locked', retryAfterMs: gate.retryAfterMs } : undefined
      }
      return basicPrincipal(entry.account)
    },
    add(credential: { user: string; password: string }, account: Account): void {
      if (entries.size >= MAX_REMEMBERED) entries.clear()
      entries.set(keyed(credential), {
        account,
        roles: rolesOf(account),
        until: ports.clock.monotonicMs() + REMEMBER_MS,
      })
    },
  }
}
