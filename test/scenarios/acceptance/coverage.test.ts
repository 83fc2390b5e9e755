import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

// Which test proves which line of the rules (offline-im sections 14, 6 and 6a). A line without a test fails here, and so does a test
// that was renamed away. Several files may name one line; the beginning of the test's name is what counts.

const SCENARIOS = join(import.meta.dirname, '..')

/** Section 14, the minimum acceptance set: through the running server, as `14.N` at the beginning of the name. */
const SECTION_14: Readonly<Record<number, string>> = {
  1: 'acceptance/sending.test.ts',
  2: 'acceptance/sending.test.ts',
  3: 'acceptance/sending.test.ts',
  4: 'acceptance/clients.test.ts',
  5: 'acceptance/history.test.ts',
  6: 'acceptance/quiet.test.ts',
  7: 'acceptance/quiet.test.ts',
  8: 'acceptance/items.test.ts',
  9: 'acceptance/sending.test.ts',
  10: 'acceptance/sending.test.ts',
  11: 'acceptance/endings.test.ts',
  12: 'acceptance/endings.test.ts',
  13: 'acceptance/waiting.test.ts',
  14: 'acceptance/sending.test.ts',
  15: 'acceptance/reading.test.ts',
  16: 'acceptance/hiding.test.ts',
  17: 'acceptance/reading.test.ts',
  18: 'acceptance/waiting.test.ts',
  19: 'acceptance/reading.test.ts',
}

/** Section 6, the rows of the recipient's state that there are without SIP and federation: file and words of a test's name. */
const MATRIX: Readonly<Record<string, readonly [file: string, words: string]>> = {
  M1: ['acceptance/sending.test.ts', '14.1 (R1, R2, R5, R6; M1, M15)'],
  M2: ['acceptance/sending.test.ts', '14.2 (R10, R17; M2)'],
  M3: ['acceptance/hiding.test.ts', '14.16 (M3)'],
  M4: ['acceptance/quiet.test.ts', '14.6 (R7; M4, M6)'],
  M5: ['acceptance/quiet.test.ts', '14.7 (M5)'],
  M6: ['acceptance/quiet.test.ts', '14.6 (R7; M4, M6)'],
  M7: ['acceptance/quiet.test.ts', 'M7, M10'],
  M8: ['acceptance/reading.test.ts', 'M8: without a confirmation in time'],
  M9: ['acceptance/reading.test.ts', 'M9: a decline'],
  M10: ['acceptance/quiet.test.ts', 'M7, M10'],
  M11: ['acceptance/sending.test.ts', '14.10 (M11, M13, M14; R17)'],
  M12: ['acceptance/privacy.test.ts', 'M12: messages go by reachability'],
  M13: ['acceptance/sending.test.ts', '14.10 (M11, M13, M14; R17)'],
  M14: ['acceptance/sending.test.ts', '14.10 (M11, M13, M14; R17)'],
  M15: ['acceptance/sending.test.ts', '14.1 (R1, R2, R5, R6; M1, M15)'],
  M19: ['delivery.test.ts', 'M19: with the store down'],
  M20: ['acceptance/endings.test.ts', '14.12 (R30; M20)'],
}

/** Section 6a, row by row. */
const WAITING: Readonly<Record<string, readonly [file: string, words: string]>> = {
  "S's or the deployment's switch goes off": ['acceptance/waiting.test.ts', '14.13, 6a (R23)'],
  'U blocks S': ['acceptance/waiting.test.ts', '6a: the recipient blocks the sender'],
  'S disabled or deleted': ['acceptance/waiting.test.ts', '6a (R49): the sender is deleted'],
  'U suspended': ['acceptance/waiting.test.ts', '6a (R48): the recipient is suspended'],
  'U removed from the service or deleted': ['acceptance/waiting.test.ts', '14.18, 6a (R48)'],
  "U's address changes": ['acceptance/waiting.test.ts', "6a: the recipient's address changes"],
  'inbox full': ['acceptance/limits.test.ts', 'section 10: of octets read rows make room'],
  'U signs in as Do Not Disturb or Presenting': [
    'acceptance/waiting.test.ts',
    '6a: signing in as Do Not Disturb',
  ],
  'U signs in as Appear Offline': ['acceptance/waiting.test.ts', '6a: signing in as Appear Offline'],
  'U signs in with a client that may not send': ['acceptance/clients.test.ts', '6a (R8)'],
  'S is offline when it is delivered, read or expires': [
    'acceptance/waiting.test.ts',
    '6a (R50): the sender is away',
  ],
}

/** Names of the tests of one file, as they stand in it; `skip` of those that only say why they do not run. */
function testsIn(file: string): readonly { readonly name: string; readonly skipped: boolean }[] {
  const text = readFileSync(join(SCENARIOS, file), 'utf8')
  return [...text.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1,(\s*\{\s*skip:)?/g)].map(
    ([, , name = '', skip]) => ({ name: name.replaceAll("\\'", "'"), skipped: skip !== undefined }),
  )
}

test('section 14: each of its nineteen numbers has a test that runs', () => {
  assert.deepEqual(
    Object.keys(SECTION_14).map(Number),
    Array.from({ length: 19 }, (_, i) => i + 1),
  )
  for (const [number, file] of Object.entries(SECTION_14)) {
    const named = testsIn(file).filter(({ name }) => new RegExp(`^14\\.${number}\\b`).test(name))
    assert.ok(
      named.some(({ skipped }) => !skipped),
      `14.${number} in ${file}`,
    )
  }
})

test('sections 6 and 6a: each row that exists without SIP and federation has a test that runs', () => {
  for (const [row, [file, words]] of Object.entries({ ...MATRIX, ...WAITING })) {
    const found = testsIn(file).find(({ name, skipped }) => name.startsWith(words) && !skipped)
    assert.ok(found, `${row}: ${words} in ${file}`)
  }
})

test('what does not run says why', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
  const skipped = files.flatMap((file) =>
    testsIn(`acceptance/${file}`).flatMap((one) => (one.skipped ? [one.name] : [])),
  )
  assert.deepEqual(skipped, [
    '14.17: a SIP client gets the messages once for ever, a second one nothing that was read',
  ])
})
