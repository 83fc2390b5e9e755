import assert from 'node:assert/strict'
import test from 'node:test'
import type { Language } from '../account.ts'
import { REFUSED_TEXT, SENDER_TEXTS, STORED_TEXT, senderText } from './sender.ts'

const LANGUAGES = ['en', 'ja'] as const

test('T1 to T11 are all there', () => {
  for (let n = 1; n <= 11; n++) {
    assert.ok(
      SENDER_TEXTS.some((id) => new RegExp(`^T${n}(?!\\d)`).test(id)),
      `T${n}`,
    )
  }
})

test('every text is a sentence in both languages and has no gap left', () => {
  for (const id of SENDER_TEXTS) {
    for (const language of LANGUAGES) {
      const text = senderText(id, language, { name: 'Ken Myer', time: '11:19' })
      assert.doesNotMatch(text, /[{}]/, id)
      assert.match(text, language === 'ja' ? /。$/ : /\.$/, id)
      if (language === 'ja') assert.match(text, /\p{Script=Hiragana}/u, id)
      else assert.doesNotMatch(text, /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u, id)
    }
  }
})

test('both languages of a text name the same things', () => {
  for (const id of SENDER_TEXTS) {
    if (id === 'T7tooLong') continue // the Japanese text of T7 is one for both cases (offline-im section 9)
    for (const value of ['Ken Myer', '11:19']) {
      const names = (language: Language): boolean =>
        senderText(id, language, { name: 'Ken Myer', time: '11:19' }).includes(value)
      assert.equal(names('en'), names('ja'), `${id}: ${value}`)
    }
  }
})

test('a Japanese name is followed by san', () => {
  assert.equal(
    senderText('T1', 'ja', { name: '佐藤 花子' }),
    '佐藤 花子 さんはサインインしていません。メッセージは相手の受信トレイに届けられます。',
  )
})

test('a name that looks like a gap or a replacement pattern stays as it is', () => {
  assert.match(
    senderText('T2', 'en', { name: '{time} $&', time: '9:00' }),
    /^Kept for \{time\} \$& at 9:00\.$/,
  )
})

test('a block and every closed gate read alike', () => {
  const gates = ['blocked', 'deploymentOff', 'senderPolicy', 'senderClient', 'recipientSite'] as const
  for (const gate of gates) assert.equal(REFUSED_TEXT[gate], 'T4')
})

test('somebody who appears offline reads like somebody who is absent', () => {
  assert.equal(STORED_TEXT.appearsOffline, STORED_TEXT.offline)
})
