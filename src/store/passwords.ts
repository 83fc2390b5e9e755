import { argon2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Passwords, PasswordsBusy } from '../actions/ports/credentials.ts'

/** argon2id as SECURITY 31 asks: 19 MiB, 2 passes, 1 lane. */
const NOW = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32
const AT_ONCE = 4
const WAITING = 100
/** Upper borders for hashes that were imported: one sign-in must not cost seconds or gigabytes. */
const MAX = { memory: 262_144, passes: 16, parallelism: 16, scryptBytes: 256 * 1024 * 1024 } as const

interface Argon2 {
  readonly kind: 'argon2id'
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly hash: Buffer
}
interface Scrypt {
  readonly kind: 'scrypt'
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly salt: Buffer
  readonly hash: Buffer
}
type Phc = Argon2 | Scrypt

const argon2Async = promisify(argon2)
const scryptAsync = promisify(
  (
    password: string,
    salt: Buffer,
    length: number,
    options: { N: number; r: number; p: number; maxmem: number },
    done: (error: Error | null, hash: Buffer) => void,
  ) => scrypt(password, salt, length, options, done),
)

/** Hashing in the thread pool, at most 4 at once and 100 waiting (SECURITY 31, 36). */
export class HashedPasswords implements Passwords {
  #running = 0
  readonly #queue: (() => void)[] = []
  #decoy: Promise<string> | undefined

  /** Hashings that wait for a place (SECURITY 60). */
  get waiting(): number {
    return this.#queue.length
  }

  hash(password: string): Promise<string> {
    return this.#turn(async () => {
      const salt = randomBytes(SALT_BYTES)
      return formatArgon2(salt, await argon2Of(password, { ...NOW, salt }, HASH_BYTES))
    })
  }

  async verify(
    password: string,
    phc: string | undefined,
  ): Promise<{ readonly right: boolean; readonly weak: boolean }> {
    const known = phc === undefined ? undefined : parsePhc(phc)
    // Nobody's password: the same hashing, and never right (SECURITY 36).
    const against = known ?? parsePhc(await this.#decoyHash())
    if (!against) return { right: false, weak: false }
    const hash = await this.#turn(() => hashLike(password, against))
    const right = hash.length === against.hash.length && timingSafeEqual(hash, against.hash)
    return { right: right && known !== undefined, weak: known !== undefined && isWeak(known) }
  }

  canCheck(phc: string): boolean {
    return parsePhc(phc) !== undefined
  }

  /** Made once with a random password; before that the first caller pays for it, whoever it is. */
  #decoyHash(): Promise<string> {
    this.#decoy ??= this.hash(randomBytes(24).toString('base64'))
    return this.#decoy
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#queue.length >= WAITING) throw new PasswordsBusy('too many passwords are being checked')
      await new Promise<void>((resolve) => this.#queue.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      return await work()
    } finally {
      // The place goes to the next one directly, so that nobody who comes in between takes it.
      const next = this.#queue.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

function isWeak(phc: Phc): boolean {
  return phc.kind !== 'argon2id' || phc.memory < NOW.memory || phc.passes < NOW.passes
}

function hashLike(password: string, phc: Phc): Promise<Buffer> {
  if (phc.kind === 'argon2id') return argon2Of(password, phc, phc.hash.length)
  const { cost: N, blockSize: r, parallelization: p, salt, hash } = phc
  return scryptAsync(password, salt, hash.length, { N, r, p, maxmem: MAX.scryptBytes })
}

function argon2Of(
  password: string,
  { memory, passes, parallelism, salt }: Omit<Argon2, 'kind' | 'hash'>,
  tagLength: number,
): Promise<Buffer> {
  return argon2Async('argon2id', { message: password, nonce: salt, memory, passes, parallelism, tagLength })
}

function formatArgon2(salt: Buffer, hash: Buffer): string {
  const { memory, passes, parallelism } = NOW
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain64(salt)}$${plain64(hash)}`
}

/** PHC strings have base64 without padding. */
function plain64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

function parsePhc(text: string): Phc | undefined {
  const [empty, kind, ...rest] = text.split('$')
  if (empty !== '') return undefined
  if (kind === 'argon2id') return parseArgon2(rest)
  return kind === 'scrypt' ? parseScrypt(rest) : undefined
}

function parseArgon2([version, parameters, salt, hash, more]: readonly string[]): Argon2 | undefined {
  const match = /^m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})$/.exec(parameters ?? '')
  if (version !== 'v=19' || !match || !salt || !hash || more !== undefined) return undefined
  const [memory, passes, parallelism] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (memory > MAX.memory || passes > MAX.passes || parallelism > MAX.parallelism) return undefined
  if (passes < 1 || parallelism < 1 || memory < 8 * parallelism) return undefined
  const octets = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
  if (octets.salt.length < 8 || octets.hash.length < 4) return undefined
  return { kind: 'argon2id', memory, passes, parallelism, ...octets }
}

function parseScrypt([parameters, salt, hash, more]: readonly string[]): Scrypt | undefined {
  const match = /^ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})$/.exec(parameters ?? '')
  if (!match || !salt || !hash || more !== undefined) return undefined
  const [ln, blockSize, parallelization] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (ln < 1 || blockSize < 1 || parallelization < 1) return undefined
  const cost = 2 ** ln
  if (128 * cost * blockSize > MAX.scryptBytes / 2 || parallelization > 16) return undefined
  return {
    kind: 'scrypt',
    cost,
    blockSize,
    parallelization,
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}
