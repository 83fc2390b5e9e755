import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// What `npm run NAME` does (package.json goes through the launcher to here), so that every script runs on the same Node.

const root = join(import.meta.dirname, '..')
const bin = (name: string, ...path: string[]) => join(root, 'node_modules', name, ...path)

/** Tests that need no outside server and no extra system package (DECISIONS 6). */
const TESTS = [
  'src/**/*.test.ts',
  'web/**/*.test.ts',
  'test/*.test.ts',
  'test/{scenarios,contract}/**/*.test.ts',
]

type Step = readonly string[]

/** Node's own test runner over what the patterns find; names on the command line replace the patterns. */
function tests(patterns: readonly string[], given: readonly string[], concurrency = 2): readonly Step[] {
  const options = given.filter((arg) => arg.startsWith('--'))
  const names = given.filter((arg) => !arg.startsWith('--'))
  const files =
    names.length > 0 ? names : patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()
  if (files.length === 0) return []
  // A guard against a test that waits for ever, not a claim about time; it holds for a whole file too.
  const seed = `--import=${pathToFileURL(join(root, 'test', 'seed.ts')).href}`
  const guard = [`--test-concurrency=${concurrency}`, '--test-timeout=300000']
  return [[seed, '--test', ...guard, ...options, ...files]]
}

const SCRIPTS: Readonly<Record<string, (args: readonly string[]) => readonly Step[]>> = {
  test: (args) => tests(TESTS, args),
  'test:contract': (args) => tests(['test/contract/**/*.test.ts'], args),
  'test:scenarios': (args) => tests(['test/scenarios/**/*.test.ts'], args),
  // A page mostly waits: for the network, for a state that passes, for the next frame.
  'test:browser': (args) => tests(['test/browser/**/*.test.ts'], args, 3),
  'test:interop': (args) => tests(['test/interop/**/*.test.ts'], args, 1),
  'test:kill': (args) => [['test/kill/run.ts', ...args]],
  sbom: (args) => [['scripts/sbom.ts', ...args]],
  fuzz: (args) => [['scripts/fuzz.ts', ...args]],
  bench: (args) => [['bench/run.ts', ...args]],
  docs: (args) => [['scripts/docs.ts', ...args]],
  dev: (args) => [['scripts/dev.ts', ...args]],
  'build:web': () => [[bin('vite', 'bin', 'vite.js'), 'build', '--config', 'web/vite.config.ts', 'web']],
  check: () => [
    [bin('typescript', 'bin', 'tsc'), '-p', '.'],
    [bin('typescript', 'bin', 'tsc'), '-p', 'web'],
    [bin('@biomejs/biome', 'bin', 'biome'), 'ci', '--colors=off', '--error-on-warnings', '.'],
    ['--test', 'test/layering.test.ts', 'test/documents.test.ts'],
    ['scripts/docs.ts', '--check'],
  ],
}

/** Runs one step on this Node and hands signals on. @returns its exit code. */
function run(step: Step): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-proto=delete', ...step], {
      cwd: root,
      stdio: 'inherit',
    })
    const pass = (signal: NodeJS.Signals) => child.kill(signal)
    process.on('SIGTERM', pass).on('SIGINT', pass)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass).off('SIGINT', pass)
      resolve(signal === null ? (code ?? 1) : 1)
    })
  })
}

const [name = '', ...args] = process.argv.slice(2)
const steps = Object.hasOwn(SCRIPTS, name) ? SCRIPTS[name]?.(args) : undefined
if (steps === undefined) {
  process.stderr.write(
    `nightpost: there is no script ${name}; write one of ${Object.keys(SCRIPTS).join(', ')}\n`,
  )
  process.exit(2)
}
if (steps.length === 0) process.stderr.write(`nightpost: ${name}: nothing to run yet\n`)
// The launcher's channel, if there is one, must not keep this process alive.
process.channel?.unref()
for (const step of steps) {
  const code = await run(step)
  if (code !== 0) process.exit(code)
}
