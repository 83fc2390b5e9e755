import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  attributeOf,
  childOf,
  childrenOf,
  element,
  elementsOf,
  formatXml,
  parseXml,
  textOf,
  XML_NAMESPACE,
  type XmlElement,
  type XmlLimits,
} from './xml.ts'

const LIMITS: XmlLimits = { depth: 64, elements: 20_000, attributes: 128, namespaces: 32, text: 256 * 1024 }

function read(text: string, limits: Partial<XmlLimits> = {}): XmlElement {
  const reading = parseXml(text, { ...LIMITS, ...limits })
  if (!reading.ok) throw new Error(`refused: ${reading.error}`)
  return reading.value
}

function refusal(text: string, limits: Partial<XmlLimits> = {}): string {
  const reading = parseXml(text, { ...LIMITS, ...limits })
  return reading.ok ? 'taken' : reading.error
}

test('a document becomes a tree in which prefixes are forgotten', () => {
  const root = read(
    '<a:r xmlns:a="urn:a" xmlns="urn:b" a:x="1" y="2"><c xml:lang="en">t<!-- no --><![CDATA[<&]]></c></a:r>',
  )
  assert.equal(root.uri, 'urn:a')
  assert.equal(attributeOf(root, 'x', 'urn:a'), '1')
  assert.equal(attributeOf(root, 'y'), '2')
  assert.equal(attributeOf(root, 'x'), undefined)
  const child = childOf(root, 'urn:b', 'c')
  assert.equal(textOf(child), 't<&')
  assert.equal(attributeOf(child, 'lang', XML_NAMESPACE), 'en')
  assert.equal(root.attributes.length, 2)
  assert.equal(childrenOf(root, 'urn:b', 'c').length, 1)
  assert.equal(elementsOf(root).length, 1)
})

const REFUSED: readonly [string, string, string, Partial<XmlLimits>?][] = [
  ['a DOCTYPE (SECURITY 15)', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'doctype'],
  ['an external DOCTYPE', '<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>', 'doctype'],
  ['an entity nobody declared', '<a>&x;</a>', 'entity'],
  ['a name of every JavaScript object as an entity', '<a>&constructor;</a>', 'entity'],
  ['a reference to a character XML has not', '<a>&#0;</a>', 'entity'],
  ['a C0 character that only XML 1.1 has', '<?xml version="1.1"?><a>&#1;</a>', 'entity'],
  ['a raw NUL', '<a>\u0000</a>', 'malformed'],
  ['an unclosed element', '<a><b></a>', 'malformed'],
  ['two roots', '<a/><b/>', 'malformed'],
  ['nothing', '', 'malformed'],
  ['a prefix without namespace', '<p:a/>', 'malformed'],
  ['one attribute twice', '<a x="1" x="2"/>', 'malformed'],
  ['one attribute twice under two prefixes', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>', 'malformed'],
  ['one level too many (SECURITY 14)', '<a><a><a/></a></a>', 'depth', { depth: 2 }],
  ['one element too many', '<a><a/><a/></a>', 'elements', { elements: 2 }],
  ['one attribute too many', '<a x="" y=""/>', 'attributes', { attributes: 1 }],
  ['one namespace too many', '<a xmlns:p="p" xmlns:q="q"/>', 'namespaces', { namespaces: 1 }],
  ['a text that is too long', '<a>abc</a>', 'text', { text: 2 }],
  ['a CDATA that is too long', '<a><![CDATA[abc]]></a>', 'text', { text: 2 }],
  ['an attribute that is too long', '<a b="abc"/>', 'text', { text: 2 }],
]
for (const [what, text, because, limits] of REFUSED)
  test(`${what} is refused`, () => assert.equal(refusal(text, limits), because))

test('what just fits is taken', () => {
  assert.equal(
    refusal('<a><a x="ab" xmlns:p="p"/></a>', {
      depth: 2,
      elements: 2,
      attributes: 1,
      namespaces: 1,
      text: 2,
    }),
    'taken',
  )
})

const names = fc.constantFrom('a', 'B', 'c-d', 'e.f', '_g', '名前')
const uris = fc.constantFrom('', 'urn:a', 'urn:b?x&y="z"')
const texts = fc.string({ unit: 'binary' }).filter((text) => {
  const root = formatXml(element('', 'a', {}, text))
  return !root.includes('\ufffd')
})
const trees = fc.letrec<{ node: XmlElement }>((tie) => ({
  node: fc
    .record({
      uri: uris,
      name: names,
      attributes: fc.uniqueArray(
        fc.record({ uri: uris, name: names, value: texts }, { noNullPrototype: true }),
        {
          selector: ({ uri, name }) => `${uri} ${name}`,
          maxLength: 3,
        },
      ),
      children: fc.array(fc.oneof({ maxDepth: 3, withCrossShrink: true }, texts, tie('node')), {
        maxLength: 3,
      }),
    })
    .map(({ uri, name, attributes, children }) => ({ uri, name, attributes, children: joined(children) })),
})).node

/** Neighbouring texts are one text once written. */
function joined(children: readonly (XmlElement | string)[]): (XmlElement | string)[] {
  const result: (XmlElement | string)[] = []
  for (const child of children) {
    const last = result.at(-1)
    if (typeof child === 'string' && typeof last === 'string') result[result.length - 1] = last + child
    else if (child !== '') result.push(child)
  }
  return result
}

test('what is written is read again as it was', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      assert.deepEqual(read(formatXml(tree, { 'urn:a': 'a' })), tree)
    }),
  )
})

test('a cut or altered document is refused or read, never thrown (SECURITY 28)', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.string({ unit: 'binary', maxLength: 4 }), (tree, at, insert) => {
      const text = formatXml(tree)
      const cut = at % text.length
      parseXml(text.slice(0, cut), LIMITS)
      parseXml(text.slice(0, cut) + insert + text.slice(cut + 1), LIMITS)
    }),
  )
})

test('a long text is the same whatever its pieces are cut at', () => {
  for (const unit of ['😀', 'a😀', '\r\n', '&#x1F600;', '<b/>', '&amp;]]'])
    for (const before of ['', 'x']) {
      const count = Math.ceil(140_000 / unit.length)
      const root = read(`<a>${before}${unit.repeat(count)}</a>`, { text: 1e7, elements: 1e6 })
      const expected =
        unit === '<b/>' ? 'b' : unit.replace('\r\n', '\n').replace('&#x1F600;', '😀').replace('&amp;', '&')
      const got =
        unit === '<b/>'
          ? elementsOf(root)
              .map(({ name }) => name)
              .join('')
          : textOf(root).slice(before.length)
      assert.ok(got === expected.repeat(count), `${unit} after '${before}'`)
    }
})
