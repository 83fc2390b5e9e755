import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Role } from '../../src/actions/ports/facts.ts'
import { ROLES } from '../../src/actions/ports/facts.ts'
import type { Caller, Cmdlet, Host, Parameter, StreamRecord } from '../../src/admin/cmdlet.ts'
import { TerminatingError } from '../../src/admin/cmdlet.ts'
import { table } from '../../src/admin/index.ts'
import { runPipeline } from '../../src/admin/invoke.ts'
import type { CommandArgument, PsValue } from '../../src/base/ps-value.ts'
import type { Administration } from './administration.ts'
import { openAdministration } from './administration.ts'

const READERS: readonly Role[] = [
  'CsAdministrator',
  'CsUserAdministrator',
  'CsHelpDesk',
  'CsViewOnlyAdministrator',
]

/** The table of DECISIONS 27, written down a second time. Commands that every session needs are in none of its rows. */
function rolesByDecision(name: string): readonly Role[] {
  if (name === 'Get-NpAuditRecord') return ['CsAdministrator', 'CsViewOnlyAdministrator']
  if (/^(Get|Trace)-/.test(name)) return READERS
  if (/^(Set-NpAccountPassword|Unlock-NpAccount|Resume-NpOfflineMessage|Set-NpUserSetting)$/.test(name))
    return ['CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk']
  if (/^(Grant-|(Enable|Disable|Set)-CsUser$|(New|Set|Remove|Import)-NpAccount$)/.test(name))
    return ['CsAdministrator', 'CsUserAdministrator']
  return ['CsAdministrator']
}

const DOORS = ['console', 'wsman', 'ssh', 'websocket', 'web'] as const
const administrative = table.all().filter((cmdlet) => cmdlet.roles !== 'everyone')

test('every command of the table names the roles of the decision', () => {
  assert.ok(administrative.length > 25)
  for (const cmdlet of administrative)
    assert.deepEqual([...cmdlet.roles].sort(), [...rolesByDecision(cmdlet.name)].sort(), cmdlet.name)
})

test('what everybody may run reads and changes nothing of ours', () => {
  for (const cmdlet of table.all())
    if (cmdlet.roles === 'everyone') assert.doesNotMatch(cmdlet.name, /-(Cs[A-Z]|Np)/)
})

/** Something that binds, so that the role decides and not the binder. */
function sample({ type }: Parameter): PsValue {
  switch (type.kind) {
    case 'integer':
      return Math.max(type.min ?? 0, 0)
    case 'switch':
      return true
    case 'boolean':
      return false
    case 'enum':
      return type.values[0] ?? ''
    case 'secureString':
      return { kind: 'secure', text: 'correct horse battery staple' }
    case 'timespan':
      return '00:00:01'
    default:
      return 'nobody@litwareinc.com'
  }
}

function argumentsOf(cmdlet: Cmdlet): CommandArgument[] {
  const set = cmdlet.defaultSet
  const needed = Object.entries(cmdlet.parameters).filter(
    ([, parameter]) =>
      parameter.mandatory === true &&
      (parameter.sets === undefined || set === undefined || parameter.sets.includes(set)),
  )
  const given = needed.map(([name, parameter]) => ({ name, value: sample(parameter) }))
  return cmdlet.supportsShouldProcess ? [...given, { name: 'WhatIf', value: true }] : given
}

/** @returns the category of the error that ended the command, or undefined. */
async function ending(admin: Administration, cmdlet: Cmdlet, caller: Caller): Promise<string | undefined> {
  const records: StreamRecord[] = []
  const host: Host = { language: 'en', width: 80, write: (record) => void records.push(record) }
  try {
    const call = { name: cmdlet.name, arguments: argumentsOf(cmdlet) }
    for await (const _ of runPipeline(admin.engine, [call], undefined, host, caller));
  } catch (error) {
    assert.ok(error instanceof TerminatingError, String(error))
    return error.record.category
  }
  return undefined
}

test('any command, any roles, any door: it runs exactly for whom the decision names (SECURITY 50)', async () => {
  await using admin = await openAdministration()
  const person = admin.account('Ken Myer')
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...administrative),
      fc.subarray([...ROLES]),
      fc.constantFrom(...DOORS),
      async (cmdlet, roles, door) => {
        const held = admin.ports.facts.roles(person.id)
        await admin.ports.ledger.commit(
          [
            ...held.map((role) => ({ kind: 'removeRole' as const, role, id: person.id })),
            ...roles.map((role) => ({ kind: 'addRole' as const, role, id: person.id })),
          ],
          [],
        )
        const caller: Caller = { account: person, name: person.upn, from: '192.0.2.1', door, local: false }
        const allowed = rolesByDecision(cmdlet.name).some((role) => roles.includes(role))
        const category = await ending(admin, cmdlet, caller)
        assert.equal(category === 'PermissionDenied', !allowed, `${cmdlet.name} as ${roles.join('+')}`)
      },
    ),
    { numRuns: 400 },
  )
})

