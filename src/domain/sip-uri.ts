import type { Brand } from '../base/brand.ts'

/** An address of record, normalised for comparison: `sip:alice@example.com`. */
export type SipUri = Brand<string, 'SipUri'>

/**
 * Reads an address of record and drops parameters and headers.
 * RFC 3261 §19.1.4 compares the user part by case; directories do not, so we fold both parts.
 * @returns undefined when `text` is not a sip: or sips: URI with a user part.
 */
export function parseSipUri(text: string): SipUri | undefined {
  const match = /^sips?:([^@;?\s<>"]+)@([^@;?\s<>"]+)/i.exec(text)
  return match ? (`sip:${match[1]}@${match[2]}`.toLowerCase() as SipUri) : undefined
}

/** Reads an address that people type with or without `sip:`. */
export function parseAddress(text: string): SipUri | undefined {
  return parseSipUri(/^sips?:/i.test(text) ? text : `sip:${text}`)
}

/** `alice@example.com` of `sip:alice@example.com`: what the path of a UCWA contact ends with. */
export function withoutScheme(uri: SipUri): string {
  return uri.slice('sip:'.length)
}
