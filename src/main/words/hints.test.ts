import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingRows } from '../config.ts'
import { configurationSchema } from '../schema.ts'
import { HINTS_JA } from './hints.ts'

/** Values that one setting or another does not take. */
const WRONG = [{}, -1, 'soon', '', true, ['a b'], [1], 70_000, 1.5]

function tree(name: string, value: unknown): unknown {
  return name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
}

test('every hint of the configuration has its Japanese, and none is there for nothing', () => {
  const seen = new Set<string>()
  for (const { name } of settingRows()) {
    for (const value of WRONG) {
      const checked = configurationSchema.safeParse(tree(name, value))
      if (checked.success) continue
      const [issue] = checked.error.issues
      if (issue?.code === 'unrecognized_keys') continue
      const hint = issue?.message ?? ''
      if (hint.startsWith('write ')) seen.add(hint)
      assert.ok(!hint.startsWith('write ') || hint in HINTS_JA, `${name}: ${hint}`)
    }
  }
  assert.ok(seen.size > 10, 'hints were found')
})
