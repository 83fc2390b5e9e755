import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cliProperty, cliString, cliText } from '../../src/codec/psrp/clixml.ts'
import { openHouse } from './remoting-house.ts'

/** Checks and policies through remoting: the same table, the same roles, errors as the original shapes them. */

test('J1 through remoting, for whom the roles allow it (SECURITY 50)', async () => {
  await using house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  await house.person('helpdesk', 'CsHelpDesk')
  await house.person('ken')
  const given = {
    TargetFqdn: cliText('pool'),
    SenderSipAddress: cliText('sip:ken@nightpost.localhost'),
    ReceiverSipAddress: cliText('sip:helpdesk@nightpost.localhost'),
  }
  const admin = await house.client('admin').open()
  const ran = await admin.run('Test-CsIM', given)
  const output = ran.messages.find(({ type }) => type === 'PIPELINE_OUTPUT')?.value
  assert.equal(cliString(cliProperty(output, 'Result')), 'Success')
  const unknown = { ...given, ReceiverSipAddress: cliText('sip:nobody@nightpost.localhost') }
  const failed = await admin.run('Test-CsIM', unknown)
  const object = failed.messages.find(({ type }) => type === 'PIPELINE_OUTPUT')?.value
  assert.equal(cliString(cliProperty(object, 'Error')), '404, Not Found')
  assert.match(cliString(cliProperty(object, 'Diagnosis')) ?? '', /^ErrorCode=4005,Source=pool,Reason=/)
  const denied = await (await house.client('helpdesk').open()).run('Test-CsIM', given)
  assert.equal(denied.errorId, 'PermissionDenied,Test-CsIM')
  assert.deepEqual(house.broken, [])
})
