import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addContact,
  addGroup,
  MAX_CONTACTS,
  removeContact,
  removeGroup,
  renameGroup,
  setAccessLevel,
} from '../../src/actions/change-contacts.ts'
import { changeSettings } from '../../src/actions/change-settings.ts'
import { ownGate } from '../../src/actions/own-gate.ts'
import type { Passwords } from '../../src/actions/ports/credentials.ts'
import { choosePresence, setLocation, setNote } from '../../src/actions/publish-presence.ts'
import { secretsFor } from '../../src/actions/set-password.ts'
import { setTyping } from '../../src/actions/set-typing.ts'
import { type SignInAttempt, signIn } from '../../src/actions/sign-in.ts'
import { presenceFor } from '../../src/actions/watch-presence.ts'
import { digestHa1, ntHash } from '../../src/base/hash.ts'
import type { Account } from '../../src/domain/account.ts'
import { openPostOffice, type PostOffice, rowOf } from './post-office.ts'

/** Sign-in, contacts, settings, presence and typing through the actions, on real SQLite. */

const RIGHT = 'violet tram over the river'

async function withPassword(office: PostOffice, account: Account): Promise<void> {
  const secrets = await secretsFor(office.ports, account, RIGHT)
  await office.store.ledger.commit([{ kind: 'putSecrets', id: account.id, secrets }], [])
}

function attempt(user: string, password = RIGHT, address = '192.0.2.7'): SignInAttempt {
  return { user, password, address, door: 'test' }
}

test('a person signs in by address, UPN, DOMAIN\\user, or the part before @', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  await withPassword(office, romeo)
  const names = [
    'romeo@example.test',
    'sip:romeo@example.test',
    'ROMEO@Example.Test',
    'EXAMPLE\\romeo',
    'romeo',
  ]
  for (const name of names) {
    const signed = await signIn(office.ports, attempt(name))
    assert.ok(signed.kind === 'signedIn' && signed.account.id === romeo.id, name)
  }
})

/** The real hashing, with a count of how often it is asked. */
function counted(passwords: Passwords): Passwords & { readonly asked: (string | undefined)[] } {
  const asked: (string | undefined)[] = []
  return {
    asked,
    hash: (password) => passwords.hash(password),
    canCheck: (phc) => passwords.canCheck(phc),
    verify: (password, phc) => {
      asked.push(phc)
      return passwords.verify(password, phc)
    },
  }
}

test('SECURITY 36: unknown, wrong, disabled and never enabled give one answer for one hashing each', async () => {
  await using office = await openPostOffice()
  const [romeo, tybalt, ghost] = [
    await office.person('romeo'),
    await office.person('tybalt'),
    await office.person('ghost'),
  ]
  for (const account of [romeo, tybalt, ghost]) await withPassword(office, account)
  const { ledger } = office.store
  await ledger.commit([{ kind: 'putAccount', account: { ...tybalt, enabled: false } }], [])
  await ledger.commit([{ kind: 'putAccount', account: { ...ghost, enabled: undefined } }], [])
  for (const one of [
    attempt('nobody'),
    attempt('romeo', 'wrong password'),
    attempt('tybalt'),
    attempt('ghost'),
  ]) {
    const passwords = counted(office.ports.passwords)
    assert.deepEqual(await signIn({ ...office.ports, passwords }, one), { kind: 'wrong' }, one.user)
    assert.equal(passwords.asked.length, 1, one.user)
  }
  await ledger.commit([{ kind: 'addRole', role: 'CsAdministrator', id: ghost.id }], [])
  assert.equal(
    (await signIn(office.ports, attempt('ghost'))).kind,
    'signedIn',
    'an administrator without service',
  )
})

test('SECURITY 38: a password that is changed, or an account that is suspended, while it is checked lets nobody in', async () => {
  await using office = await openPostOffice()
  const { ledger } = office.store
  const romeo = await office.person('romeo')
  await withPassword(office, romeo)
  const meanwhile = (what: () => Promise<unknown>): Passwords => ({
    ...counted(office.ports.passwords),
    verify: async (password, phc) => {
      const checked = await office.ports.passwords.verify(password, phc)
      await what()
      return checked
    },
  })
  const another = await secretsFor(office.ports, romeo, 'another tram over the river')
  for (const what of [
    () => ledger.commit([{ kind: 'putSecrets', id: romeo.id, secrets: another }], []),
    () => ledger.commit([{ kind: 'putAccount', account: { ...romeo, enabled: false } }], []),
  ]) {
    await withPassword(office, romeo)
    const passwords = meanwhile(what)
    assert.deepEqual(await signIn({ ...office.ports, passwords }, attempt('romeo')), { kind: 'wrong' })
  }
})

