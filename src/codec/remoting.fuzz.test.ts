import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fuzzers as powershell } from './powershell/powershell.fuzz.ts'
import { fuzzers as psrp } from './psrp/psrp.fuzz.ts'
import { fuzzers as wsman } from './wsman/wsman.fuzz.ts'

/** Replaces, inserts or removes a few bytes. */
function mutate(seed: Uint8Array, changes: readonly (readonly [number, number, number])[]): Uint8Array {
  const bytes = [...seed]
  for (const [at, how, value] of changes) {
    const index = at % (bytes.length + 1)
    if (how === 0) bytes[index] = value
    else if (how === 1) bytes.splice(index, 0, value)
    else bytes.splice(index, value % 8)
  }
  return Uint8Array.from(bytes)
}

const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.nat({ max: 255 })), {
  minLength: 1,
  maxLength: 4,
})

for (const { name, seeds, run } of [...powershell, ...psrp, ...wsman])
  test(`${name}: 5,000 mutations are taken or refused, never thrown (SECURITY 28)`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), changes, (seed, change) => run(mutate(seed, change))),
      { numRuns: 5_000, seed: 28 },
    )
    assert.ok(seeds.length > 0)
  })
