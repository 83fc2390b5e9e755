import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAdministration } from './administration.ts'

/** The situations of cmdlets.md section 3: message, exception, category, and the first part of the identifier. */
const MANAGEMENT = 'Microsoft.Rtc.Management.AD.ManagementException'
const CASES: readonly (readonly [string, RegExp, string, string, string])[] = [
  [
    'Get-CsUser "nobody"',
    /Management object not found for identity "nobody"/,
    MANAGEMENT,
    'NotSpecified',
    'Identity',
  ],
  [
    'Grant-CsClientPolicy "Ken Myer" -PolicyName "global"',
    /is not a user policy/,
    MANAGEMENT,
    'NotSpecified',
    '',
  ],
  [
    'Grant-CsClientPolicy "Ken Myer" -PolicyName "no"',
    /is not a user policy/,
    MANAGEMENT,
    'NotSpecified',
    '',
  ],
  [
    'Set-CsClientPolicy nothing -IMWarning x',
    /Cannot find "ClientPolicy" "Tag:nothing" because it does not exist/,
    MANAGEMENT,
    'InvalidData',
    'MissingItem',
  ],
  ['New-CsClientPolicy Known', /already exists/, MANAGEMENT, 'ResourceExists', 'ItemAlreadyExists'],
  ['New-CsClientPolicy Global', /cannot be created/, MANAGEMENT, 'InvalidArgument', 'InvalidScope'],
  [
    'Test-CsIM pool.litwareinc.com',
    /No test user/,
    'System.InvalidOperationException',
    'ResourceUnavailable',
    'NotFoundTestUsers',
  ],
]

test('errors have the shape that scripts look for', async () => {
  await using admin = await openAdministration()
  await admin.run('New-CsClientPolicy Known')
  for (const [line, message, exception, category, id] of CASES) {
    const { errors } = await admin.run(line)
    assert.equal(errors.length, 1, line)
    const [error] = errors
    assert.match(error?.message ?? '', message, line)
    assert.deepEqual([error?.exception, error?.category], [exception, category], line)
    assert.ok(error?.fullyQualifiedErrorId.startsWith(id), `${line}: ${error?.fullyQualifiedErrorId}`)
    assert.match(error?.fullyQualifiedErrorId ?? '', /,/, line)
  }
})
