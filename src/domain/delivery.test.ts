import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quietFor } from './access.ts'
import type { AccessLevel } from './contact.ts'
import { type Delivery, decideDelivery, type OwnGate, type RecipientFacts } from './delivery.ts'
import { daysAfter, FOREVER, instant } from './time.ts'

const NOW = instant(Date.UTC(2026, 10, 25, 12))
const UNTIL = daysAfter(NOW, 90)

const THERE: RecipientFacts = {
  enabled: true,
  blocksSender: false,
  reachable: true,
  visible: true,
  quiet: undefined,
  siteAccepts: true,
  inboxFull: false,
  retentionDays: 90,
}
const GONE: RecipientFacts = { ...THERE, reachable: false, visible: false }
const HIDDEN: RecipientFacts = { ...THERE, visible: false }
const DISTURBED: RecipientFacts = { ...THERE, quiet: 'doNotDisturb' }
const PRESENTING: RecipientFacts = { ...THERE, quiet: 'presenting' }

const LIVE: Delivery = { kind: 'keep', alert: true, because: 'live', until: UNTIL }
const STORED: Delivery = { kind: 'keep', alert: true, because: 'offline', until: UNTIL }

interface Case {
  readonly name: string
  readonly recipient: RecipientFacts | undefined
  readonly closed?: OwnGate
  readonly is: Delivery
}

/** Offline-im section 6, row by row. M8 to M10 begin as M7 or M1: what follows is the lane's and the job's; M16 and M17 are federation. */
const CASES: readonly Case[] = [
  { name: 'M1: a message to somebody who is not reachable is stored', recipient: GONE, is: STORED },
  ...(['deploymentOff', 'senderPolicy', 'senderClient'] as const).map(
    (closed): Case => ({
      name: `M2: with ${closed} a message to somebody who is not reachable is refused`,
      recipient: GONE,
      closed,
      is: { kind: 'refuse', because: closed },
    }),
  ),
  {
    name: "M2: a message is refused where the recipient's site takes none",
    recipient: { ...GONE, siteAccepts: false },
    is: { kind: 'refuse', because: 'recipientSite' },
  },
  {
    name: "M2: the sender's own gate is named before the recipient's site",
    recipient: { ...GONE, siteAccepts: false },
    closed: 'senderPolicy',
    is: { kind: 'refuse', because: 'senderPolicy' },
  },
  {
    name: 'M3: a message to somebody who appears offline is kept with the reason that trace alone shows',
    recipient: HIDDEN,
    is: { kind: 'keep', alert: true, because: 'appearsOffline', until: UNTIL },
  },
  {
    name: 'M3: a closed gate refuses for somebody who appears offline as for an absent person',
    recipient: HIDDEN,
    closed: 'senderPolicy',
    is: { kind: 'refuse', because: 'senderPolicy' },
  },
  {
    name: 'M4: Do Not Disturb makes an item without alert',
    recipient: DISTURBED,
    is: { kind: 'keep', alert: false, because: 'doNotDisturb', closed: undefined, until: UNTIL },
  },
  {
    name: "M4: the item of Do Not Disturb is made although the sender's gate is closed",
    recipient: DISTURBED,
    closed: 'deploymentOff',
    is: { kind: 'keep', alert: false, because: 'doNotDisturb', closed: 'deploymentOff', until: UNTIL },
  },
  {
    name: "M4: the item of Do Not Disturb is made although the recipient's site takes no offline messages",
    recipient: { ...DISTURBED, siteAccepts: false },
    is: { kind: 'keep', alert: false, because: 'doNotDisturb', closed: undefined, until: UNTIL },
  },
  {
    name: 'M4: a full inbox takes no item of Do Not Disturb either',
    recipient: { ...DISTURBED, inboxFull: true },
    is: { kind: 'refuse', because: 'inboxFull' },
  },
  {
    name: 'M6: Presenting makes an item without alert',
    recipient: PRESENTING,
    is: { kind: 'keep', alert: false, because: 'presenting', closed: undefined, until: UNTIL },
  },
  { name: 'M7: a message to somebody who is there is live', recipient: THERE, is: LIVE },
  {
    name: "M7: a live message needs none of the sender's gates",
    recipient: THERE,
    closed: 'senderClient',
    is: LIVE,
  },
  {
    name: "M7: a live message needs neither the recipient's site nor room in the inbox",
    recipient: { ...THERE, siteAccepts: false, inboxFull: true },
    is: LIVE,
  },
  {
    name: 'M11: a blocked sender is refused whoever is there',
    recipient: { ...THERE, blocksSender: true },
    is: { kind: 'refuse', because: 'blocked' },
  },
  {
    name: 'M11: a block goes before a closed gate',
    recipient: { ...GONE, blocksSender: true },
    closed: 'senderPolicy',
    is: { kind: 'refuse', because: 'blocked' },
  },
  {
    name: 'M13: a disabled person cannot be written to',
    recipient: { ...GONE, enabled: false },
    is: { kind: 'refuse', because: 'disabled' },
  },
  {
    name: 'M13: a disabled person who blocks the sender is disabled first',
    recipient: { ...GONE, enabled: false, blocksSender: true },
    is: { kind: 'refuse', because: 'disabled' },
  },
  {
    name: 'M14: nobody has the address',
    recipient: undefined,
    is: { kind: 'refuse', because: 'unknownRecipient' },
  },
  {
    name: 'M14: nobody has the address, whatever gate is closed',
    recipient: undefined,
    closed: 'senderPolicy',
    is: { kind: 'refuse', because: 'unknownRecipient' },
  },
  // M15: every account has a mailbox here, so it is M1.
  // M18: a contact of another network has no address here.
  {
    name: 'a full inbox refuses for an absent person',
    recipient: { ...GONE, inboxFull: true },
    is: { kind: 'refuse', because: 'inboxFull' },
  },
  {
    name: 'a full inbox refuses for somebody who appears offline as for an absent person',
    recipient: { ...HIDDEN, inboxFull: true },
    is: { kind: 'refuse', because: 'inboxFull' },
  },
  {
    name: 'a retention of 0 days keeps for ever',
    recipient: { ...GONE, retentionDays: 0 },
    is: { kind: 'keep', alert: true, because: 'offline', until: FOREVER },
  },
]

