import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessagingRules, PolicyInstance, PolicyValue } from '../policy.ts'
import { compileMessagingRules } from './messaging-rules.ts'

const of = (noun: string, values: Readonly<Record<string, PolicyValue>>): PolicyInstance => ({
  noun,
  identity: 'Global',
  values,
})
const entry = (Name: string, Value: string) => ({ PolicyEntry: [{ Name, Value }] })

const FRESH: MessagingRules = {
  sending: 'open',
  minimumClientVersion: [16, 0, 6701, 1000],
  otherClients: 'Allow',
  readReceipts: true,
  archives: true,
  siteAccepts: true,
  batchSeconds: 120,
  inviteSeconds: 30,
  retentionDays: 90,
  maxItems: undefined,
  announce: 'Messages',
  privacyMode: false,
  appearOffline: true,
  html: true,
  emoticons: true,
  urls: true,
  imWarning: undefined,
}

type Case = readonly [
  name: string,
  client: Readonly<Record<string, PolicyValue>>,
  im: Readonly<Record<string, PolicyValue>>,
  expected: Partial<MessagingRules>,
]

const PRIVACY = of('CsPrivacyConfiguration', {})

const CASES: readonly Case[] = [
  ['a fresh installation', {}, {}, {}],
  [
    'R9, R21 the switch stops sending and transcripts',
    { EnableIMAutoArchiving: false },
    {},
    { sending: 'senderPolicy', archives: false },
  ],
  ['R18 null is the default', { EnableIMAutoArchiving: null }, { EnableOfflineIm: null }, {}],
  [
    'R20 the deployment switch beats the policy',
    { EnableIMAutoArchiving: true },
    { EnableOfflineIm: false },
    { sending: 'deploymentOff', siteAccepts: false },
  ],
  [
    'both off: the deployment is named',
    { EnableIMAutoArchiving: false },
    { EnableOfflineIm: false },
    { sending: 'deploymentOff', siteAccepts: false, archives: false },
  ],
  [
    'OfflineIMEnabled stops sending and keeps transcripts',
    entry('OfflineIMEnabled', 'False'),
    {},
    { sending: 'senderPolicy' },
  ],
  [
    'OfflineIMEnabled cannot open a closed gate',
    { EnableIMAutoArchiving: false, ...entry('OfflineIMEnabled', 'True') },
    {},
    { sending: 'senderPolicy', archives: false },
  ],
  [
    'a lower edge for desktop clients',
    entry('OfflineIMMinimumClientVersion', '15.0.4420.1017'),
    {},
    { minimumClientVersion: [15, 0, 4420, 1017] },
  ],
  ['an edge that is no version', entry('OfflineIMMinimumClientVersion', '16.0'), {}, {}],
  ['only desktop clients', entry('OfflineIMOtherClients', 'refuse'), {}, { otherClients: 'Refuse' }],
  ['no receipts', entry('OfflineIMReadReceipts', 'false'), {}, { readReceipts: false }],
  ['kept for ever', entry('OfflineIMRetentionDays', '0'), {}, { retentionDays: 0 }],
  ['kept for an hour and a half', entry('OfflineIMRetentionDays', '0.0625'), {}, { retentionDays: 0.0625 }],
  ['days that are no number', entry('OfflineIMRetentionDays', '1e3'), {}, {}],
  ['a summary', entry('OfflineIMAnnounce', 'summary'), {}, { announce: 'Summary' }],
  ['an unknown entry', entry('SomethingElse', 'x'), {}, {}],
  ['Appear Offline refused', { EnableAppearOffline: false }, {}, { appearOffline: false }],
  [
    'plain text, no links, a notice',
    { DisableHtmlIm: true, DisableEmoticons: true, EnableURL: false, IMWarning: 'hello' },
    {},
    { html: false, emoticons: false, urls: false, imWarning: 'hello' },
  ],
]

for (const [name, client, im, expected] of CASES) {
  test(`messaging rules: ${name}`, () => {
    const configuration = of('CsImConfiguration', im)
    const rules = compileMessagingRules(of('CsClientPolicy', client), configuration, configuration, PRIVACY)
    assert.deepEqual(rules, { ...FRESH, ...expected })
  })
}

test('the site of the recipient is looked at by itself', () => {
  const open = of('CsImConfiguration', {})
  const closed = of('CsImConfiguration', { EnableOfflineIm: false })
  const rules = compileMessagingRules(of('CsClientPolicy', {}), open, closed, PRIVACY)
  assert.deepEqual([rules.sending, rules.siteAccepts], ['open', false])
})
