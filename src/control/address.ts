import { closeSync, openSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '../base/hash.ts'

/** `sun_path` of Linux holds 108 octets, of macOS 104, with the closing NUL. */
const MAX_PATH = 103

/** Where `DIR/admin.sock` is reached; `release` when it was used. */
export interface SocketAddress {
  readonly path: string
  readonly release: () => void
}

/**
 * The path for listening and connecting. A data folder with a long name is gone through by its descriptor, because a socket's address
 * is short; Windows has pipes by name instead of files.
 */
export function socketAddress(folder: string): SocketAddress {
  const path = join(folder, 'admin.sock')
  const nothing = () => undefined
  if (process.platform === 'win32') {
    const name = sha256Hex(realpathSync(folder).toLowerCase()).slice(0, 32)
    return { path: `\\\\.\\pipe\\nightpost-${name}`, release: nothing }
  }
  if (Buffer.byteLength(path) <= MAX_PATH || process.platform !== 'linux') return { path, release: nothing }
  const descriptor = openSync(folder, 'r')
  return { path: `/proc/self/fd/${descriptor}/admin.sock`, release: () => closeSync(descriptor) }
}
