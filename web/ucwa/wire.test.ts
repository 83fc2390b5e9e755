import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  displayName,
  embeddedAll,
  href,
  instant,
  messageUri,
  personOf,
  sipUri,
  textOfHtml,
  textOfMessage,
} from './wire.ts'

test('any text survives the way into a message link and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
      assert.equal(textOfMessage(messageUri(plain)), plain)
    }),
  )
})

const MESSAGES = [
  ['a space as plus', 'data:text/plain;charset=utf-8,Hi+there%0d%0a', 'Hi there\r\n'],
  ['base64', 'data:text/plain;charset=utf-8;base64,44GT44KT44Gr44Gh44Gv', 'こんにちは'],
  ['a space after data:', 'data: text/plain;charset=utf-8,x', 'x'],
  ['HTML as its text', 'data:text/html;charset=utf-8,%3cspan%3ea%3cbr%3eb%3c/span%3e', 'a\nb'],
  ['a wrong type of a real client', 'data:html/plain;charset=utf-8,%3cb%3ea%3c/b%3e', 'a'],
  ['plain words', 'just text', 'just text'],
] as const
for (const [name, wire, expected] of MESSAGES) {
  test(`a message link is read: ${name}`, () => assert.equal(textOfMessage(wire), expected))
}

test('HTML of others comes out as text only', () => {
  assert.equal(textOfHtml('<p>1 &lt; 2 &amp; 3</p><script>alert(1)</script>'), '1 < 2 & 3')
  assert.equal(textOfHtml('&#12354;&#x1f600;&unknown;'), 'あ😀&unknown;')
})

test('a person is the last segment of a contact or participant address', () => {
  assert.equal(
    personOf('/ucwa/oauth/v1/applications/1/people/Ken.Myer%40litware.com/presence'),
    'sip:ken.myer@litware.com',
  )
  assert.equal(personOf('/x/communication/conversations/3/participants/b@x.test'), 'sip:b@x.test')
  assert.equal(personOf('/x/people/search?query=a'), undefined)
  assert.equal(sipUri('SIP:Ken@X.test'), 'sip:ken@x.test')
})

test('dates are read in both forms', () => {
  assert.equal(instant('/Date(1364327898968)/'), 1364327898968)
  assert.equal(instant('2026-11-22T05:05:00Z'), Date.UTC(2026, 10, 22, 5, 5))
  assert.equal(instant('soon'), undefined)
})

test('links and embedded resources may be single or arrays', () => {
  assert.equal(href({ _links: { contact: [{ href: '/a' }] } }, 'contact'), '/a')
  assert.equal(href({ _links: { contact: { href: '/a' } } }, 'contact'), '/a')
  assert.deepEqual(embeddedAll({ _embedded: { contact: { name: 'a' } } }, 'contact'), [{ name: 'a' }])
  assert.deepEqual(embeddedAll({}, 'contact'), [])
})

test('a name cannot turn the sentence around in which it stands', () => {
  assert.equal(displayName('\u202eKen\u2069 Myer'), 'Ken Myer')
  assert.equal(displayName('\u200f'), undefined)
})
