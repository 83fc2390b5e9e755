import { fail, ok, type Result } from '../../base/result.ts'
import {
  attributeOf,
  elementsOf,
  parseXmlInSteps,
  textOf,
  type XmlElement,
  type XmlLimits,
  type XmlRefusal,
} from '../../base/xml.ts'
import { CLIXML, LIMITS, type Limits } from '../limits.ts'
import { type CliContent, type CliObject, type CliPlain, type CliValue, type ListTag, NIL } from './clixml.ts'
import { unescapeCliText } from './clixml-text.ts'

export type ClixmlRefusal = XmlRefusal | 'unknownElement' | 'badValue' | 'badReference' | 'objects'
export type ClixmlLimits = { readonly xml: XmlLimits } & Pick<Limits, 'clixmlObjects' | 'objectBytes'>

const DEFAULTS: ClixmlLimits = { xml: CLIXML, ...LIMITS }

/** Thrown inside the reader only. */
class Refused extends Error {
  readonly because: ClixmlRefusal
  constructor(because: ClixmlRefusal) {
    super(because)
    this.because = because
  }
}

/**
 * Reads the one value of a message ([MS-PSRP] 2.2.5). The result is plain data; a reference is the object it names, and everything
 * behind it counts again, so that nobody can write a small text that means a large tree (SECURITY 24, 48).
 */
