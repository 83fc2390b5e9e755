import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseXml } from '../base/xml.ts'
import { parseClean } from './html-clean.ts'
import { htmlToText, sanitizeHtml, toXhtml } from './html-sanitize.ts'

const CASES = [
  ['formatting stays', '<b>bold</b> &amp; <i>x</i>', '<b>bold</b> &amp; <i>x</i>'],
  ['a script goes with its text', 'a<script>alert(1)</script>b', 'ab'],
  ['an event attribute goes', '<b onclick="x()">y</b>', '<b>y</b>'],
  ['an image goes', 'a<img src=x onerror=alert(1)>b', 'ab'],
  ['an unknown element keeps its text', '<table><tr><td>cell</td></tr></table>', 'cell'],
  [
    'a link is kept with its rel',
    '<a href="https://x.test/?a=1&b=2">x</a>',
    '<a href="https://x.test/?a=1&amp;b=2" rel="noopener noreferrer nofollow">x</a>',
  ],
  ['a javascript link gives up its tag', '<a href="javascript:alert(1)">x</a>', 'x'],
  ['a link with a tab inside its scheme too', '<a href="java\tscript:alert(1)">x</a>', 'x'],
  ['a data link too', '<a href="data:text/html,x">x</a>', 'x'],
  [
    'style becomes classes',
    '<span style="color:red;font-size:20pt">x</span>',
    '<span class="color-red size-large">x</span>',
  ],
  [
    'a class of our own stays, others go',
    '<span class="color-red size-small evil">x</span>',
    '<span class="color-red size-small">x</span>',
  ],
  ['SVG is dropped', '<svg><a href="https://x.test">x</a></svg>y', 'y'],
  ['what is not closed gets closed', '<b><i>x', '<b><i>x</i></b>'],
  ['a line break is well-formed', 'a<br>b', 'a<br/>b'],
] as const

for (const [name, source, clean] of CASES) test(name, () => assert.equal(sanitizeHtml(source), clean))

test('cleaning is well-formed XML and changes nothing the second time, whatever comes in', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '</',
      '"',
      "'",
      '&',
      '<b>',
      '<a href="https://x.test">',
      '</b>',
      '<!--',
      '-->',
      '<svg>',
      '<math>',
      '<template>',
      '<style>',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const clean = sanitizeHtml(pieces.join(''))
      assert.equal(sanitizeHtml(clean), clean)
      assert.equal(parseXml(`<span>${clean}</span>`, LIMITS).ok, true)
    }),
  )
})

const LIMITS = { depth: 64, elements: 20_000, attributes: 128, namespaces: 32, text: 262_144 }

test('nothing but the allow-list comes out, whatever goes in', () => {
  const tag = fc.constantFrom(
    'b',
    'a',
    'span',
    'img',
    'script',
    'svg',
    'form',
    'input',
    'p',
    'iframe',
    'math',
  )
  const attribute = fc.constantFrom(
    'href="javascript:x"',
    'href="https://x.test/"',
    'onclick="x"',
    'style="color:red;background:url(x)"',
    'class="color-red evil"',
    'src=x',
    'href="  JaVaScRiPt:x"',
    'xlink:href="https://x.test"',
  )
  const piece = fc.oneof(
    fc
      .tuple(tag, fc.array(attribute, { maxLength: 3 }))
      .map(([name, more]) => `<${[name, ...more].join(' ')}>`),
    tag.map((name) => `</${name}>`),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const clean = sanitizeHtml(pieces.join(''))
      // What was cleaned is read without a browser's parser, and means the same as with one.
      assert.ok(parseClean(clean), clean)
      assert.equal(toXhtml(clean), clean)
      assert.equal(htmlToText(clean), htmlToText(`<!-- -->${clean}`))
      for (const [whole, name, attributes] of sanitizeHtml(pieces.join('')).matchAll(/<\/?(\w+)([^>]*)>/g)) {
        assert.ok(ALLOWED.includes(name ?? ''), whole)
        assert.match(
          attributes ?? '',
          / href="(?:https?:\/\/|mailto:|sip:)[^"]*" rel="[a-z ]+"|^\/?$|^ class="[a-z -]+"$/,
        )
      }
    }),
  )
})

/** SECURITY 44. */
const ALLOWED = 'b i u s em strong p br div span ul ol li a blockquote pre code'.split(' ')

test('SECURITY 25: more tags than a message has cost nothing and are dropped, the text stays', () => {
  const many = `${'<p><b>'.repeat(5000)}hello<i>`
  assert.equal(sanitizeHtml(many), 'hello')
  assert.equal(htmlToText(`${many}${'<'.repeat(9000)}`), 'hello')
  assert.equal(htmlToText(`a${' '.repeat(60_000)}b \t\n c`), `a${' '.repeat(60_000)}b\n c`)
})

test('what is not in our own form is not taken for clean', () => {
  for (const source of [
    '<b>x',
    '</b>',
    '<b><i>x</b></i>',
    '<script>x</script>',
    '<b onclick="x">y</b>',
    '<B>x</B>',
    '<b >x</b>',
    '<br>',
    '<br/ >',
    '<a>x</a>',
    '<a href="javascript:x" rel="noopener noreferrer nofollow">x</a>',
    '<a href="https://x.test">x</a>',
    '<b href="https://x.test" rel="noopener noreferrer nofollow">x</b>',
    'a & b',
    '&nbsp;',
    '&#60;',
    'a "quote"',
    'a > b',
    '<!-- -->',
    '<b>'.repeat(501) + '</b>'.repeat(501),
  ]) {
    assert.equal(parseClean(source), undefined, source.slice(0, 80))
  }
})

test('text keeps its lines', () => {
  assert.equal(htmlToText('<div>one</div><div>two<br>three</div>&lt;x&gt;'), 'one\ntwo\nthree\n<x>')
})
