import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** Ways in which text becomes code, or another program, in Node and in browsers (SECURITY 47). */
const WAYS: readonly RegExp[] = [
  /\beval\s*\(/,
  /\bnew\s+Function\b|[^\w.]Function\s*\(/,
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"](?:node:)?(?:vm|child_process|module|repl|inspector)['"]/,
  /\bsetTimeout\s*\(\s*['"`]|\bsetInterval\s*\(\s*['"`]/,
  /\bimport\s*\(\s*(?!['"]|\/\*)/,
]

/** The launcher starts Node and npm with words of its own; nothing else may. */
const LAUNCHER = 'bin/nightpost.js'

function found(files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((text, at) => ({
        place: `${file}:${at + 1}`,
        code: text.replace(/\/\/.*$|^\s*\*.*$|\/\*.*\*\//, ''),
      }))
      .filter(({ code }) => WAYS.some((way) => way.test(code)))
      .map(({ place, code }) => `${place} ${code.trim().slice(0, 80)}`),
  )
}

test('no text from outside becomes code: no eval, no Function, no vm, no other program (SECURITY 47)', () => {
  const files = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}', 'bin/**/*.js'], { cwd: root }).filter(
    (file) =>
      file !== LAUNCHER &&
      !file.startsWith('web/dist') &&
      !file.includes('node_modules') &&
      !/\.(?:test|fuzz|bench)\.tsx?$/.test(file),
  )
  assert.ok(files.length > 100)
  assert.deepEqual(found(files), [])
})

test('the pages that are served hold none of it either', (t) => {
  const files = globSync('web/dist/**/*.js', { cwd: root })
  if (files.length === 0) return t.skip('the web client is not built')
  const bundle = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  for (const way of [/\beval\s*\(/, /\bnew\s+Function\b/, /[^\w.$]Function\s*\(\s*['"`]/])
    assert.doesNotMatch(bundle, way)
})

test('the check sees what it looks for', () => {
  for (const code of [
    'eval(x)',
    'new Function("x")',
    "import('node:vm')",
    'import(name)',
    "import x from 'child_process'",
  ])
    assert.ok(
      WAYS.some((way) => way.test(code)),
      code,
    )
})