test('SECURITY 37: failures are delayed and then refused, for every name of one account alike', async () => {
  await using office = await openPostOffice()
  await withPassword(office, await office.person('romeo'))
  const waits: number[] = []
  const clock = {
    ...office.ports.clock,
    wait: async (ms: number) => {
      waits.push(ms)
    },
  }
  const needs = { ...office.ports, clock }
  const results: string[] = []
  for (let n = 0; n < 11; n++) {
    const name = n % 2 === 0 ? 'romeo' : 'sip:romeo@example.test'
    results.push((await signIn(needs, attempt(name, 'wrong'))).kind)
  }
  assert.deepEqual(results, [...Array(10).fill('wrong'), 'locked'])
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000])
  const locked = await signIn(needs, attempt('romeo'))
  assert.ok(locked.kind === 'locked' && locked.retryAfterMs > 0, 'also with the right password')
  assert.equal((await signIn(needs, attempt('romeo', RIGHT, '198.51.100.1'))).kind, 'signedIn', 'elsewhere')
})

test('DECISIONS 26: a sign-in makes the SIP secrets that a change of address made void', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  const { ledger } = office.store
  const phc = await office.ports.passwords.hash(RIGHT)
  await ledger.commit([{ kind: 'putSecrets', id: romeo.id, secrets: { passwordHash: phc } }], [])
  assert.equal((await ledger.sipSignIn(romeo.id)).digest, 'NeedsPassword')
  await signIn(office.ports, attempt('romeo'))
  const secrets = await ledger.secrets(romeo.id)
  assert.equal(secrets.ntHash, ntHash(RIGHT))
  assert.deepEqual(secrets.ha1, {
    user: digestHa1('romeo', 'example.test', RIGHT),
    address: digestHa1('romeo@example.test', 'example.test', RIGHT),
  })
  assert.equal((await ledger.sipSignIn(romeo.id)).digest, 'Ready')
})

test('where SIP sign-in is off no password-equivalent is made', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  await office.store.ledger.commit([{ kind: 'putSipSignIn', id: romeo.id, allowed: false }], [])
  const { ntHash: nt, ha1 } = await secretsFor(office.ports, romeo, RIGHT)
  assert.deepEqual([nt, ha1], [null, null])
})

test('groups and contacts follow their rules', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  const { ports } = office
  const list = () => ports.contacts.list(romeo.id)
  const standard = (await list()).groups[0]
  assert.ok(standard?.isDefault)
  const added = await addGroup(ports, romeo.id, 'Capulets')
  assert.ok(added.kind === 'added')
  assert.deepEqual(await addGroup(ports, romeo.id, 'CAPULETS'), { kind: 'refused', because: 'nameTaken' })
  assert.deepEqual(await addGroup(ports, romeo.id, ' '), { kind: 'refused', because: 'badName' })
  assert.equal(await renameGroup(ports, romeo.id, standard.id, 'Mine'), 'notAllowed')
  assert.equal(await renameGroup(ports, romeo.id, added.group, 'Verona'), 'done')
  assert.equal(await addContact(ports, romeo.id, juliet.id, added.group), 'done')
  assert.deepEqual((await list()).contacts, [{ account: juliet.id, groups: [added.group] }])
  assert.equal(await removeGroup(ports, romeo.id, added.group), 'done')
  assert.deepEqual(
    (await list()).contacts,
    [{ account: juliet.id, groups: [standard.id] }],
    'nobody falls out',
  )
  assert.equal(await removeGroup(ports, romeo.id, standard.id), 'notAllowed')
  assert.equal(await removeContact(ports, romeo.id, juliet.id), 'done')
  assert.equal(await removeContact(ports, romeo.id, juliet.id), 'notFound')
  assert.ok(office.heard.some((what) => what.topic === 'contacts' && what.owner === romeo.id))
})

test('a list holds no more contacts than its limit', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  const standard = (await office.ports.contacts.list(romeo.id)).groups[0]?.id ?? assert.fail()
  for (let n = 0; n < MAX_CONTACTS; n++) {
    const { id } = await office.person(`p${n}`)
    await office.store.ledger.commit(
      [{ kind: 'addContact', owner: romeo.id, contact: id, group: standard }],
      [],
    )
  }
  const last = await office.person('last')
  assert.equal(await addContact(office.ports, romeo.id, last.id), 'limit')
})

