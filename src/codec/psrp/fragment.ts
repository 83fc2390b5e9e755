import { concatBytes } from '../../base/bytes.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Limits } from '../limits.ts'

/** Object id, fragment id, flags, length ([MS-PSRP] 2.2.4). */
const HEADER = 21
const START = 1
const END = 2
/** What Windows servers cut at ([MS-PSRP] 2.2.4; powershell-remoting.md section 2.8): header and data. */
export const FRAGMENT_BYTES = 32 * 1024

/** Cuts one message into fragments of at most `maxBytes` each, header included. `objectId` is unique for its sender. */
export function formatFragments(
  objectId: bigint,
  message: Uint8Array,
  maxBytes = FRAGMENT_BYTES,
): Uint8Array[] {
  const room = maxBytes - HEADER
  const fragments: Uint8Array[] = []
  for (let at = 0, id = 0n; id === 0n || at < message.length; at += room, id++) {
    const blob = message.subarray(at, at + room)
    const fragment = new Uint8Array(HEADER + blob.length)
    const view = new DataView(fragment.buffer)
    view.setBigUint64(0, objectId)
    view.setBigUint64(8, id)
    view.setUint8(16, (at === 0 ? START : 0) | (at + room >= message.length ? END : 0))
    view.setUint32(17, blob.length)
    fragment.set(blob, HEADER)
    fragments.push(fragment)
  }
  return fragments
}

export type FragmentRefusal = 'malformed' | 'outOfOrder' | 'tooManyOpen' | 'tooLarge'

type OpenObject = { next: bigint; parts: Uint8Array[]; bytes: number }
type Begun = { readonly id: bigint; readonly object: OpenObject; readonly ends: boolean; left: number }

/** What one shell holds of unfinished objects, over all its streams (SECURITY 23). */
export type FragmentBudget = { open: number; bytes: number }

/** Takes the bytes of one stream in any portions; gives back the messages that became complete. After a refusal the stream is dead. */
export type Reassembly = {
  /** Nothing is begun: whoever keeps it may forget it. */
  readonly idle: boolean
  push(bytes: Uint8Array): Result<Uint8Array[], FragmentRefusal>
}

/**
 * Puts together the messages of one stream of one target. A peer cuts its byte stream by size, so a fragment may begin in one
 * text and end in the next (powershell-7-observed.md section 1). Nothing above the limits is ever kept (SECURITY 23).
 */
export function createReassembly(
  limits: Pick<Limits, 'objectBytes' | 'fragmentsOpen'>,
  budget: FragmentBudget = { open: 0, bytes: 0 },
): Reassembly {
  const objects = new Map<bigint, OpenObject>()
  const header = new Uint8Array(HEADER)
  let have = 0
  let current: Begun | undefined

  const begin = (): Begun | FragmentRefusal => {
    const view = new DataView(header.buffer)
    const id = view.getBigUint64(0)
    const fragmentId = view.getBigUint64(8)
    const flags = view.getUint8(16)
    const left = view.getUint32(17)
    if (flags > (START | END)) return 'malformed'
    let object = objects.get(id)
    if (flags & START) {
      if (object || fragmentId !== 0n) return 'outOfOrder'
      if (budget.open >= limits.fragmentsOpen) return 'tooManyOpen'
      object = { next: 0n, parts: [], bytes: 0 }
      objects.set(id, object)
      budget.open++
    }
    if (object?.next !== fragmentId) return 'outOfOrder'
    if (budget.bytes + left > limits.objectBytes) return 'tooLarge'
    object.next++
    return { id, object, ends: (flags & END) !== 0, left }
  }

  const finish = ({ id, object }: Begun): Uint8Array => {
    objects.delete(id)
    budget.open--
    budget.bytes -= object.bytes
    return concatBytes(object.parts)
  }

  return {
    get idle() {
      return have === 0 && !current && objects.size === 0
    },
    push(bytes) {
      const messages: Uint8Array[] = []
      for (let at = 0; at < bytes.length || current?.left === 0; ) {
        if (!current) {
          const taken = bytes.subarray(at, at + HEADER - have)
          header.set(taken, have)
          have += taken.length
          at += taken.length
          if (have < HEADER) break
          have = 0
          const begun = begin()
          if (typeof begun === 'string') return fail(begun)
          current = begun
        }
        const part = bytes.subarray(at, at + current.left)
        at += part.length
        if (part.length > 0) {
          current.object.parts.push(part)
          current.object.bytes += part.length
          budget.bytes += part.length
          current.left -= part.length
        }
        if (current.left > 0) break
        if (current.ends) messages.push(finish(current))
        current = undefined
      }
      return ok(messages)
    },
  }
}
