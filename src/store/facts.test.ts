import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account, AccountId } from '../domain/account.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import { instant } from '../domain/time.ts'
import { CompiledFacts } from './facts.ts'
import type { WholeChange } from './newest.ts'

const TONY = 1 as AccountId
const noun = 'CsClientPolicy'

function account(id: AccountId, name: string, registrarPool: string | undefined): Account {
  return {
    id,
    guid: name,
    upn: `${name}@example.com`,
    sip: `sip:${name}@example.com` as SipUri,
    enabled: true,
    displayName: name,
    directory: {},
    language: undefined,
    registrarPool,
    site: '',
    passwordMadeByUs: false,
    created: instant(0),
    changed: instant(0),
  }
}

function factsWith(...changes: readonly WholeChange[]): CompiledFacts {
  const facts = new CompiledFacts({
    domains: ['example.com'],
    sites: [
      { name: 'Redmond', pools: ['pool.redmond.example.com'] },
      { name: 'Tokyo', pools: ['pool.tokyo.example.com'] },
    ],
  })
  facts.apply({ kind: 'putAccount', account: account(TONY, 'tony', 'pool.tokyo.example.com') })
  for (const change of changes) facts.apply(change)
  return facts
}

const put = (identity: string): WholeChange => ({ kind: 'putPolicy', policy: { noun, identity, values: {} } })
const GRANT: WholeChange = { kind: 'grant', noun, id: TONY, policy: 'Tag:OfflineIM' }
const TENANT: WholeChange = { kind: 'grantTenant', noun, policy: 'Tag:Everybody' }
const ALL = [
  put('Global'),
  put('Site:Tokyo'),
  put('Registrar:pool.tokyo.example.com'),
  put('Tag:Everybody'),
  put('Tag:OfflineIM'),
]

for (const [name, changes, identity, source] of [
  ['nothing is stored: Global, which exists always', [], 'Global', 'Global'],
  ['only other people’s site has one', [put('Site:Redmond')], 'Global', 'Global'],
  ['the own site has one', ALL.slice(0, 2), 'Site:Tokyo', 'Site'],
  ['the registrar pool has one', ALL.slice(0, 3), 'Registrar:pool.tokyo.example.com', 'Service'],
  ['the tenant has one', [...ALL, TENANT], 'Tag:Everybody', 'Tenant'],
  ['the user has one', [...ALL, TENANT, GRANT], 'Tag:OfflineIM', 'User'],
  ['a per-user policy is not granted', ALL, 'Registrar:pool.tokyo.example.com', 'Service'],
  [
    'the granted one was removed',
    [GRANT, { kind: 'removePolicy', noun, identity: 'tag:offlineim' }],
    'Global',
    'Global',
  ],
  [
    'the grant was taken back',
    [...ALL, GRANT, { ...GRANT, policy: null }],
    'Registrar:pool.tokyo.example.com',
    'Service',
  ],
] as const) {
  test(`the effective policy where ${name} is ${identity}`, () => {
    const effective = factsWith(...(changes as readonly WholeChange[])).effectivePolicy(noun, TONY)
    assert.deepEqual([effective.instance.identity, effective.source], [identity, source])
  })
}

test('the instance that wins wins whole: what it does not set is the default, not that of Global (R18)', () => {
  const off: WholeChange = {
    kind: 'putPolicy',
    policy: { noun, identity: 'Global', values: { EnableIMAutoArchiving: false } },
  }
  assert.equal(factsWith(off).rules(TONY).sending, 'senderPolicy')
  assert.equal(factsWith(off, put('Tag:OfflineIM'), GRANT).rules(TONY).sending, 'open')
})

test('rules follow every change that concerns them', () => {
  const facts = factsWith()
  assert.equal(facts.rules(TONY).sending, 'open')
  const version = facts.version
  facts.apply({
    kind: 'putPolicy',
    policy: { noun: 'CsImConfiguration', identity: 'Site:Tokyo', values: { EnableOfflineIm: false } },
  })
  assert.deepEqual([facts.rules(TONY).sending, facts.rules(TONY).siteAccepts], ['deploymentOff', false])
  assert.ok(facts.version > version)
  facts.apply({ kind: 'putAccount', account: account(TONY, 'tony', 'pool.redmond.example.com') })
  assert.equal(facts.account(TONY)?.site, 'Redmond')
  assert.equal(facts.rules(TONY).sending, 'open', 'moved to a site that may')
})

test('a renamed or removed account is not found by its old names', () => {
  const facts = factsWith()
  facts.apply({ kind: 'putAccount', account: account(TONY, 'anthony', undefined) })
  assert.equal(facts.byUpn('tony@example.com'), undefined)
  assert.equal(facts.bySip('sip:tony@example.com' as SipUri), undefined)
  assert.equal(facts.byUpn('Anthony@Example.com')?.id, TONY)
  facts.apply({ kind: 'addRole', role: 'CsHelpDesk', id: TONY })
  facts.apply({ kind: 'removeAccount', id: TONY })
  assert.equal(facts.byUpn('anthony@example.com'), undefined)
  assert.deepEqual([facts.accountCount, facts.roles(TONY), facts.roleMembers('CsHelpDesk')], [0, [], []])
})
