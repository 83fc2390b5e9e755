import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientPolicy } from './policies/client-policy.ts'
import type { PolicyInstance } from './policy.ts'
import { effectiveInstance, entryValue, policyValues, shownValue } from './policy.ts'

const noun = 'CsClientPolicy'
const instance = (identity: string, values: PolicyInstance['values'] = {}): PolicyInstance => ({
  noun,
  identity,
  values,
})

/** DECISIONS 17: user, tenant, service, site, global; the first that exists wins as a whole. */
const PLACES: readonly (readonly [string, readonly string[], string, string])[] = [
  ['nothing but Global, which nobody has touched', [], 'Global', 'Global'],
  ['a changed Global', ['Global'], 'Global', 'Global'],
  ['a site policy hides Global', ['Global', 'Site:Redmond'], 'Site:Redmond', 'Site'],
  ['another site does not', ['Site:Tokyo'], 'Global', 'Global'],
  ['a service hides the site', ['Site:Redmond', 'Registrar:pool'], 'Registrar:pool', 'Service'],
  ['the tenant hides the service', ['Registrar:pool', 'Tag:T'], 'Tag:T', 'Tenant'],
  ['the own grant hides the tenant', ['Tag:T', 'Tag:U'], 'Tag:U', 'User'],
  ['a grant of a policy that is gone is void', ['Tag:T'], 'Tag:T', 'Tenant'],
]

for (const [name, existing, identity, source] of PLACES) {
  test(`precedence: ${name}`, () => {
    const find = (wanted: string) =>
      existing.includes(wanted) ? instance(wanted, { Description: wanted }) : undefined
    const place = { grant: 'Tag:U', tenantGrant: 'Tag:T', pool: 'pool', site: 'Redmond' }
    const found = effectiveInstance(noun, find, place)
    assert.deepEqual([found.instance.identity, found.source], [identity, source])
  })
}

test('a value that was cleared is shown empty and acts as the default', () => {
  const cleared = instance('Global', { EnableIMAutoArchiving: null })
  const setting = clientPolicy.settings.EnableIMAutoArchiving
  assert.equal(shownValue(setting, cleared, 'EnableIMAutoArchiving'), null)
  assert.equal(shownValue(setting, instance('Global'), 'EnableIMAutoArchiving'), true)
  assert.equal(policyValues(clientPolicy, cleared).EnableIMAutoArchiving, true)
})

const ENTRIES: readonly (readonly [string, unknown])[] = [
  ['0', 0],
  ['7', 7],
  [' 7 ', 7],
  ['-1', 90],
  ['1.5', 1.5],
  ['1.', 90],
  ['for ever', 90],
  ['99999999999', 90],
]

for (const [text, days] of ENTRIES) {
  test(`OfflineIMRetentionDays "${text}" is read as ${days}`, () => {
    const policy = instance('Global', { PolicyEntry: [{ Name: 'offlineimretentiondays', Value: text }] })
    const { OfflineIMRetentionDays } = clientPolicy.entries
    assert.equal(entryValue(OfflineIMRetentionDays, 'OfflineIMRetentionDays', policy), days)
  })
}