async function as(admin: Administration, name: string, ...roles: Role[]): Promise<Caller> {
  const account = admin.account(name)
  await admin.ports.ledger.commit(
    roles.map((role) => ({ kind: 'addRole' as const, role, id: account.id })),
    [],
  )
  return { account, name: account.upn, from: '192.0.2.1', door: 'wsman', local: false }
}

test('a refusal names the roles, and is on record', async () => {
  await using admin = await openAdministration()
  const desk = await as(admin, 'Ken Myer', 'CsHelpDesk')
  const refused = await admin.run('Set-CsClientPolicy -EnableIMAutoArchiving $False', desk)
  assert.match(refused.errors[0]?.message ?? '', /CsAdministrator/)
  assert.ok(admin.maySend('Tony Smith'))
  const records = await admin.run('Get-NpAuditRecord -Who kenmyer@litwareinc.com')
  assert.deepEqual(records.values('Cmdlet'), ['Set-CsClientPolicy'])
  assert.match(String(records.values('Result')[0]), /^Denied/)
})

test('a role that is taken away counts at the next command of the same session', async () => {
  await using admin = await openAdministration()
  const caller = await as(admin, 'Ken Myer', 'CsAdministrator')
  assert.deepEqual((await admin.run('Get-CsUser', caller)).errors, [])
  await admin.ports.ledger.commit(
    [{ kind: 'removeRole', role: 'CsAdministrator', id: admin.account('Ken Myer').id }],
    [],
  )
  assert.equal((await admin.run('Get-CsUser', caller)).errors[0]?.category, 'PermissionDenied')
})

test('a suspended administrator runs nothing', async () => {
  await using admin = await openAdministration()
  const caller = await as(admin, 'Ken Myer', 'CsAdministrator')
  await as(admin, 'Tony Smith', 'CsAdministrator')
  await admin.run('Set-CsUser "Ken Myer" -Enabled $False')
  assert.equal((await admin.run('Get-CsUser', caller)).errors[0]?.category, 'PermissionDenied')
})

test('accounts that hold a role are changed by CsAdministrator only', async () => {
  await using admin = await openAdministration()
  await as(admin, 'Tony Smith', 'CsHelpDesk')
  const users = await as(admin, 'Ken Myer', 'CsUserAdministrator')
  await admin.run('New-CsClientPolicy P')
  for (const line of [
    'Set-CsUser "Tony Smith" -Enabled $False',
    'Disable-CsUser "Tony Smith"',
    'Grant-CsClientPolicy "Tony Smith" P',
  ]) {
    const refused = await admin.run(line, users)
    assert.equal(refused.errors[0]?.category, 'PermissionDenied', line)
  }
  assert.equal(admin.account('Tony Smith').enabled, true)
  const all = await admin.run('Get-CsUser | Grant-CsClientPolicy -PolicyName P', users)
  assert.equal(all.errors.length, 2, 'the two administrators are left out, one error each')
  assert.deepEqual((await admin.run('Get-CsUser')).values('ClientPolicy'), [null, null, 'P', 'P'])
})

test('a user administrator grants to users, not to the whole organisation', async () => {
  await using admin = await openAdministration()
  const users = await as(admin, 'Ken Myer', 'CsUserAdministrator')
  await admin.run('New-CsClientPolicy P')
  for (const line of ['Grant-CsClientPolicy -PolicyName P', 'Grant-CsClientPolicy -PolicyName P -Global']) {
    assert.equal((await admin.run(line, users)).errors[0]?.category, 'PermissionDenied')
    assert.equal(admin.ports.facts.tenantGrant('CsClientPolicy'), undefined)
  }
})

test('the last administrator cannot be suspended or taken out of service, alone or together', async () => {
  await using admin = await openAdministration()
  await as(admin, 'Tony Smith', 'CsAdministrator')
  for (const line of ['Set-CsUser "Tony Smith" -Enabled $False', 'Disable-CsUser "Tony Smith"'])
    assert.match((await admin.run(line)).errors[0]?.message ?? '', /last account/)
  await as(admin, 'Ken Myer', 'CsAdministrator')
  const both = await admin.run('Get-CsUser | Set-CsUser -Enabled $False')
  assert.equal(both.errors.length, 1)
  assert.equal(
    [admin.account('Tony Smith'), admin.account('Ken Myer')].filter((one) => one.enabled).length,
    1,
  )
})
