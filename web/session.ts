import { kept, keep as remember } from './kept.ts'
import { isResource, type Resource } from './ucwa/wire.ts'

/** Who is signed in with this browser (INTERFACES 4). The session itself is a cookie that no script can read. */
export interface Session {
  readonly user: string
  readonly sip: string
  readonly displayName: string
  /** Goes out as `X-Nightpost-CSRF` with everything that changes something (SECURITY 41). */
  readonly csrf: string
  /** The password is one that was made for the person (DECISIONS 8). */
  readonly changePassword: boolean
}

export type SignIn =
  | { readonly kind: 'signedIn'; readonly session: Session }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'unreachable' }

/** Somebody signed out here while the server was out of reach: the cookie still opens the session. */
const OWED = 'signOutOwed'

/** Nobody where a sign-out is owed: it is made up for first. */
export async function currentSession(): Promise<Session | undefined | 'unreachable'> {
  const session = await sessionOfCookie()
  if (kept(OWED) === null) return session
  if (session !== 'unreachable' && (session === undefined || (await end(session)))) remember(OWED, undefined)
  return undefined
}

async function sessionOfCookie(): Promise<Session | undefined | 'unreachable'> {
  try {
    const response = await fetch('/session', { headers: { Accept: 'application/json' } })
    return response.ok ? sessionOf(await response.json()) : 'unreachable'
  } catch {
    return 'unreachable'
  }
}

/** @param keep "Keep me signed in on this device" */
export async function signIn(user: string, password: string, keep: boolean): Promise<SignIn> {
  if (kept(OWED) !== null) await currentSession()
  let response: Response
  try {
    response = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ user, password, keep }),
    })
  } catch {
    return { kind: 'unreachable' }
  }
  if (response.status === 429) {
    return { kind: 'wait', seconds: Number(response.headers.get('Retry-After')) || 30 }
  }
  if (response.ok) {
    const session = sessionOf(await response.json())
    remember(OWED, undefined)
    return session ? { kind: 'signedIn', session } : { kind: 'unreachable' }
  }
  return response.status >= 500 ? { kind: 'unreachable' } : { kind: 'wrong' }
}

/** Ends the session and this browser's application. Without an answer the device remembers that it owes the sign-out. */
export async function signOut(session: Session): Promise<void> {
  if (await end(session)) return
  remember(OWED, 'yes')
  addEventListener('online', () => void currentSession(), { once: true })
}

/** A page that was told to leave waits no longer for the server than this. */
const PATIENCE_MS = 5000

/** @returns whether the session is over */
async function end(session: Session): Promise<boolean> {
  try {
    const headers = { 'X-Nightpost-CSRF': session.csrf }
    const signal = AbortSignal.timeout(PATIENCE_MS)
    return (await fetch('/session', { method: 'DELETE', headers, signal })).status < 500
  } catch {
    return false
  }
}

function sessionOf(value: unknown): Session | undefined {
  if (!isResource(value) || value.signedIn !== true) return undefined
  const one = (name: string): string => (typeof value[name] === 'string' ? value[name] : '')
  return {
    user: one('user'),
    sip: one('sip'),
    displayName: one('displayName'),
    csrf: one('csrf'),
    changePassword: value.changePassword === true,
  }
}

/** What the sign-in page shows beside the form; only a server on loopback says anything. */
export interface FirstRun {
  /** People beyond the administrator. */
  readonly users: number
  readonly domain: string
  readonly demo: readonly { readonly displayName: string; readonly user: string; readonly password: string }[]
}

export async function firstRun(): Promise<FirstRun | undefined> {
  try {
    const response = await fetch('/first-run', { headers: { Accept: 'application/json' } })
    if (!response.ok) return undefined
    const value: unknown = await response.json()
    if (!isResource(value) || typeof value.users !== 'number') return undefined
    const demo = Array.isArray(value.demo) ? value.demo.filter(isResource) : []
    const one = (person: Resource, name: string): string =>
      typeof person[name] === 'string' ? person[name] : ''
    return {
      users: value.users,
      domain: typeof value.domain === 'string' ? value.domain : '',
      demo: demo.map((p) => ({
        displayName: one(p, 'displayName'),
        user: one(p, 'user'),
        password: one(p, 'password'),
      })),
    }
  } catch {
    return undefined
  }
}
