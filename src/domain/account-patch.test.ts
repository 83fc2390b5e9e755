import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account, AccountId } from './account.ts'
import { differenceOf, patchedAccount } from './account-patch.ts'
import { instant } from './time.ts'

const before: Account = {
  id: 1 as AccountId,
  guid: 'g',
  upn: 'ken@example.test',
  sip: undefined,
  enabled: undefined,
  displayName: 'Ken Myer',
  directory: { department: 'Sales', title: 'Manager' },
  language: undefined,
  registrarPool: undefined,
  site: 'Main',
  passwordMadeByUs: true,
  sshPublicKeys: ['ssh-ed25519 A'],
  created: instant(1),
  changed: instant(1),
}

test('a difference laid over what it was made of gives what was wanted', () => {
  const { sshPublicKeys: _keys, ...bare } = before
  const wanted: readonly Account[] = [
    { ...before, enabled: false, changed: instant(2) },
    { ...before, directory: { title: 'Director', city: 'Redmond' } },
    { ...before, sshPublicKeys: ['ssh-ed25519 B'] },
    bare,
    { ...before, language: 'ja', displayName: '佐藤 花子' },
    before,
  ]
  for (const after of wanted) assert.deepEqual(patchedAccount(before, differenceOf(before, after)), after)
})

test('laid over another state it changes only what it names', () => {
  const mine = differenceOf(before, { ...before, directory: { ...before.directory, title: 'Director' } })
  const theirs = { ...before, enabled: false, directory: { department: 'Finance', title: 'Manager' } }
  assert.deepEqual(patchedAccount(theirs, mine), {
    ...theirs,
    directory: { department: 'Finance', title: 'Director' },
  })
})
