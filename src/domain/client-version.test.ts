import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientMaySend, closedGate, parseClientVersion } from './client-version.ts'
import type { MessagingRules } from './policy.ts'

const MINIMUM = [16, 0, 6701, 1000] as const

/** Offline-im section 5: User-Agent, may send by default, may send with OfflineIMOtherClients = Refuse. */
const CLIENTS: readonly [string, string | undefined, boolean, boolean][] = [
  ['the first allowed build', 'UCCAPI/16.0.6701.1000 OC/16.0.6701.1000 (Skype for Business)', true, true],
  ['a later build', 'UCCAPI/16.0.7766.5281 OC/16.0.7766.2047 (Skype for Business)', true, true],
  ['a build with five digits', 'OC/16.0.10000.1', true, true],
  ['a later major version with a small build', 'OC/17.0.1.1', true, true],
  ['an older Click-to-Run build', 'OC/16.0.6001.1073', false, false],
  ['an MSI build', 'UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)', false, false],
  ['one below the minimum in the last number', 'OC/16.0.6701.999', false, false],
  ['the version before', 'UCCAPI/15.0.4420.1017 OC/15.0.4420.1017 (Microsoft Lync)', false, false],
  ['a desktop token that cannot be parsed', 'OC/16.0.6701', false, false],
  ['a desktop token with a word', 'OC/latest', false, false],
  ['an empty desktop token', 'UCCAPI/16.0 OC/', false, false],
  ['a desktop token in lower case', 'oc/16.0.6701.1000', true, true],
  ['no User-Agent', undefined, true, false],
  ['an empty User-Agent', '', true, false],
  ['another family', 'purple/2.14 Sipe/1.25', true, false],
  ['a word that only ends in OC', 'XOC/1.0.0.0', true, false],
  ['our own web client', 'Nightpost/0.1.0', true, false],
]

for (const [name, userAgent, byDefault, withRefuse] of CLIENTS) {
  test(`${name} ${byDefault ? 'may' : 'may not'} send by default, ${withRefuse ? 'also' : 'not'} with Refuse`, () => {
    const rules = { minimumClientVersion: MINIMUM }
    assert.equal(clientMaySend(userAgent, { ...rules, otherClients: 'Allow' }), byDefault)
    assert.equal(clientMaySend(userAgent, { ...rules, otherClients: 'Refuse' }), withRefuse)
  })
}

test('the first closed gate is named: deployment or policy before the client', () => {
  const rules = {
    sending: 'senderPolicy',
    minimumClientVersion: MINIMUM,
    otherClients: 'Refuse',
  } as MessagingRules
  assert.equal(closedGate(rules, undefined), 'senderPolicy')
  assert.equal(closedGate({ ...rules, sending: 'deploymentOff' }, undefined), 'deploymentOff')
  assert.equal(closedGate({ ...rules, sending: 'open' }, undefined), 'senderClient')
  assert.equal(closedGate({ ...rules, sending: 'open' }, 'OC/16.0.6701.1000'), undefined)
})

test('a version is four whole numbers and nothing else', () => {
  assert.deepEqual(parseClientVersion(' 16.0.6701.1000 '), [16, 0, 6701, 1000])
  for (const text of ['16.0.6701', '16.0.6701.1000.1', '16.0.6701.x', '-1.0.0.0', '1e1.0.0.0']) {
    assert.equal(parseClientVersion(text), undefined)
  }
})
