import assert from 'node:assert/strict'
import test from 'node:test'
import { hintBefore, hintText } from './hint.ts'
import { emptyState, type Policies, type Presence } from './model.ts'

const OPEN = emptyState('sip:a@x', 'A').policies
const closed = (reason: Policies['offlineMessagesReason']): Policies => ({
  ...OPEN,
  offlineMessages: false,
  offlineMessagesReason: reason,
})
const is = (availability: Presence['availability'], activity?: string): Presence => ({
  availability,
  activity,
})

const CASES: readonly (readonly [string, Policies, Presence | undefined, string | undefined])[] = [
  ['somebody absent', OPEN, is('Offline'), 'T1'],
  ['somebody absent, own policy off', closed('senderPolicy'), is('Offline'), 'T11senderPolicy'],
  ['somebody absent, deployment off', closed('deploymentOff'), is('Offline'), 'T11deploymentOff'],
  ['somebody absent, client refused', closed('senderClient'), is('Offline'), 'T11senderClient'],
  ['somebody absent, off without a reason', closed(undefined), is('Offline'), 'T11senderPolicy'],
  ['Do Not Disturb', OPEN, is('DoNotDisturb'), 'T8'],
  [
    'Do Not Disturb towards a close colleague',
    OPEN,
    is('DoNotDisturb', 'urgent-interruptions-only'),
    undefined,
  ],
  ['Presenting', OPEN, is('DoNotDisturb', 'presenting'), 'T9'],
  ['Do Not Disturb with the own gate closed', closed('senderPolicy'), is('DoNotDisturb'), 'T8'],
  ['Away', OPEN, is('Away'), 'T10'],
  ['Off work', OPEN, is('Away', 'off-work'), 'T10'],
  ['Be Right Back', OPEN, is('BeRightBack'), 'T10'],
  ['idle', OPEN, is('IdleOnline'), 'T10'],
  ['Available', OPEN, is('Online'), undefined],
  ['Busy', closed('senderPolicy'), is('Busy'), undefined],
  ['presence that is hidden from me', OPEN, undefined, undefined],
]
for (const [name, policies, presence, expected] of CASES) {
  test(`the line before sending for ${name} is ${expected ?? 'empty'}`, () => {
    assert.equal(hintBefore(policies, presence)?.id, expected)
  })
}

test('only what will wait is lit', () => {
  assert.equal(hintBefore(OPEN, is('Offline'))?.lit, true)
  assert.equal(hintBefore(OPEN, is('Away'))?.lit, false)
  assert.equal(hintBefore(closed('senderPolicy'), is('Offline'))?.lit, false)
})

test('the sentence names the person', () => {
  assert.equal(
    hintText({ id: 'T1', lit: true }, 'en', 'Ken Myer'),
    'Ken Myer is not signed in. Your message will be kept in their mailbox.',
  )
})
