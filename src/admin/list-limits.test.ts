import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PsValue, psObject } from '../base/ps-value.ts'
import { clientPolicy } from '../domain/policies/client-policy.ts'
import type { PolicyValue } from '../domain/policy.ts'
import { fromPs, LIST_CHARACTERS, LIST_ITEMS } from './setting-values.ts'

// SECURITY 25: a list of any size that a client can send is refused before any of it is converted.

const setting = clientPolicy.settings.PolicyEntry

const entries = (count: number, length = 1): PsValue[] =>
  Array.from({ length: count }, (_, n) =>
    psObject('X', [['Name', `n${n}`] as const, ['Value', 'y'.repeat(length)] as const]),
  )

const add = (items: readonly PsValue[], verb = 'Add'): PsValue => ({
  kind: 'table',
  entries: [[verb, items]],
})

function stored(count: number): PolicyValue {
  return Array.from({ length: count }, (_, n) => ({ Name: `n${n}`, Value: 'y' })) as unknown as PolicyValue
}

const CASES: readonly [name: string, given: PsValue, current: PolicyValue, outcome: 'taken' | RegExp][] = [
  ['as many as a list can have', add(entries(LIST_ITEMS)), [], 'taken'],
  ['one more', add(entries(LIST_ITEMS + 1)), [], /501 items are too many for one list; it can have 500/],
  [
    'one more than there is room for',
    add([psObject('X', [['Name', 'new'] as const])]),
    stored(LIST_ITEMS),
    /501 items/,
  ],
  ['one in the place of another of its name', add(entries(1, 5)), stored(LIST_ITEMS), 'taken'],
  ['few, but very long ones', add(entries(3, LIST_CHARACTERS / 2)), [], /262144 characters in all/],
  [
    'long ones that come one after the other',
    add(entries(2, LIST_CHARACTERS / 4)),
    [{ Name: 'old', Value: 'y'.repeat(LIST_CHARACTERS / 2) }] as unknown as PolicyValue,
    /characters/,
  ],
  [
    'taking away from a list that is too long already',
    add(entries(1), 'Remove'),
    stored(2 * LIST_ITEMS),
    'taken',
  ],
  ['nothing in the place of all', null, stored(2 * LIST_ITEMS), 'taken'],
]
for (const [name, given, current, outcome] of CASES) {
  test(`a list setting and ${name}`, () => {
    assert.ok(setting)
    const changed = fromPs(setting, given, current)
    if (outcome === 'taken') assert.ok(changed.ok, changed.ok ? '' : changed.error)
    else assert.match(changed.ok ? 'taken' : changed.error, outcome)
  })
}