export function parseClixml(text: string, limits: ClixmlLimits = DEFAULTS): Result<CliValue, ClixmlRefusal> {
  const steps = parseClixmlInSteps(text, limits)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** As `parseClixml`, stopping after each piece of the text (SECURITY 25). */
export function* parseClixmlInSteps(
  text: string,
  limits: ClixmlLimits = DEFAULTS,
): Generator<undefined, Result<CliValue, ClixmlRefusal>, undefined> {
  const document = yield* parseXmlInSteps(text, limits.xml)
  if (!document.ok) return document
  try {
    return ok(yield* createReader(limits)(document.value))
  } catch (error) {
    if (error instanceof Refused) return fail(error.because)
    throw error
  }
}

/** What an object costs wherever it is referred to: objects, values, characters, and levels below it. */
type Weight = {
  readonly objects: number
  readonly values: number
  readonly characters: number
  readonly height: number
}
type Known = { readonly value: CliObject; readonly weight: Weight }

/** Values of one step: some milliseconds. */
const VALUES_A_STEP = 2000

type Steps<T> = Generator<undefined, T, undefined>

function createReader(limits: ClixmlLimits): (root: XmlElement) => Steps<CliValue> {
  const objects = new Map<string, Known | 'unfinished'>()
  const typeLists = new Map<string, readonly string[]>()
  const spent = { objects: 0, values: 0, characters: 0, height: 0 }
  let read = 0

  const spend = (
    objects: number,
    values: number,
    characters: number,
    height: number,
    depth: number,
  ): void => {
    spent.objects += objects
    spent.values += values
    spent.characters += characters
    spent.height = Math.max(spent.height, depth + height)
    if (spent.objects > limits.clixmlObjects || spent.values > limits.xml.elements)
      throw new Refused('objects')
    if (spent.characters > limits.objectBytes) throw new Refused('text')
    if (spent.height > limits.xml.depth) throw new Refused('depth')
  }

  function* readValue(from: XmlElement, depth: number): Steps<CliValue> {
    if (++read % VALUES_A_STEP === 0) yield
    if (from.name === 'Obj') return yield* readObject(from, depth)
    return from.name === 'Ref' ? readReference(from, depth) : readLeaf(from, depth)
  }

  const readLeaf = (from: XmlElement, depth: number): CliPlain => {
    const value = readPlain(from)
    const characters =
      value.kind === 'text' ? value.value.length : value.kind === 'bytes' ? value.value.length : 0
    spend(0, 1, characters, 0, depth)
    return value
  }

  const readReference = (from: XmlElement, depth: number): CliValue => {
    const known = objects.get(attributeOf(from, 'RefId') ?? '')
    if (!known) throw new Refused('badReference')
    // An object inside itself: there is no such plain data, and nothing we are asked to do needs it.
    if (known === 'unfinished') return NIL
    const { weight } = known
    spend(weight.objects, weight.values, weight.characters, weight.height, depth)
    return known.value
  }

  const readTypes = (from: XmlElement): readonly string[] => {
    const id = attributeOf(from, 'RefId') ?? ''
    if (from.name === 'TNRef') {
      const known = typeLists.get(id)
      if (!known) throw new Refused('badReference')
      return known
    }
    const types = elementsOf(from).map((type) => {
      if (type.name !== 'T') throw new Refused('unknownElement')
      return unescapeCliText(textOf(type))
    })
    typeLists.set(id, types)
    return types
  }

  function* readMembers(from: XmlElement, depth: number): Steps<ReadonlyMap<string, CliValue>> {
    const members = new Map<string, CliValue>()
    for (const child of elementsOf(from)) {
      const name = attributeOf(child, 'N')
      if (name === undefined) throw new Refused('badValue')
      members.set(unescapeCliText(name), yield* readValue(child, depth + 1))
    }
    return members
  }

  function* readEntry(from: XmlElement, depth: number): Steps<readonly [CliValue, CliValue]> {
    const parts = yield* readMembers(from, depth)
    const key = parts.get('Key')
    const value = parts.get('Value')
    if (from.name !== 'En' || !key || !value) throw new Refused('badValue')
    return [key, value]
  }

  function* readContent(from: XmlElement, depth: number): Steps<CliContent> {
    switch (from.name) {
      case 'LST':
      case 'IE':
      case 'QUE':
      case 'STK': {
        const items: CliValue[] = []
        for (const item of elementsOf(from)) items.push(yield* readValue(item, depth + 1))
        return { kind: 'list', tag: from.name satisfies ListTag, items }
      }
      case 'DCT': {
        const entries: (readonly [CliValue, CliValue])[] = []
        for (const entry of elementsOf(from)) entries.push(yield* readEntry(entry, depth + 1))
        return { kind: 'dictionary', entries }
      }
      default: {
        const value = yield* readValue(from, depth)
        if (value.kind === 'object') throw new Refused('badValue')
        return { kind: 'plain', value }
      }
    }
  }

  function* readObject(from: XmlElement, depth: number): Steps<CliObject> {
    const id = attributeOf(from, 'RefId')
    const before = { ...spent }
    spent.height = 0
    spend(1, 1, 0, 0, depth)
    if (id !== undefined) objects.set(id, 'unfinished')
    let types: readonly string[] = []
    let text: string | undefined
    let content: CliContent | undefined
    let props: ReadonlyMap<string, CliValue> = new Map()
    let members: ReadonlyMap<string, CliValue> = new Map()
    for (const child of elementsOf(from)) {
      if (child.name === 'TN' || child.name === 'TNRef') types = readTypes(child)
      else if (child.name === 'ToString') {
        text = unescapeCliText(textOf(child))
        spend(0, 0, text.length, 0, depth)
      } else if (child.name === 'Props') props = yield* readMembers(child, depth + 1)
      else if (child.name === 'MS') members = yield* readMembers(child, depth + 1)
      else if (content) throw new Refused('badValue')
      else content = yield* readContent(child, depth + 1)
    }
    const value: CliObject = { kind: 'object', types, text, content, props, members }
    const weight: Weight = {
      objects: spent.objects - before.objects,
      values: spent.values - before.values,
      characters: spent.characters - before.characters,
      height: spent.height - depth,
    }
    spent.height = Math.max(before.height, spent.height)
    if (id !== undefined) objects.set(id, { value, weight })
    return value
  }

  return (root) => readValue(root, 0)
}

const RANGES: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ['By', [0n, 255n]],
  ['SB', [-128n, 127n]],
  ['U16', [0n, 65_535n]],
  ['I16', [-32_768n, 32_767n]],
  ['U32', [0n, 4_294_967_295n]],
  ['I32', [-2_147_483_648n, 2_147_483_647n]],
  ['U64', [0n, 18_446_744_073_709_551_615n]],
  ['I64', [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n]],
  ['C', [0n, 65_535n]],
])
const FLOATS: ReadonlyMap<string, number> = new Map([
  ['INF', Number.POSITIVE_INFINITY],
  ['-INF', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
])

function readPlain(from: XmlElement): CliPlain {
  const text = textOf(from)
  switch (from.name) {
    case 'Nil':
      return NIL
    case 'S':
    case 'SBK':
    case 'XD':
    case 'URI':
      return { kind: 'text', tag: from.name, value: unescapeCliText(text) }
    case 'Version':
    case 'G':
    case 'D':
    case 'DT':
    case 'TS':
    case 'SS':
      return { kind: 'text', tag: from.name, value: text.trim() }
    case 'B':
      if (text !== 'true' && text !== 'false') throw new Refused('badValue')
      return { kind: 'bool', value: text === 'true' }
    case 'By':
    case 'SB':
    case 'U16':
    case 'I16':
    case 'U32':
    case 'I32':
    case 'C':
      return { kind: 'number', tag: from.name, value: Number(readInteger(from.name, text)) }
    case 'U64':
    case 'I64':
      return { kind: 'long', tag: from.name, value: readInteger(from.name, text) }
    case 'Sg':
    case 'Db':
      return { kind: 'number', tag: from.name, value: readFloat(text) }
    case 'BA':
      if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw new Refused('badValue')
      return { kind: 'bytes', value: new Uint8Array(Buffer.from(text, 'base64')) }
    default:
      throw new Refused('unknownElement')
  }
}

function readInteger(tag: string, text: string): bigint {
  const range = RANGES.get(tag)
  if (!range || !/^\s*[+-]?\d{1,20}\s*$/.test(text)) throw new Refused('badValue')
  const value = BigInt(text.trim().replace(/^\+/, ''))
  if (value < range[0] || value > range[1]) throw new Refused('badValue')
  return value
}

function readFloat(text: string): number {
  const trimmed = text.trim()
  const special = FLOATS.get(trimmed)
  if (special !== undefined) return special
  const value = Number(trimmed)
  if (trimmed === '' || !/^[-+0-9.eE]+$/.test(trimmed) || Number.isNaN(value)) throw new Refused('badValue')
  return value
}
