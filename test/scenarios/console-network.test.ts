import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { direct, openHouse, typed } from './console-house.ts'
import type { Launched } from './launch.ts'

/** `nightpost shell --url`: the same lines through PowerShell remoting (INTERFACES 3). */

let house: Launched
before(async () => {
  house = await openHouse()
})
after(() => house.end())

function shell(text: string, options: { password?: string; flags?: readonly string[]; user?: string } = {}) {
  const { admin, https, certificate } = house.ready
  const flags = options.flags ?? ['--certificate', certificate]
  return direct(
    [
      'shell',
      '--url',
      `https://localhost:${https}`,
      '--user',
      options.user ?? admin?.user ?? '',
      ...flags,
      '--json',
      '-c',
      text,
    ],
    '',
    { NIGHTPOST_PASSWORD: options.password ?? admin?.password ?? '' },
  )
}

async function lines(text: string): Promise<readonly (readonly unknown[])[]> {
  const { code, stdout, stderr } = await shell(text)
  assert.deepEqual([code, stderr], [0, ''], text)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('the same objects as on the socket, value for value', async () => {
  const text =
    'Get-CsClientPolicy -Identity Global\nGet-CsImConfiguration\nGet-CsOnlineUser "Ken Myer"\nGet-CsTenant'
  assert.deepEqual((await lines(text)).flat(), await typed(house.data, text))
})

test('cmdlets run there, blocks and variables here', async () => {
  const found = await lines(
    [
      '$d = "Finance"; Get-CsOnlineUser | ? { $_.Department -eq $d } | sort DisplayName | % DisplayName',
      'New-CsClientPolicy -Identity Net | Out-Null; "kenmyer@litwareinc.com" | Grant-CsClientPolicy -PolicyName Net',
      '(Get-CsOnlineUser -Filter {ClientPolicy -eq "Net"}).DisplayName',
      'Get-CsOnlineUser | ? ClientPolicy -eq "Net" | Grant-CsClientPolicy -PolicyName $null -PassThru | select DisplayName, ClientPolicy',
      '"bob@contoso.com","fred@contoso.com" | % { Get-CsUser $_ } | measure | % Count',
    ].join('\n'),
  )
  assert.deepEqual(found, [
    ['Bob Kelly', 'Pilar Ackerman'],
    [],
    ['Ken Myer'],
    [{ DisplayName: 'Ken Myer', ClientPolicy: null }],
    [2],
  ])
})

test('a filter that finds nobody changes nothing, on either side of the wire', async () => {
  await lines('New-CsClientPolicy -Identity Nobody | Out-Null')
  const found = await lines(
    [
      'Get-CsOnlineUser -Filter {Department -eq "Slaes"} | Grant-CsClientPolicy -PolicyName Nobody',
      'Get-CsOnlineUser | ? { $_.Department -eq "Slaes" } | Grant-CsClientPolicy -PolicyName Nobody',
      '$none = Get-CsOnlineUser | ? Department -eq "Slaes"; $none | Grant-CsClientPolicy -PolicyName Nobody',
      'Get-CsClientPolicy -Filter "tag:Nothing*" | ? { $true } | Set-CsClientPolicy -EnableIMAutoArchiving $False',
      '(Get-CsEffectivePolicy "Ken Myer").ClientPolicy; (Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving',
    ].join('\n'),
  )
  assert.deepEqual(found, [[], [], [], [], ['Global', true]])
})

test('errors, warnings, -WhatIf and refused prompts look as on the socket', async () => {
  for (const text of [
    'Get-CsUser nobody; Get-Nothing; 5',
    'Set-CsClientPolicy -EnableIMAutoArchiving maybe',
    'New-CsClientPolicy -Identity What -WhatIf',
    'Remove-NpAccount kenmyer@litwareinc.com',
    'Set-NpAccount kenmyer@litwareinc.com',
    'Get-CsUser |',
  ]) {
    const far = await shell(text)
    const near = await direct(['shell', '--data', house.data, '--json', '-c', text])
    assert.deepEqual(far, near, text)
  }
})

test('a password crosses the wire encrypted, and the person is recorded', async () => {
  await lines(
    'Set-NpAccountPassword kenmyer@litwareinc.com -Password (ConvertTo-SecureString "over the wire and back" -AsPlainText -Force)',
  )
  const signedIn = await shell('1', { user: 'kenmyer@litwareinc.com', password: 'over the wire and back' })
  assert.match(signedIn.stderr, /permission|administer/)
  const [record] = await typed(
    house.data,
    'Get-NpAuditRecord -Last 1h -Cmdlet Set-NpAccountPassword -TargetObject kenmyer@litwareinc.com',
  )
  assert.deepEqual([record.Who, record.Door], [house.ready.admin?.user, 'wsman'])
})

test('who is not known is refused: certificate with its fingerprint, password, address', async () => {
  const unknown = await shell('1', { flags: [] })
  assert.equal(unknown.code, 1)
  assert.match(
    unknown.stderr,
    /^nightpost: the certificate of localhost:\d+ is not one this machine knows \(SHA-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}\); .*--certificate FILE\n$/,
  )
  const wrong = await shell('1', { password: 'wrong' })
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /password is wrong/)
  for (const [flags, words] of [
    [['--url', 'http://im.example.com', '--user', 'a'], /over TLS only/],
    [['--url', 'im.example.com', '--user', 'a'], /https:\/\//],
    [['--url', 'https://localhost:1'], /--user/],
  ] as const) {
    const done = await direct(['shell', ...flags, '-c', '1'], '', { NIGHTPOST_PASSWORD: 'x' })
    assert.equal(done.code, 2)
    assert.match(done.stderr, words)
  }
})
