import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSpec } from './ucwa-spec.ts'

/** Names of every test about UCWA that `npm test` runs. */
function namesOfTests(): readonly string[] {
  return globSync(join(import.meta.dirname, 'ucwa-*.test.ts')).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\btest\(\s*(['"`])(.*?)\1,/gs)].map(([, , name]) => name ?? ''),
  )
}

test('every check of the resource list has a test that is named after it', () => {
  const names = namesOfTests()
  assert.ok(names.length > 100, `${names.length}`)
  // `H3, H4: …` in front, or `… (H3, H4)` behind.
  const ids = new Set(
    names.flatMap((name) => [
      ...(/^((?:[A-Z]\d, )*[A-Z]\d):/.exec(name)?.[1]?.split(', ') ?? []),
      ...(/\(((?:[A-Z]\d, )*[A-Z]\d)\)$/.exec(name)?.[1]?.split(', ') ?? []),
    ]),
  )
  const { checks } = readSpec()
  assert.ok(checks.length >= 44)
  assert.deepEqual(
    checks.filter((id) => !ids.has(id)),
    [],
  )
})
