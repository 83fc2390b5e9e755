import type { XmlLimits } from '../base/xml.ts'

const KIB = 1024
const MIB = 1024 * KIB

/**
 * Every size, depth and count that a peer controls, with its default (DECISIONS 25, SECURITY table B). Each is a key
 * `limits.*` of the configuration under the same name; what is set there is handed down as a value of this type.
 */
export const LIMITS = {
  /** Bytes of one WSMan envelope as it comes over HTTP (SECURITY 9). */
  envelope: MIB,
  /** Bytes of one remoting object that comes in pieces, and of all unfinished ones of a shell (SECURITY 23). */
  objectBytes: 10 * MIB,
  /** Remoting objects of one shell that have begun and not ended (SECURITY 23). */
  fragmentsOpen: 16,
  /** Shells of one person, and in all (SECURITY 23, A10 of the administrators' tasks). */
  shellsPerUser: 20,
  shells: 200,
  /** Operations (commands and held requests) of one person over all shells (SECURITY 23). */
  shellOperations: 60,
  /** Milliseconds without any request after which a shell ends. */
  shellIdle: 60 * 60 * 1000,
  /** Bytes that wait for one peer before what makes them is held up (SECURITY 20). */
  unsent: MIB,
  /** Objects and references in one remoting message, each reference counted with all it stands for (SECURITY 24). */
  clixmlObjects: 10_000,
  /** UTF-16 units of one text of the console's language, and levels of brackets in it. */
  scriptText: 256 * KIB,
  scriptDepth: 100,
  /** What a text of that language may build: elements of one list, UTF-16 units of one string. */
  scriptElements: 1_000_000,
  scriptString: 16 * MIB,
} as const satisfies Record<string, number>

/** The limits in force: the defaults above with what the configuration says. */
export type Limits = { readonly [K in keyof typeof LIMITS]: number }

/** SOAP envelopes; stream data is base64 in one text, so a text may be as long as the envelope (SECURITY 14). */
export const ENVELOPE_XML: XmlLimits = {
  depth: 64,
  elements: 20_000,
  attributes: 128,
  namespaces: 32,
  text: LIMITS.envelope,
}

/** Serialised objects of remoting (SECURITY 14). */
export const CLIXML: XmlLimits = {
  depth: 48,
  elements: 20_000,
  attributes: 128,
  namespaces: 32,
  text: LIMITS.envelope,
}
