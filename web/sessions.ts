import type { Session } from './session.ts'
import { isResource, type Resource, text } from './ucwa/wire.ts'

/** One place where the person is signed in (INTERFACES 4, `/session/devices`). */
export interface Device {
  readonly id: string
  readonly kind: 'browser' | 'application'
  readonly current: boolean
  /** Milliseconds since 1970. */
  readonly signedIn: number
  readonly lastUsed: number
  readonly keep: boolean
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

/** @throws TypeError or Error when the server cannot be reached or refuses */
export async function readDevices(): Promise<readonly Device[]> {
  const response = await fetch('/session/devices', { headers: { Accept: 'application/json' } })
  const answer: unknown = response.ok ? await response.json() : undefined
  if (!isResource(answer) || !Array.isArray(answer.devices))
    throw new Error(`devices were answered ${response.status}`)
  return answer.devices.filter(isResource).map(deviceOf)
}

function deviceOf(r: Resource): Device {
  return {
    id: text(r, 'id') ?? '',
    kind: r.kind === 'application' ? 'application' : 'browser',
    current: r.current === true,
    signedIn: Date.parse(text(r, 'signedIn') ?? ''),
    lastUsed: Date.parse(text(r, 'lastUsed') ?? ''),
    keep: r.keep === true,
    address: text(r, 'address') || undefined,
    userAgent: text(r, 'userAgent') || undefined,
  }
}

/** @param id undefined: all but this one. One that is gone already counts as done. @throws when it could not be done */
export async function endDevices(session: Session, id: string | undefined): Promise<void> {
  const address = id === undefined ? '/session/devices' : `/session/devices/${encodeURIComponent(id)}`
  const response = await fetch(address, { method: 'DELETE', headers: { 'X-Nightpost-CSRF': session.csrf } })
  if (!response.ok && response.status !== 404) throw new Error(`sign-out was answered ${response.status}`)
}

export type PasswordProblem = 'tooShort' | 'tooLong' | 'common' | 'containsName' | 'control' | 'same'

export type PasswordChanged =
  | { readonly kind: 'changed' | 'wrong' | 'unreachable' }
  | { readonly kind: 'refused'; readonly because: PasswordProblem }
  | { readonly kind: 'wait'; readonly seconds: number }

/** The own password, on every door at once; all other sessions end (INTERFACES 4, `POST /session/password`). */
export async function changePassword(
  session: Session,
  current: string,
  next: string,
): Promise<PasswordChanged> {
  let response: Response
  try {
    response = await fetch('/session/password', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Nightpost-CSRF': session.csrf },
      body: JSON.stringify({ current, new: next }),
    })
  } catch {
    return { kind: 'unreachable' }
  }
  if (response.ok) return { kind: 'changed' }
  if (response.status === 429)
    return { kind: 'wait', seconds: Number(response.headers.get('Retry-After')) || 30 }
  if (response.status === 400) return { kind: 'wrong' }
  if (response.status !== 422) return { kind: 'unreachable' }
  const answer: unknown = await response.json()
  const because = isResource(answer) ? text(answer, 'because') : undefined
  return { kind: 'refused', because: PROBLEMS.find((problem) => problem === because) ?? 'common' }
}

const PROBLEMS: readonly PasswordProblem[] = [
  'tooShort',
  'tooLong',
  'common',
  'containsName',
  'control',
  'same',
]
