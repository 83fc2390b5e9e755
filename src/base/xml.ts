import { SaxesParser } from 'saxes'
import { fail, ok, type Result } from './result.ts'

/** An element of a document. `uri` is the namespace, `''` for none; prefixes do not survive, they mean nothing. */
export type XmlElement = {
  readonly uri: string
  readonly name: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlNode[]
}
export type XmlAttribute = { readonly uri: string; readonly name: string; readonly value: string }
export type XmlNode = XmlElement | string

/** What a peer may make us hold: levels, counts, and the longest run of text in UTF-16 units (SECURITY 14). */
export type XmlLimits = {
  readonly depth: number
  readonly elements: number
  readonly attributes: number
  readonly namespaces: number
  readonly text: number
}

/** Why a document was not taken. `doctype` and `entity` are SECURITY 15, the limits by name are SECURITY 14. */
export type XmlRefusal = 'malformed' | 'doctype' | 'entity' | keyof XmlLimits

/** Thrown inside the parser's callbacks only; `parseXml` turns it into a value. */
class Refused extends Error {
  readonly because: XmlRefusal
  constructor(because: XmlRefusal) {
    super(because)
    this.because = because
  }
}

type OpenElement = { uri: string; name: string; attributes: XmlAttribute[]; children: XmlNode[] }

/**
 * Reads one XML 1.0 document with namespaces. Comments and processing instructions are dropped, CDATA is text.
 * There are no DTDs and no entities but the five and character references; nothing is ever fetched (SECURITY 14, 15).
 * `text` is the decoded document; the caller has already limited its length.
 */