test('settings are kept and announced', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  const settings = { ...office.store.facts.settings(romeo.id), theme: 'dark' } as const
  await changeSettings(office.ports, romeo.id, settings)
  assert.equal(office.store.facts.settings(romeo.id).theme, 'dark')
  assert.ok(office.heard.some(({ topic }) => topic === 'settings'))
})

test('settings that two devices and an administrator change at the same moment are all kept', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  const { facts, ledger } = office.store
  const before = facts.settings(romeo.id)
  await Promise.all([
    changeSettings(office.ports, romeo.id, { ...before, theme: 'dark' }),
    changeSettings(office.ports, romeo.id, { ...before, density: 'compact' }),
    ledger.commit([{ kind: 'patchSettings', id: romeo.id, settings: { typing: false } }], []),
    changeSettings(office.ports, romeo.id, { ...before, sendWithEnter: false }),
  ])
  const after = { ...before, theme: 'dark', density: 'compact', typing: false, sendWithEnter: false }
  assert.deepEqual(facts.settings(romeo.id), after)
})

test('presence that was chosen, with note and place, is there again after a restart', async () => {
  const office = await openPostOffice()
  const romeo = await office.person('romeo')
  await office.choose(romeo, 'DoNotDisturb', true)
  await setNote(office.ports, romeo.id, { text: 'in Mantua', type: 'Personal' })
  await setLocation(office.ports, romeo.id, 'Mantua')
  await using again = await office.restart()
  await again.device(romeo)
  const state = again.ports.presence.of(romeo.id)
  assert.deepEqual(
    [state.availability, state.activity, state.location],
    ['DoNotDisturb', 'presenting', 'Mantua'],
  )
  assert.equal(state.note?.text, 'in Mantua')
})

test('M3: while hidden nothing of a person changes for others, and they are not told to look', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.device(juliet)
  await setNote(office.ports, juliet.id, { text: 'before', type: 'Personal' })
  await office.choose(juliet, 'Offline')
  const seen = presenceFor(office.ports, romeo.id, juliet.id)
  assert.deepEqual([seen.availability, seen.note?.text], ['Offline', 'before'])
  office.heard.length = 0
  office.advance(60_000)
  await setNote(office.ports, juliet.id, { text: 'secret', type: 'Personal' })
  await office.device(juliet, { id: 'phone' })
  assert.deepEqual(presenceFor(office.ports, romeo.id, juliet.id), seen)
  const told = office.heard.filter((what) => what.topic === 'presence' && !what.ownOnly)
  assert.deepEqual(told, [])
  assert.equal(presenceFor(office.ports, juliet.id, juliet.id).note?.text, 'secret')
  await office.choose(juliet, undefined)
  assert.equal(presenceFor(office.ports, romeo.id, juliet.id).note?.text, 'secret')
})

test('Appear Offline is refused where the policy forbids it', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  await office.policy('CsClientPolicy', 'Global', { EnableAppearOffline: false })
  const choice = {
    availability: 'Offline',
    presenting: false,
    since: office.ports.clock.now(),
    expires: undefined,
  } as const
  assert.equal(await choosePresence(office.ports, romeo.id, choice), 'notAllowed')
  assert.equal(office.ports.presence.of(romeo.id).choice, undefined)
})

test('typing is passed on unless switched off, blocked, or hidden without having written', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.device(juliet)
  const { thread } = rowOf(await office.send(romeo, juliet, 'hello'))
  const types = () => {
    office.heard.length = 0
    setTyping(office.ports, juliet.id, thread, romeo.id, true)
    return office.heard.some(({ topic }) => topic === 'typing')
  }
  assert.equal(types(), true)
  await office.choose(juliet, 'Offline')
  office.ports.conversations.take(juliet.id, thread)
  assert.equal(types(), false, 'reading is not writing')
  await office.send(juliet, romeo, 'yes?')
  assert.equal(types(), true)
  await setAccessLevel(office.ports, romeo.id, juliet.id, 'Blocked')
  assert.equal(types(), false)
  await setAccessLevel(office.ports, romeo.id, juliet.id, 'Colleagues')
  await changeSettings(office.ports, juliet.id, { ...office.store.facts.settings(juliet.id), typing: false })
  assert.equal(types(), false)
})

test('the own gate is named before sending, the block of somebody else is not', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  assert.equal(ownGate(office.ports, romeo.id, undefined), undefined)
  assert.equal(ownGate(office.ports, romeo.id, 'OC/15.0.1.1'), 'senderClient')
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  assert.equal(ownGate(office.ports, romeo.id, undefined), 'senderPolicy')
})