for (const { name, recipient, closed, is } of CASES) {
  test(name, () => {
    assert.deepEqual(decideDelivery({ closed }, recipient, NOW), is)
  })
}

test('M3 and M1 refuse in exactly the same cases', () => {
  for (const closed of [undefined, 'deploymentOff', 'senderPolicy', 'senderClient'] as const) {
    for (const siteAccepts of [true, false]) {
      for (const inboxFull of [true, false]) {
        const absent = decideDelivery({ closed }, { ...GONE, siteAccepts, inboxFull }, NOW)
        const hidden = decideDelivery({ closed }, { ...HIDDEN, siteAccepts, inboxFull }, NOW)
        if (absent.kind === 'refuse') assert.deepEqual(hidden, absent)
        else assert.equal(hidden.kind, 'keep')
      }
    }
  }
})

const QUIET: readonly [string, 'doNotDisturb' | 'presenting', AccessLevel, boolean, string | undefined][] = [
  ['M4: Do Not Disturb holds for colleagues', 'doNotDisturb', 'Colleagues', false, 'doNotDisturb'],
  [
    'M4: Do Not Disturb holds for friends and family',
    'doNotDisturb',
    'FriendsAndFamily',
    false,
    'doNotDisturb',
  ],
  ['M5: close colleagues interrupt Do Not Disturb', 'doNotDisturb', 'Workgroup', false, undefined],
  ['M5: close colleagues do not interrupt Presenting', 'presenting', 'Workgroup', false, 'presenting'],
  ['M6: Presenting holds for everybody', 'presenting', 'Colleagues', false, 'presenting'],
  ['an open conversation is live in Do Not Disturb', 'doNotDisturb', 'Colleagues', true, undefined],
  ['an open conversation is live in Presenting', 'presenting', 'External', true, undefined],
]

for (const [name, quiet, level, open, is] of QUIET) {
  test(name, () => assert.equal(quietFor({ quiet }, level, open), is))
}
