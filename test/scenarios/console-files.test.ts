import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { withFiles } from '../../src/main/console/files.ts'
import { CONSOLE, openAdministration } from './administration.ts'
import { direct, openHouse, type, typed } from './console-house.ts'
import { type Launched, ROOT, temporaryFolder } from './launch.ts'

/** Export-Csv and Import-Csv: files of the person's own computer, at the console only (admin-tasks.md C12, D8; SECURITY 29, 46, 57). */

let house: Launched
let folder = ''
before(async () => {
  house = await openHouse()
  folder = temporaryFolder('csv')
  mkdirSync(folder, { recursive: true })
})
after(() => house.end())

const EXPORT =
  'Get-CsOnlineUser -ResultSize unlimited | Select-Object DisplayName, UserPrincipalName, SipAddress, ClientPolicy, ExternalAccessPolicy | Export-Csv'
const people = (text: string) => text.trimEnd().split('\n')

test('everybody is exported, and granted a policy from that file, through admin.sock', async () => {
  const file = join(folder, 'users.csv')
  assert.deepEqual(await typed(house.data, `${EXPORT} ${file} -NoTypeInformation -Encoding UTF8`), [])
  const rows = people(readFileSync(file, 'utf8'))
  assert.equal(rows[0], 'DisplayName,UserPrincipalName,SipAddress,ClientPolicy,ExternalAccessPolicy')
  assert.ok(rows.includes('Ken Myer,kenmyer@litwareinc.com,sip:kenmyer@litwareinc.com,,'), rows.join('\n'))
  await typed(house.data, 'New-CsClientPolicy -Identity OfflineIM | Out-Null')
  // A relative path is one of the folder in which the console runs, not of the server's.
  const line = `Import-Csv ${relative(ROOT, file)} | ? SipAddress | ForEach-Object { Grant-CsClientPolicy -Identity $_.SipAddress -PolicyName OfflineIM }`
  assert.deepEqual(await typed(house.data, line), [])
  const granted = await typed(
    house.data,
    '(Get-CsOnlineUser -Filter {ClientPolicy -eq "OfflineIM"}).DisplayName',
  )
  for (const name of ['Ken Myer', 'Tony Smith', 'Fred Kim']) assert.ok(granted.includes(name), name)
})

test('over the network the file is at this end too', async () => {
  const { admin, https, certificate } = house.ready
  const file = join(folder, 'network.csv')
  const at = [
    '--url',
    `https://localhost:${https}`,
    '--user',
    admin?.user ?? '',
    '--certificate',
    certificate,
  ]
  const text = `${EXPORT} ${file} -Encoding UTF8BOM\n(Import-Csv ${file} | ? DisplayName -eq "Pilar Ackerman").SipAddress`
  const done = await direct(['shell', ...at, '--json', '-c', text], '', {
    NIGHTPOST_PASSWORD: admin?.password ?? '',
  })
  assert.deepEqual([done.code, done.stderr], [0, ''])
  assert.match(done.stdout, /sip:pilar@litwareinc\.com/)
  assert.ok(readFileSync(file, 'utf8').startsWith('\ufeffDisplayName,'))
})

test('cells, columns and delimiters come back as they went', async () => {
  const file = join(folder, 'cells.csv')
  const objects = '"+1 425","=1+1","a;b",""" q","" | select @{n="X";e={$_}}'
  for (const flag of ['', '-Delimiter ";"']) {
    await typed(house.data, `${objects} | Export-Csv ${file} ${flag}`)
    assert.ok(people(readFileSync(file, 'utf8')).includes("'=1+1"))
    assert.deepEqual(await typed(house.data, `(Import-Csv ${file} ${flag}).X`), [
      '+1 425',
      '=1+1',
      'a;b',
      '" q',
      '',
    ])
  }
  await typed(house.data, `"more" | select @{n="X";e={$_}} | epcsv ${file} -Append -Delimiter ";"`)
  assert.equal((await typed(house.data, `(ipcsv ${file} -Delimiter ";").X`)).at(-1), 'more')
  const other = await type(house.data, `"more" | select @{n="Y";e={$_}} | Export-Csv ${file} -Append`)
  assert.match(other.errors[0]?.fullyQualifiedErrorId ?? '', /^CannotAppendCsvWithMismatchedPropertyNames,/)
})

test('a file that is not there, or is, is an error record', async () => {
  const missing = await type(house.data, `Import-Csv ${join(folder, 'none.csv')}; 5`)
  assert.deepEqual([missing.code, missing.lines], [1, [[5]]])
  assert.deepEqual(
    [missing.errors[0]?.category, missing.errors[0]?.fullyQualifiedErrorId],
    ['OpenError', 'FileOpenFailure,Microsoft.PowerShell.Commands.ImportCsvCommand'],
  )
  const file = join(folder, 'kept.csv')
  writeFileSync(file, 'kept\n')
  const kept = await type(house.data, `Get-CsTenant | Export-Csv ${file} -NoClobber`)
  assert.match(kept.errors[0]?.fullyQualifiedErrorId ?? '', /^NoClobber,/)
  assert.equal(readFileSync(file, 'utf8'), 'kept\n')
  const nowhere = await type(house.data, `Get-CsTenant | Export-Csv ${join(folder, 'no', 'such.csv')}`)
  assert.match(nowhere.errors[0]?.fullyQualifiedErrorId ?? '', /^FileOpenFailure,/)
})

test('at a door without files these commands do not exist', async () => {
  await using admin = await openAdministration()
  for (const line of ['1 | Export-Csv x.csv', 'Import-Csv x.csv', '1 | % { ipcsv x.csv }']) {
    const { errors } = await admin.run(line, { ...CONSOLE, door: 'wsman', local: false })
    assert.equal(errors[0]?.fullyQualifiedErrorId, 'CommandNotFoundException', line)
  }
  const listed = await admin.run('(Get-Command *-Csv).Name')
  assert.deepEqual(listed.output, ['ConvertTo-Csv'])
  assert.deepEqual(await typed(house.data, '(Get-Command *-Csv).Name | sort'), [
    'ConvertTo-Csv',
    'Export-Csv',
    'Import-Csv',
  ])
})

test('the console writes no file that nobody named a command for', async () => {
  const file = join(folder, 'asked.csv')
  const ask = withFiles('Get-CsUser', () => Promise.resolve(undefined))
  assert.equal(await ask({ ask: 'write', path: file, text: 'x', mode: 'replace' }), undefined)
  assert.equal(existsSync(file), false)
  const reads = withFiles(`Import-Csv ${file}`, () => Promise.resolve(undefined))
  assert.equal(await reads({ ask: 'write', path: file, text: 'x', mode: 'replace' }), undefined)
  assert.equal(existsSync(file), false)
})
