import { type Guid, readGuid, writeGuid, ZERO_GUID } from './guid.ts'

/** [MS-PSRP] 2.2.1. The names are the standard's. */
export const MESSAGE_TYPE = {
  SESSION_CAPABILITY: 0x00010002,
  INIT_RUNSPACEPOOL: 0x00010004,
  PUBLIC_KEY: 0x00010005,
  ENCRYPTED_SESSION_KEY: 0x00010006,
  PUBLIC_KEY_REQUEST: 0x00010007,
  CONNECT_RUNSPACEPOOL: 0x00010008,
  SET_MAX_RUNSPACES: 0x00021002,
  SET_MIN_RUNSPACES: 0x00021003,
  RUNSPACE_AVAILABILITY: 0x00021004,
  RUNSPACEPOOL_STATE: 0x00021005,
  CREATE_PIPELINE: 0x00021006,
  GET_AVAILABLE_RUNSPACES: 0x00021007,
  USER_EVENT: 0x00021008,
  APPLICATION_PRIVATE_DATA: 0x00021009,
  GET_COMMAND_METADATA: 0x0002100a,
  RUNSPACEPOOL_INIT_DATA: 0x0002100b,
  RESET_RUNSPACE_STATE: 0x0002100c,
  RUNSPACEPOOL_HOST_CALL: 0x00021100,
  RUNSPACEPOOL_HOST_RESPONSE: 0x00021101,
  PIPELINE_INPUT: 0x00041002,
  END_OF_PIPELINE_INPUT: 0x00041003,
  PIPELINE_OUTPUT: 0x00041004,
  ERROR_RECORD: 0x00041005,
  PIPELINE_STATE: 0x00041006,
  DEBUG_RECORD: 0x00041007,
  VERBOSE_RECORD: 0x00041008,
  WARNING_RECORD: 0x00041009,
  PROGRESS_RECORD: 0x00041010,
  INFORMATION_RECORD: 0x00041011,
  PIPELINE_HOST_CALL: 0x00041100,
  PIPELINE_HOST_RESPONSE: 0x00041101,
} as const
export type MessageType = keyof typeof MESSAGE_TYPE

const NAME_OF: ReadonlyMap<number, MessageType> = new Map(
  Object.entries(MESSAGE_TYPE).map(([name, number]) => [number, name as MessageType]),
)

/** One PSRP message. `pipeline` is absent where the message is about the pool; `data` is CLIXML, `''` for none. */
export type PsrpMessage = {
  readonly to: 'client' | 'server'
  readonly type: MessageType
  readonly pool: Guid
  readonly pipeline: Guid | undefined
  readonly data: string
}

const HEADER = 40
const DESTINATION = { client: 1, server: 2 } as const
const UTF8 = new TextDecoder('utf-8', { fatal: true }) // takes a BOM away, which some peers send ([MS-PSRP] 2.2.1 has none)
const ENCODER = new TextEncoder()

/**
 * Reads a reassembled message ([MS-PSRP] 2.2.1; everything little-endian).
 * @returns undefined when it is shorter than a header, of an unknown type, or not UTF-8
 */
export function parseMessage(bytes: Uint8Array): PsrpMessage | undefined {
  if (bytes.length < HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const destination = view.getUint32(0, true)
  const type = NAME_OF.get(view.getUint32(4, true))
  if (!type || (destination !== DESTINATION.client && destination !== DESTINATION.server)) return undefined
  const data = decode(bytes.subarray(HEADER))
  if (data === undefined) return undefined
  const pipeline = readGuid(bytes, 24)
  return {
    to: destination === DESTINATION.client ? 'client' : 'server',
    type,
    pool: readGuid(bytes, 8),
    pipeline: pipeline === ZERO_GUID ? undefined : pipeline,
    data,
  }
}

/** Writes a message, without BOM (both kinds of client accept that; powershell-7-observed.md section 1). */
export function formatMessage(message: PsrpMessage): Uint8Array {
  const data = ENCODER.encode(message.data)
  const bytes = new Uint8Array(HEADER + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, DESTINATION[message.to], true)
  view.setUint32(4, MESSAGE_TYPE[message.type], true)
  writeGuid(bytes, 8, message.pool)
  writeGuid(bytes, 24, message.pipeline ?? ZERO_GUID)
  bytes.set(data, HEADER)
  return bytes
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}
