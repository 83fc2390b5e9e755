import { failed } from './say.ts'

const BECAUSE = {
  EADDRINUSE: 'portTaken',
  EACCES: 'portForbidden',
  EADDRNOTAVAIL: 'addressElsewhere',
} as const

/** Why a door does not open and what to write instead; any other error as it is. */
export function cannotListen(error: unknown, door: 'https' | 'http' | 'ssh', port: number): Error {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (Object.hasOwn(BECAUSE, code))
    return failed(BECAUSE[code as keyof typeof BECAUSE], { door, port }, error)
  return error instanceof Error ? error : new Error(String(error))
}
