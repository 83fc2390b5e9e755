import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountId } from './account.ts'
import { BATCH_BYTES, BATCH_MESSAGES, joinBatch, openBatch, takesMessage } from './batch.ts'
import { type LiveRow, sentLineEnds, settleView } from './expiry.ts'
import { acceptedLanguage, languageOf, languageOfTag } from './language.ts'
import { nextMail } from './notification.ts'
import { checkPassword } from './password.ts'
import { fullBucket, isFull, takeToken } from './rates.ts'
import { pairOf } from './thread.ts'
import { after, FOREVER, instant } from './time.ts'

const T = instant(1_000_000)
const MINUTE = 60_000

test('R26: a batch takes messages for its 120 s, not the fourth that comes after 130 s', () => {
  const batch = openBatch(7, T, 10, 120)
  assert.equal(takesMessage(batch, after(T, 119_999), 10), true)
  assert.equal(takesMessage(batch, after(T, 120_000), 10), false)
})

test('R26: the time of a batch runs from its first message', () => {
  const batch = joinBatch(openBatch(7, T, 10, 120), 10)
  assert.equal(takesMessage(batch, after(T, 120_001), 10), false)
})

test('R26: a batch closes at 100 messages or 256 KiB', () => {
  let batch = openBatch(7, T, 0, 120)
  for (let n = 1; n < BATCH_MESSAGES; n++) batch = joinBatch(batch, 0)
  assert.equal(takesMessage(batch, T, 0), false)
  assert.equal(takesMessage(openBatch(7, T, BATCH_BYTES - 5, 120), T, 5), true)
  assert.equal(takesMessage(openBatch(7, T, BATCH_BYTES - 5, 120), T, 6), false)
})

const OLD = instant(T - 2 * MINUTE)
const ROW: LiveRow = {
  reason: 'live',
  at: OLD,
  recipientView: 'history',
  senderView: 'history',
  confirmed: true,
  read: false,
  readingReported: true,
}
const NOBODY = { recipientView: 'none', senderView: 'none' } as const

const VIEWS: readonly [string, Partial<LiveRow>, string][] = [
  ['M8: unread for two minutes where reading is reported becomes an item', {}, 'toInbox'],
  ['M8: younger than two minutes waits', { at: instant(OLD + 1) }, 'wait'],
  ['M8: unread where nobody reports reading stays history', { readingReported: false }, 'keep'],
  ['never confirmed becomes an item wherever', { confirmed: false, readingReported: false }, 'toInbox'],
  ['read stays history', { read: true }, 'keep'],
  ['kept by neither side goes when it is read', { ...NOBODY, read: true, at: T }, 'remove'],
  [
    'kept by neither side goes after two minutes where nobody reports reading',
    { ...NOBODY, readingReported: false },
    'remove',
  ],
  ['kept by neither side, unread, becomes an item where reading is reported', NOBODY, 'toInbox'],
  ['of somebody who appears offline counts as live', { reason: 'appearsOffline' }, 'toInbox'],
  ['stored offline stays as it is', { reason: 'offline', recipientView: 'inbox' }, 'keep'],
  ['an item already stays one', { recipientView: 'inbox' }, 'keep'],
]

for (const [name, row, is] of VIEWS) {
  test(`a row that is ${name}`, () => assert.equal(settleView({ ...ROW, ...row }, T, 2 * MINUTE), is))
}

test('a sent line ends 30 days after delivery, or with the row', () => {
  const days = (n: number) => n * 86_400_000
  assert.equal(sentLineEnds(undefined, after(T, 5)), T + 5)
  assert.equal(sentLineEnds(T, FOREVER), T + days(30))
  assert.equal(sentLineEnds(T, after(T, days(3))), T + days(3))
})

test('mail goes after five minutes, then hourly, after the third daily', () => {
  const run = { since: T, mails: 0, lastMail: undefined }
  assert.equal(nextMail(run, 5 * MINUTE), T + 5 * MINUTE)
  assert.equal(nextMail({ ...run, mails: 1, lastMail: T }, 5 * MINUTE), T + 60 * MINUTE)
  assert.equal(nextMail({ ...run, mails: 3, lastMail: T }, 5 * MINUTE), T + 24 * 60 * MINUTE)
})

test('a language is the setting, else the culture, else the account, else English', () => {
  assert.equal(languageOf({ language: 'en' }, 'ja-JP', { language: 'ja' }), 'en')
  assert.equal(languageOf({ language: null }, 'ja-JP', { language: 'en' }), 'ja')
  assert.equal(languageOf({ language: null }, 'fr-FR', { language: 'ja' }), 'ja')
  assert.equal(languageOf({ language: null }, undefined, undefined), 'en')
  assert.equal(languageOfTag('jam'), undefined, 'Jamaican is not Japanese')
})

const HEADERS = [
  ['ja,en;q=0.9', 'ja'],
  ['en;q=0.2, ja-JP;q=0.3', 'ja'],
  ['fr-FR, en;q=0.5, ja;q=0.4', 'en'],
  ['ja;q=0', 'en'],
  ['ja;q=x', 'en'],
  ['', 'en'],
  [undefined, 'en'],
] as const

for (const [header, language] of HEADERS) {
  test(`Accept-Language '${header}' is ${language}`, () => assert.equal(acceptedLanguage(header), language))
}

const PASSWORDS: readonly [string, string, string | undefined][] = [
  ['eleven characters', 'abcdefghijk', 'tooShort'],
  ['a passphrase', 'violet tram over the river', undefined],
  ['twelve characters of Japanese', '夜間郵便局の青い扉を開く鍵', undefined],
  ['257 characters', 'xy'.repeat(129).slice(1), 'tooLong'],
  ['the word password with digits and marks', 'P@ssw0rd2026!!', 'common'],
  ['a run on the keyboard', 'qwertyuiopasdf', 'common'],
  ['digits alone', '123456789012', 'common'],
  ['one character', 'aaaaaaaaaaaaaa', 'common'],
  ['a common word twice', 'passwordpassword', 'common'],
  ['the own name with a year', 'Pilar.Ackerman1', 'containsName'],
  ['a tabulator', 'violet\ttram over', 'control'],
]

for (const [name, password, problem] of PASSWORDS) {
  test(`a password of ${name} is ${problem ?? 'taken'}`, () => {
    assert.equal(checkPassword(password, { names: ['Pilar.Ackerman'] }), problem)
  })
}

test('a weak password is taken where that was asked for, an empty one never', () => {
  assert.equal(checkPassword('pw', { allowWeak: true }), undefined)
  assert.equal(checkPassword('', { allowWeak: true }), 'tooShort')
})

test('a bucket never gives more than burst and rate allow, and its wait is enough', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 }), (pauses) => {
      const rate = { perSecond: 20, burst: 60 }
      let now = 0
      let taken = 0
      let bucket = fullBucket(rate, now)
      for (const pause of pauses) {
        now += pause
        const step = takeToken(bucket, rate, now)
        bucket = step.bucket
        if (step.waitMs === 0) taken++
        else assert.equal(takeToken(bucket, rate, now + step.waitMs).waitMs, 0)
      }
      assert.ok(taken <= 60 + (now / 1000) * 20 + 1e-6)
    }),
  )
  assert.equal(isFull({ tokens: 59, atMs: 0 }, { perSecond: 20, burst: 60 }, 50), true)
  assert.equal(isFull({ tokens: 59, atMs: 0 }, { perSecond: 20, burst: 60 }, 49), false)
})

test('a pair is one whoever wrote', () => {
  assert.deepEqual(pairOf(9 as AccountId, 3 as AccountId), [3, 9])
})