export function parseXml(text: string, limits: XmlLimits): Result<XmlElement, XmlRefusal> {
  const steps = parseXmlInSteps(text, limits)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** As `parseXml`, stopping after each piece of the text, so that whoever reads a large one can let others have their turn (SECURITY 25). */
export function* parseXmlInSteps(
  text: string,
  limits: XmlLimits,
): Generator<undefined, Result<XmlElement, XmlRefusal>, undefined> {
  if (longestRun(text) > limits.text + LONGEST_TAG) return fail('text')
  const { parser, root } = createParser(limits)
  try {
    for (let at = 0; at < text.length; at += PIECE) {
      if (at > 0) yield
      parser.write(text.slice(at, at + PIECE))
    }
    parser.close()
  } catch (error) {
    if (error instanceof Refused) return fail(error.because)
    const undefinedEntity = error instanceof Error && error.message.includes('entity')
    return fail(undefinedEntity ? 'entity' : 'malformed')
  }
  const found = root()
  return found ? ok(found) : fail('malformed')
}

/** UTF-16 units of one step: about ten milliseconds. */
const PIECE = 128 * 1024

function createParser(limits: XmlLimits): { parser: SaxesParser; root: () => XmlElement | undefined } {
  const parser = new SaxesParser({
    xmlns: true,
    position: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  })
  const open: OpenElement[] = []
  let root: XmlElement | undefined
  let elements = 0
  let attributes = 0
  let namespaces = 0
  const addText = (run: string): void => {
    if (run.length > limits.text) throw new Refused('text')
    open.at(-1)?.children.push(run)
  }
  parser.on('doctype', () => {
    throw new Refused('doctype')
  })
  parser.on('opentagstart', () => {
    if (open.length >= limits.depth) throw new Refused('depth')
    if (++elements > limits.elements) throw new Refused('elements')
    attributes = 0
    namespaces = 0
  })
  parser.on('attribute', (attribute) => {
    const declares = attribute.prefix === 'xmlns' || attribute.name === 'xmlns'
    if (declares ? ++namespaces > limits.namespaces : ++attributes > limits.attributes)
      throw new Refused(declares ? 'namespaces' : 'attributes')
    if (attribute.value.length > limits.text) throw new Refused('text')
  })
  parser.on('opentag', (tag) => {
    const kept: XmlAttribute[] = []
    for (const { prefix, name, uri, local, value } of Object.values(tag.attributes))
      if (prefix !== 'xmlns' && name !== 'xmlns') kept.push({ uri, name: local, value })
    const element: OpenElement = { uri: tag.uri, name: tag.local, attributes: kept, children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (open.length === 0) root = closed
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  return { parser, root: () => root }
}

/** A tag with its attributes may stand before a text. */
const LONGEST_TAG = 64 * 1024

/** UTF-16 units between two `<`: no text, tag or comment is longer. The parser would collect it all before anybody could refuse it. */
function longestRun(text: string): number {
  let longest = 0
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('<', at)
    const end = next < 0 ? text.length : next
    longest = Math.max(longest, end - at)
    at = end + 1
  }
  return longest
}

/** An element to be written; `undefined` children are left out, so that optional parts need no branches. */
export function element(
  uri: string,
  name: string,
  attributes: Readonly<Record<string, string>> | readonly XmlAttribute[] = [],
  ...children: readonly (XmlNode | undefined)[]
): XmlElement {
  return {
    uri,
    name,
    attributes: Array.isArray(attributes)
      ? attributes
      : Object.entries(attributes).map(([key, value]) => ({ uri: '', name: key, value: String(value) })),
    children: children.filter((child) => child !== undefined),
  }
}

/** The namespace that `xml:lang` belongs to; its prefix is never declared. */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'

/**
 * Writes a document without XML declaration. Namespaces are declared on the root: under the prefix that `prefixes` gives
 * (uri → prefix, `''` = default namespace), under `n1`, `n2`, … otherwise. Characters that XML 1.0 cannot carry become U+FFFD.
 */
export function formatXml(root: XmlElement, prefixes: Readonly<Record<string, string>> = {}): string {
  const used = new Map<string, string>()
  const prefixOf = (uri: string): string => {
    if (uri === XML_NAMESPACE) return 'xml'
    const known = used.get(uri)
    if (known !== undefined) return known
    const prefix = Object.hasOwn(prefixes, uri) ? (prefixes[uri] ?? '') : `n${used.size + 1}`
    used.set(uri, prefix)
    return prefix
  }
  const qualified = (uri: string, name: string): string => {
    const prefix = uri === '' ? '' : prefixOf(uri)
    return prefix === '' ? name : `${prefix}:${name}`
  }
  const attributesOf = (from: XmlElement): string =>
    from.attributes
      .map(({ uri, name, value }) => ` ${qualified(uri, name)}="${escapeXmlAttribute(value)}"`)
      .join('')
  const contentOf = (from: XmlElement): string =>
    from.children
      .map((child) => (typeof child === 'string' ? escapeXmlText(child) : write(child, '')))
      .join('')
  const write = (from: XmlElement, declarations: string): string => {
    const tag = qualified(from.uri, from.name)
    const head = `<${tag}${declarations}${attributesOf(from)}`
    const content = contentOf(from)
    return content === '' ? `${head}/>` : `${head}>${content}</${tag}>`
  }
  nameUris(root, prefixOf)
  const declarations = [...used].map(
    ([uri, prefix]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeXmlAttribute(uri)}"`,
  )
  return write(root, declarations.join(''))
}

/** Gives every namespace of the tree its prefix, elements before their attributes. */
function nameUris(from: XmlElement, prefixOf: (uri: string) => string): void {
  if (from.uri !== '') prefixOf(from.uri)
  for (const { uri } of from.attributes) if (uri !== '') prefixOf(uri)
  for (const child of from.children) if (typeof child !== 'string') nameUris(child, prefixOf)
}

/** The text inside an element, its descendants included. */
export function textOf(from: XmlElement | undefined): string {
  if (!from) return ''
  return from.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')
}

/** The first child element of that name. */
export function childOf(from: XmlElement | undefined, uri: string, name: string): XmlElement | undefined {
  return from?.children.find((child): child is XmlElement => isElement(child, uri, name))
}

/** All child elements of that name, in order. */
export function childrenOf(from: XmlElement | undefined, uri: string, name: string): readonly XmlElement[] {
  return from?.children.filter((child): child is XmlElement => isElement(child, uri, name)) ?? []
}

/** All child elements, in order. */
export function elementsOf(from: XmlElement): readonly XmlElement[] {
  return from.children.filter((child): child is XmlElement => typeof child !== 'string')
}

/** The value of an attribute; without `uri` an attribute that has no namespace. */
export function attributeOf(from: XmlElement | undefined, name: string, uri = ''): string | undefined {
  return from?.attributes.find((attribute) => attribute.name === name && attribute.uri === uri)?.value
}

function isElement(node: XmlNode, uri: string, name: string): boolean {
  return typeof node !== 'string' && node.name === name && node.uri === uri
}

/** What is not a Char of XML 1.0 §2.2, lone surrogates included. */
const NOT_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const IN_TEXT: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const IN_ATTRIBUTE: Readonly<Record<string, string>> = {
  ...IN_TEXT,
  '"': '&quot;',
  '\n': '&#xA;',
  '\t': '&#x9;',
}

/** Text as element content. */
export function escapeXmlText(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>\r]/g, (character) => IN_TEXT[character] ?? character)
}

/** Text between double quotes; white space survives (XML 1.0 §3.3.3 would make it blanks). */
export function escapeXmlAttribute(text: string): string {
  return text
    .replace(NOT_XML, '\ufffd')
    .replace(/[&<>"\r\n\t]/g, (character) => IN_ATTRIBUTE[character] ?? character)
}
