import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMPLAINTS } from '../words/complaints.ts'
import type { Words } from '../words/language.ts'
import { CHECKS, FINDINGS, type FindingWords } from './words.ts'

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

const ALL: readonly (readonly [string, Words])[] = [
  ...Object.entries<Words>(CHECKS).map(([name, words]) => [`check ${name}`, words] as const),
  ...Object.entries<Words>(COMPLAINTS),
  ...Object.entries<FindingWords>(FINDINGS).flatMap(([name, words]) => [
    [name, words] as const,
    ...(words.fix ? [[`${name}, its fix`, words.fix] as const] : []),
  ]),
]

test('every text of the command line is there in both languages, with the same values', () => {
  for (const [name, { en, ja }] of ALL) {
    assert.ok(en !== '' && ja !== '', name)
    assert.deepEqual(placeholders(ja), placeholders(en), name)
  }
})

/** Texts that are a value, a command or a name and nothing else. */
const SAME = /^(?:[\s\d{}:.]|\{\w+\}|sudo -u|nightpost|doctor|tls\.certificate)*$/

test('Japanese is Japanese wherever there are words', () => {
  for (const [name, { en, ja }] of ALL) {
    if (SAME.test(en)) continue
    assert.match(ja, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, name)
    assert.doesNotMatch(en, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, name)
  }
})

test('whatever is wrong says what to do, and what is well does not', () => {
  const wrong = Object.entries<FindingWords>(FINDINGS).filter(([, { fix }]) => fix !== undefined)
  assert.ok(wrong.length > 30)
  for (const [name, { fix }] of wrong) assert.ok(fix && fix.en.length > 5, name)
})
