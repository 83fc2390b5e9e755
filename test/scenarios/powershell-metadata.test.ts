import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cliBool, cliNumber, cliProperty, cliString, cliText } from '../../src/codec/psrp/clixml.ts'
import type { PsrpClient } from '../client/psrp-client.ts'
import { guid } from '../client/psrp-messages.ts'
import { COMPLETED, metadataRequest, outputs, texts } from './remoting-answers.ts'
import { type House, openAdminHouse } from './remoting-house.ts'

describe('what a PowerShell session knows of the commands', () => {
  let house: House
  let admin: PsrpClient
  before(async () => {
    ;({ house, admin } = await openAdminHouse())
  })
  after(() => house[Symbol.asyncDispose]())

  test('metadata of all commands: a count, then each with its common parameters, no name that a client has itself', async () => {
    const pipeline = guid()
    await admin.command(pipeline, admin.fragments('GET_COMMAND_METADATA', pipeline, metadataRequest(['*'])))
    const [count, ...commands] = outputs(await admin.finish(pipeline))
    assert.equal(cliNumber(cliProperty(count, 'Count')), commands.length)
    for (const command of commands) {
      const parameters = cliProperty(command, 'Parameters')
      assert.ok(parameters?.kind === 'object' && parameters.content?.kind === 'dictionary')
      const names = parameters.content.entries.map(([key]) => cliString(key))
      for (const common of ['Verbose', 'ErrorAction', 'OutVariable', 'InformationVariable'])
        assert.ok(names.includes(common))
      assert.equal(cliNumber(cliProperty(command, 'CommandType')), 8)
    }
    const names = commands.map((command) => cliString(cliProperty(command, 'Name')))
    assert.ok(names.includes('Grant-CsClientPolicy') && names.includes('Out-Default'))
    assert.ok(
      names.every((name) =>
        /-(Cs|Np)|^(Get-(Command|FormatData|Help)|Select-Object|Measure-Object|Out-Default|Exit-PSSession)$/.test(
          name ?? '',
        ),
      ),
    )
  })

  test('metadata of names: nothing found is a count of 0 and Completed', async () => {
    const pipeline = guid()
    await admin.command(
      pipeline,
      admin.fragments(
        'GET_COMMAND_METADATA',
        pipeline,
        metadataRequest(['Get-Nothing', 'prompt', 'TabExpansion2']),
      ),
    )
    const ran = await admin.finish(pipeline)
    assert.equal(ran.state, COMPLETED)
    assert.deepEqual(
      outputs(ran).map((value) => cliNumber(cliProperty(value, 'Count'))),
      [0],
    )
  })

  test('a filter in braces comes as its text (admin-tasks, how a line is executed, 3)', async () => {
    const ran = await admin.run('Get-CsUser', { Filter: cliText('DisplayName -eq "plain"', 'SBK') })
    assert.deepEqual(texts(ran, 'DisplayName'), ['plain'])
  })

  test('Get-Command shows the syntax, finds by module and never what the role does not allow', async () => {
    const syntax = await admin.run('Get-Command', { Name: cliText('Test-NpSleep'), Syntax: cliBool(true) })
    assert.deepEqual(outputs(syntax), [cliText('Test-NpSleep [-Seconds] <int> [<CommonParameters>]')])
    const own = texts(await admin.run('Get-Command', { Module: cliText('Nightpost') }), 'Name')
    assert.ok(own.length > 3 && own.every((name) => name?.includes('-Np')))
    await house.person('viewer', 'CsViewOnlyAdministrator')
    const viewer = await house.client('viewer').open()
    const seen = texts(await viewer.run('Get-Command', { Name: cliText('*ClientPolicy') }), 'Name')
    assert.deepEqual(seen, ['Get-CsClientPolicy'])
  })

  test('nothing of all this broke in the server', () => assert.deepEqual(house.broken, []))
})
