import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cmdlet, Host, Parameter, StreamRecord } from '../../src/admin/cmdlet.ts'
import { TerminatingError } from '../../src/admin/cmdlet.ts'
import { table } from '../../src/admin/index.ts'
import { runPipeline } from '../../src/admin/invoke.ts'
import type { CommandArgument, PsValue } from '../../src/base/ps-value.ts'
import type { Administration } from './administration.ts'
import { CONSOLE, openAdministration } from './administration.ts'

/** Every command that changes something, with arguments that would change something. */
const changing = table.all().filter((cmdlet) => cmdlet.supportsShouldProcess)

const RULES = {
  delivered: 'Global/2336c611-a243-4c5d-994b-eea8a524d0e4',
  new: 'Global/11111111-2222-4333-8444-555555555555',
}

function sample(cmdlet: Cmdlet, name: string, { type }: Parameter): PsValue {
  if (name === 'Identity' && type.kind === 'identity') {
    if (cmdlet.name.endsWith('Rule')) return RULES[cmdlet.name.startsWith('New-') ? 'new' : 'delivered']
    if (!cmdlet.name.startsWith('New-')) return 'Global'
    return cmdlet.name.endsWith('Configuration') ? 'Site:Tokyo' : 'Another'
  }
  switch (type.kind) {
    case 'user':
      return 'Tony Smith'
    case 'switch':
      return true
    case 'boolean':
      return false
    case 'integer':
      return Math.max(1, type.min ?? 1)
    case 'enum':
      return type.values.at(0) ?? ''
    case 'secureString':
      return { kind: 'secure', text: 'correct horse battery staple' }
    case 'guid':
      return '11111111-2222-3333-4444-555555555555'
    default:
      return name === 'UserPrincipalName' ? 'new.person@litwareinc.com' : 'P'
  }
}

/** Mandatory parameters of the default set, and every switchable value that changes something. */
function argumentsOf(cmdlet: Cmdlet, piped: boolean): CommandArgument[] {
  return Object.entries(cmdlet.parameters)
    .filter(
      ([, one]) =>
        one.sets === undefined || cmdlet.defaultSet === undefined || one.sets.includes(cmdlet.defaultSet),
    )
    .filter(([, one]) => !(piped && one.pipeline !== undefined))
    .filter(
      ([name, one]) =>
        one.mandatory === true ||
        name === 'Identity' ||
        ((one.type.kind === 'boolean' || one.type.kind === 'enum') && one.withoutEffect === undefined),
    )
    .map(([name, one]) => ({ name, value: sample(cmdlet, name, one) }))
}

async function* empty(): AsyncGenerator<PsValue> {}

async function changesOf(
  admin: Administration,
  cmdlet: Cmdlet,
  given: readonly CommandArgument[],
  input: AsyncIterable<PsValue> | undefined,
) {
  const written: StreamRecord[] = []
  const host: Host = {
    language: 'en',
    width: 80,
    write: (record) => {
      written.push(record)
    },
  }
  const before = admin.ports.facts.version
  let ended: string | undefined
  try {
    const call = { name: cmdlet.name, arguments: given }
    for await (const _ of runPipeline(admin.engine, [call], input, host, CONSOLE));
  } catch (error) {
    assert.ok(error instanceof TerminatingError, String(error))
    ended = error.record.fullyQualifiedErrorId
  }
  return {
    changed: admin.ports.facts.version - before,
    ended,
    whatIf: written.filter((one) => one.stream === 'whatIf').length,
  }
}

test('an empty pipeline changes nothing, whatever stands behind it (cmdlets.md section 2)', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy P; New-CsPresencePolicy P; New-CsExternalAccessPolicy P; New-CsClientVersionPolicy P',
  )
  assert.ok(changing.length > 20)
  for (const cmdlet of changing) {
    const { changed, ended } = await changesOf(admin, cmdlet, argumentsOf(cmdlet, true), empty())
    assert.deepEqual([changed, ended], [0, undefined], cmdlet.name)
  }
})

test('-WhatIf changes nothing, and most commands say what they would have done', async () => {
  await using admin = await openAdministration()
  await admin.run(
    'New-CsClientPolicy P; New-CsPresencePolicy P; New-CsExternalAccessPolicy P; New-CsClientVersionPolicy P',
  )
  const silent: string[] = []
  for (const cmdlet of changing) {
    if (cmdlet.name.startsWith('Import-')) continue // it needs a file, and has tests of its own
    const given = [...argumentsOf(cmdlet, false), { name: 'WhatIf', value: undefined }]
    const { changed, ended, whatIf } = await changesOf(admin, cmdlet, given, undefined)
    assert.deepEqual([changed, ended], [0, undefined], cmdlet.name)
    if (whatIf === 0) silent.push(cmdlet.name)
  }
  // Those whose object is not there, or is there already, have nothing to say.
  assert.deepEqual(
    silent.filter((name) => !/OfflineMessage$|^Enable-|^Remove-NpAdminRoleMember$/.test(name)),
    [],
  )
})

test('the same arguments without -WhatIf do change something', async () => {
  let counted = 0
  for (const cmdlet of changing.filter(({ name }) => /^(Set|New|Grant|Disable)-Cs/.test(name))) {
    await using admin = await openAdministration()
    await admin.run(
      'New-CsClientPolicy P; New-CsPresencePolicy P; New-CsExternalAccessPolicy P; New-CsClientVersionPolicy P',
    )
    const { changed, ended } = await changesOf(admin, cmdlet, argumentsOf(cmdlet, false), undefined)
    assert.equal(ended, undefined, cmdlet.name)
    if (changed > 0) counted += 1
  }
  assert.ok(counted >= 12, `${counted}`)
})
