import { globSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Fuzzer } from '../src/codec/psrp/psrp.fuzz.ts'

// `npm run fuzz -- --runs N --seed S`: changes known inputs of every decoder (`*.fuzz.ts`) and fails on a throw (SECURITY 28).

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
})
const root = join(import.meta.dirname, '..')

/** A small generator with a seed, so that a finding can be had again (xorshift32). */
function generator(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Replaces, inserts, removes or repeats a few octets. */
function mutate(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = [...seed]
  for (let change = 1 + random(6); change > 0; change--) {
    const at = random(bytes.length + 1)
    const how = random(5)
    if (how === 0) bytes[Math.min(at, Math.max(0, bytes.length - 1))] = random(256)
    else if (how === 1) bytes.splice(at, 0, random(256))
    else if (how === 2) bytes.splice(at, random(16))
    else if (how === 3) bytes.splice(at, 0, ...bytes.slice(at, at + random(64)))
    else bytes.length = at
  }
  return Uint8Array.from(bytes)
}

let failed = 0
for (const file of globSync('src/**/*.fuzz.ts', { cwd: root }).sort()) {
  const { fuzzers } = (await import(join(root, file))) as { fuzzers: readonly Fuzzer[] }
  for (const { name, seeds, run } of fuzzers) {
    const random = generator(Number(values.seed))
    let slowest = 0
    for (let i = 0; i < Number(values.runs); i++) {
      const input = mutate(seeds[random(seeds.length)] ?? new Uint8Array(), random)
      const began = performance.now()
      try {
        run(input)
      } catch (error) {
        failed++
        process.stdout.write(
          `${JSON.stringify({ fuzzer: name, run: i, input: Buffer.from(input).toString('base64'), error: String(error) })}\n`,
        )
      }
      slowest = Math.max(slowest, performance.now() - began)
    }
    process.stdout.write(
      `${JSON.stringify({ fuzzer: name, runs: Number(values.runs), seed: Number(values.seed), slowestMs: Math.round(slowest) })}\n`,
    )
  }
}
process.exitCode = failed > 0 ? 1 : 0
