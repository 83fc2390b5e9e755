import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** One octet of key number, then nonce, tag and ciphertext. */
const NONCE = 12
const TAG = 16

interface KeyFile {
  /** Number of the key that encrypts. */
  readonly current: number
  /** base64 of 32 octets by number; older ones only decrypt, until everything was encrypted again. */
  readonly keys: Readonly<Record<string, string>>
}

/**
 * Encrypts password-equivalents with a key that lies outside the database (SECURITY 32): AES-256-GCM, the account id and what it is
 * as associated data, so that a value moved to another row does not open.
 */
export class SecretBox {
  readonly #path: string
  #file: KeyFile

  private constructor(path: string, file: KeyFile) {
    this.#path = path
    this.#file = file
  }

  /** Opens the key file, or makes it (0600) with a fresh key. */
  static open(path: string): SecretBox {
    if (existsSync(path)) return new SecretBox(path, JSON.parse(readFileSync(path, 'utf8')) as KeyFile)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const box = new SecretBox(path, { current: 1, keys: { 1: newKey() } })
    box.#write()
    return box
  }

  seal(account: number, what: string, plain: string): Uint8Array {
    const number = this.#file.current
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', this.#key(number) ?? Buffer.alloc(0), nonce)
    cipher.setAAD(associated(account, what))
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(number), nonce, cipher.getAuthTag(), sealed])
  }

  /** @returns undefined for a value of another account, of another server's key (a restored backup), or that was changed. */
  open(account: number, what: string, sealed: Uint8Array): string | undefined {
    const key = this.#key(sealed[0] ?? 0)
    if (!key || sealed.length < 1 + NONCE + TAG) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE))
      decipher.setAAD(associated(account, what))
      decipher.setAuthTag(sealed.subarray(1 + NONCE, 1 + NONCE + TAG))
      return decipher.update(sealed.subarray(1 + NONCE + TAG), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }

  /** Adds a fresh key that encrypts from now on; `retire` drops the older ones when every value was sealed again. */
  rotate(): void {
    const current = this.#file.current + 1
    if (current > 255) throw new Error('255 keys were used; make a new key file')
    this.#file = { current, keys: { ...this.#file.keys, [current]: newKey() } }
    this.#write()
  }

  retire(): void {
    const { current, keys } = this.#file
    this.#file = { current, keys: { [current]: keys[current] ?? '' } }
    this.#write()
  }

  #key(number: number): Buffer | undefined {
    const text = this.#file.keys[number]
    return text ? Buffer.from(text, 'base64') : undefined
  }

  #write(): void {
    const next = `${this.#path}.new`
    // O_SYNC, because Node refuses fsync under its permission model (DECISIONS 29).
    const flag = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_SYNC ?? 0)
    writeFileSync(next, JSON.stringify(this.#file), { mode: 0o600, flag: flag as unknown as string })
    chmodSync(next, 0o600)
    renameSync(next, this.#path)
  }
}

function newKey(): string {
  return randomBytes(32).toString('base64')
}

function associated(account: number, what: string): Buffer {
  return Buffer.from(`${account}:${what}`)
}
