import { type Guid, parseGuid, ZERO_GUID } from './guid.ts'

// The packets of PowerShell remoting over a byte pipe: one XML element per line of SSH, one per text message of a WebSocket.
// No public specification: powershell-remoting.md section 10, powershell-7-observed.md sections 1, 4, 5 and 6.2.

/** `target` undefined: the session itself. */
export type Packet =
  | {
      readonly kind: 'Data'
      readonly target: Guid | undefined
      readonly stream: 'Default' | 'PromptResponse'
      readonly bytes: Uint8Array
    }
  | { readonly kind: Bare; readonly target: Guid | undefined }

type Bare = 'DataAck' | 'Command' | 'CommandAck' | 'Close' | 'CloseAck' | 'Signal' | 'SignalAck'

const BARE: ReadonlySet<string> = new Set([
  'DataAck',
  'Command',
  'CommandAck',
  'Close',
  'CloseAck',
  'Signal',
  'SignalAck',
])

/** Element, attributes without any `>` or `<`, and for Data its text up to the end tag. */
const ELEMENT = /^<([A-Za-z]{1,16})((?:\s[^<>]{0,200})?)>/
const ATTRIBUTE = /\s{1,10}([A-Za-z]{1,16})=(?:'([^']{0,64})'|"([^"]{0,64})")/g
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const DATA_END = '</Data>'

/**
 * Reads one packet, without its line end. Either quote and any order of attributes.
 * @returns undefined for anything that is none: unknown elements and attributes, no GUID, bytes that are not base64
 */
export function parsePacket(text: string): Packet | undefined {
  const line = text.trim()
  const [head, name = '', rest = ''] = ELEMENT.exec(line) ?? []
  if (head === undefined) return undefined
  const closed = rest.endsWith('/')
  const attributes = readAttributes(closed ? rest.slice(0, -1) : rest)
  const guid = parseGuid(attributes?.get('PSGuid') ?? '')
  if (!attributes || !guid) return undefined
  const target = guid === ZERO_GUID ? undefined : guid
  if (BARE.has(name)) {
    const ends = closed ? line.length === head.length : line.slice(head.length) === `</${name}>`
    return ends && attributes.size === 1 ? { kind: name as Bare, target } : undefined
  }
  const stream = attributes.get('Stream')
  if (name !== 'Data' || attributes.size !== 2 || (stream !== 'Default' && stream !== 'PromptResponse'))
    return undefined
  const bytes = closed
    ? readBase64(line.slice(head.length), '')
    : readBase64(line.slice(head.length), DATA_END)
  return bytes && { kind: 'Data', target, stream, bytes }
}

function readAttributes(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>()
  let at = 0
  for (const match of text.matchAll(ATTRIBUTE)) {
    const [whole, name = '', single, double] = match
    if (match.index !== at || found.has(name)) return undefined
    found.set(name, single ?? double ?? '')
    at += whole.length
  }
  return text.slice(at).trim() === '' ? found : undefined
}

function readBase64(text: string, end: string): Uint8Array | undefined {
  if (!text.endsWith(end)) return undefined
  const base64 = text.slice(0, text.length - end.length).trim()
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) return undefined
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

/** Writes one packet, without a line end, spelt as PowerShell's own server spells it. */
export function formatPacket(packet: Packet): string {
  const guid = `PSGuid='${packet.target ?? ZERO_GUID}'`
  if (packet.kind !== 'Data') return `<${packet.kind} ${guid} />`
  const { buffer, byteOffset, length } = packet.bytes
  const base64 = Buffer.from(buffer, byteOffset, length).toString('base64')
  return `<Data Stream='${packet.stream}' ${guid}>${base64}</Data>`
}

/** Longest packet that is taken: base64 of what fits an envelope (SECURITY 9); real ones have 44 KB. */
export const PACKET_CHARACTERS = 256 * 1024

/** Cuts a stream of text into lines; what is above the longest packet is never kept. */
export interface LineReader {
  /** @returns the lines that are complete, or undefined when one is too long: the stream is dead then */
  push(text: string): readonly string[] | undefined
  /** What is left when the stream ends. */
  readonly rest: string
}

/** `\n` or `\r\n` ends a line; empty lines are left out. */
export function createLineReader(limit = PACKET_CHARACTERS): LineReader {
  let parts: string[] = []
  let length = 0
  let dead = false
  const take = (text: string): void => {
    parts.push(text)
    length += text.length
    if (length > limit) dead = true
  }
  return {
    get rest() {
      return parts.join('')
    },
    push(text) {
      const lines: string[] = []
      let at = 0
      for (let end = text.indexOf('\n'); end >= 0 && !dead; end = text.indexOf('\n', at)) {
        take(text.slice(at, end))
        at = end + 1
        if (dead) break
        const line = parts.join('').trim()
        parts = []
        length = 0
        if (line !== '') lines.push(line)
      }
      if (!dead) take(text.slice(at))
      if (!dead) return lines
      parts = []
      return undefined
    },
  }
}
