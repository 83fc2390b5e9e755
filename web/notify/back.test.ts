import assert from 'node:assert/strict'
import test from 'node:test'
import type { Availability } from '../../src/domain/presence.ts'
import { emptyState, type Person, personIn } from '../model.ts'
import { type Wish, whoIsBack } from './back.ts'

const YUKI = 'sip:yuki@x.test'
const presence = (availability: Availability) => ({ availability, activity: undefined })
const yuki = (availability: Availability | undefined): Person => ({
  ...personIn(emptyState('sip:me@x.test', 'Me'), YUKI),
  presence: availability && presence(availability),
})

const CASES: readonly (readonly [
  string,
  Wish | undefined,
  Availability | undefined,
  Availability | undefined,
  boolean,
])[] = [
  ['who was offline and is available', 'once', 'Offline', 'Online', true],
  ['who was away and is busy at the desk', 'always', 'Away', 'Busy', true],
  ['who came while the page was closed, asked for once', 'once', undefined, 'Online', true],
  ['who was there when the page opened, asked for always', 'always', undefined, 'Online', false],
  ['who goes from available to busy', 'always', 'Online', 'Busy', false],
  ['who is signed in but away', 'once', 'Offline', 'Away', false],
  ['who may not be disturbed', 'once', 'Offline', 'DoNotDisturb', false],
  ['of whom nothing is known', 'once', 'Offline', undefined, false],
  ['nobody asked for', undefined, 'Offline', 'Online', false],
]
for (const [who, wish, was, is, told] of CASES) {
  test(`somebody ${who} is ${told ? '' : 'not '}told of`, () => {
    const wishes = new Map<string, Wish>(wish ? [[YUKI, wish]] : [])
    const before = new Map(was ? [[YUKI, presence(was)]] : [])
    assert.deepEqual(whoIsBack(wishes, before, new Map([[YUKI, yuki(is)]])), told ? [YUKI] : [])
  })
}
