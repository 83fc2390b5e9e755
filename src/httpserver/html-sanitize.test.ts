import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseXml } from '../base/xml.ts'
import { htmlToText, sanitizeHtml } from './html-sanitize.ts'

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

test('text keeps its lines', () => {
  assert.equal(htmlToText('<div>one</div><div>two<br>three</div>&lt;x&gt;'), 'one\ntwo\nthree\n<x>')
})
