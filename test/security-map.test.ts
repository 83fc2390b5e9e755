import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

// docs/standards.md says which test proves which item of the security requirements.

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs', 'standards.md'), 'utf8')

/** Items of the first releases that lie behind HTTP, SSH, the console and the store. */
const ITEMS = [
  ...[...Array(29).keys()].map((at) => at + 1),
  ...[31, 32, 36, 37, 38, 39],
  ...[41, 43, 44, 46, 47, 48, 49, 50, 51, 52, 53],
  ...[56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68],
]

const rows = new Map(
  [...page.matchAll(/^\| (\d+) \| [^|]+ \| (.+) \|$/gm)].map(([, item, proofs = '']) => [
    Number(item),
    [...proofs.matchAll(/`([^`]+)`: ((?:“[^”]+”(?:, )?)+)/g)].map(([, file = '', names = '']) => ({
      file,
      names: [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name),
    })),
  ]),
)

test('every item has its row', () => {
  assert.deepEqual([...rows.keys()], ITEMS)
})

for (const [item, proofs] of rows) {
  test(`the tests that prove SECURITY ${item} are there`, () => {
    assert.ok(proofs.length > 0)
    for (const { file, names } of proofs) {
      assert.ok(existsSync(join(root, file)), file)
      const titles = [...readFileSync(join(root, file), 'utf8').matchAll(/\btest\(\s*(['"`])(.*?)\1/gs)].map(
        ([, , title]) => title ?? '',
      )
      for (const name of names)
        assert.ok(
          titles.some((title) => title.includes(name)),
          `${file}: ${name}`,
        )
    }
  })
}
