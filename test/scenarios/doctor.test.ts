import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, test } from 'node:test'
import { UcwaClient } from '../client/ucwa-client.ts'
import { direct, typed } from './console-house.ts'
import { configured, examine } from './doctor-house.ts'
import { type Launched, launch, temporaryFolder } from './launch.ts'

/** The data of a small organisation whose server has ended; each test breaks one thing of it and mends it again. */
let quiet: Launched
before(async () => {
  quiet = await launch()
  await quiet.end()
})

test('doctor finds an audit record that was changed by hand in the file (SECURITY 59)', async () => {
  await using house = await launch()
  await typed(
    house.data,
    'New-CsClientPolicy -Identity One | Out-Null\nNew-CsClientPolicy -Identity Two | Out-Null',
  )
  const before = await examine(house.data)
  assert.equal(before.of('audit')?.state, 'ok')
  assert.equal(before.code, 3, 'made passwords and no backup: works but degraded')
  await house.end()

  const database = new DatabaseSync(join(house.data, 'nightpost.db'))
  const { number } = database.prepare("select number from audit where target = 'Tag:One'").get() as {
    number: number
  }
  database
    .prepare('update audit set entry = replace(entry, ?, ?) where number = ?')
    .run('Tag:One', 'Tag:Oen', number)
  database.close()

  const after = await examine(house.data)
  assert.deepEqual([after.code, after.of('audit')?.state], [1, 'failed'])
  assert.ok(after.of('audit')?.text.includes(`record ${number} `), after.of('audit')?.text)
})

test('doctor names loose files, demo passwords and a missing backup, each with what to type; --fix mends the files', async () => {
  await using house = await launch(['--demo'])
  const demo = await examine(house.data)
  const states = ['demo', 'backup', 'file rights', 'certificate', 'disk', 'clock', 'ports', 'queue'].map(
    (name) => demo.of(name)?.state,
  )
  assert.deepEqual(states, ['warning', 'warning', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'])
  assert.equal(demo.code, 3)
  assert.match(demo.of('server')?.text ?? '', new RegExp(`process ${house.ready.pid}\\b`))
  assert.match(
    demo.of('ports')?.text ?? '',
    new RegExp(`https ${house.ready.https}, http ${house.ready.http}`),
  )
  if (process.platform === 'win32') return
  const file = join(house.data, 'demo-accounts.json')
  chmodSync(file, 0o644)
  const loose = await examine(house.data)
  assert.deepEqual([loose.code, loose.of('file rights')?.state], [1, 'failed'])
  const text = await direct(['doctor', '--data', house.data])
  assert.match(
    text.stdout,
    /✗ file rights: .*demo-accounts\.json can be read by other users\n {4}chmod -R go-rwx /,
  )
  assert.equal(statSync(file).mode & 0o777, 0o644, 'nothing is mended that nobody asked for')
  const mended = await examine(house.data, '--fix')
  assert.deepEqual(mended.of('file rights')?.mended, true)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(mended.code, 3)
  assert.equal((await examine(house.data)).of('file rights')?.code, 'filesPrivate')
})

test('doctor notices a clock that was set back', async () => {
  const file = join(quiet.data, 'nightpost.db')
  const { atime, mtime } = statSync(file)
  const later = Date.now() / 1000 + 7200
  utimesSync(file, later, later)
  const { of, code } = await examine(quiet.data, '--config', configured(''))
  assert.deepEqual([code, of('clock')?.state, of('clock')?.code], [3, 'warning', 'clockBehind'])
  assert.ok(of('clock')?.fix)
  utimesSync(file, atime, mtime)
})

test('a configuration that cannot be read is exit 2 with the key and what to write', async () => {
  const { code, found } = await examine(quiet.data, '--config', configured('[limits]\nmessageTxt = 1\n'))
  assert.equal(code, 2)
  assert.deepEqual(
    found.map(({ code }) => code),
    ['configurationWrong'],
  )
  assert.match(found[0]?.text ?? '', /unknown key limits\.messageTxt; write limits\.messageText/)
})

test('loose settings are named', async () => {
  const { of } = await examine(quiet.data, '--config', configured('[limits]\nshells = 5000\n'))
  assert.deepEqual([of('settings')?.code, of('settings')?.state], ['settingLoose', 'warning'])
  assert.match(of('settings')?.text ?? '', /limits\.shells/)
})

test('messages that expiry left behind are a stuck queue', async () => {
  await using house = await launch(['--demo'])
  const [tony, ken] = house.ready.users ?? []
  const client = await UcwaClient.online({
    base: house.ready.url,
    user: tony?.user ?? '',
    password: tony?.password ?? '',
  })
  await client.conversation(ken?.sip ?? '', 'hello')
  await client.close()
  const waiting = await examine(house.data)
  assert.deepEqual([waiting.of('queue')?.code, waiting.of('queue')?.state], ['queueMoving', 'ok'])
  await house.end()
  const database = new DatabaseSync(join(house.data, 'nightpost.db'))
  const past = Date.now() - 2 * 3_600_000
  database.exec(`update message set until = ${past}; update thread_side set min_until = ${past}`)
  database.close()
  const stuck = await examine(house.data, '--config', configured(''))
  assert.deepEqual([stuck.code, stuck.of('queue')?.code], [1, 'queueStuck'])
  assert.match(stuck.of('queue')?.text ?? '', /^1 messages/)
})

test('backup and its last test: never, made, tried; restore --test leaves nothing behind', async () => {
  await using house = await launch()
  const ages = async () => {
    const { of } = await examine(house.data)
    return [of('backup')?.code, of('restore test')?.code]
  }
  assert.deepEqual(await ages(), ['backupNever', undefined])
  const file = temporaryFolder('backup.db')
  assert.equal((await direct(['backup', file, '--data', house.data])).code, 0)
  assert.deepEqual(await ages(), ['backupRecent', 'restoreUntested'])
  const tried = await direct(['restore', file, '--test', '--data', house.data])
  assert.equal(tried.code, 0, tried.stderr)
  assert.match(tried.stdout, /^it can be restored: whole, 1 accounts/)
  assert.deepEqual(await ages(), ['backupRecent', 'restoreTested'])
  assert.deepEqual(readdirSync(join(house.data, 'tmp')), [])
  const changed = new DatabaseSync(file)
  changed.exec("update audit set entry = replace(entry, 'admin@', 'other@')")
  changed.close()
  const bad = await direct(['restore', file, '--test', '--data', house.data])
  assert.equal(bad.code, 1)
  assert.match(bad.stderr, /record 1 of its audit trail[^\n]*\[restoreBroken\]\n$/)
})

test('crashes of the last days are counted from the security log', async () => {
  const config = configured('')
  assert.equal((await examine(quiet.data, '--config', config)).of('crashes')?.code, 'crashesNone')
  const time = new Date().toISOString()
  const file = join(quiet.data, 'security-log', `${time.slice(0, 10)}.jsonl`)
  const before = readFileSync(file)
  appendFileSync(
    file,
    `${JSON.stringify({ time, event: 'crash', err: { message: 'planted' } })}\n{"event":"crash"`,
  )
  const found = (await examine(quiet.data, '--config', config)).of('crashes')
  assert.deepEqual([found?.code, found?.state], ['crashesSome', 'warning'])
  assert.match(found?.text ?? '', /^1 in the last 7 days.*planted$/)
  writeFileSync(file, before)
})

test('sip sign-in names what is weak, and says when nothing of it is kept (DECISIONS 28)', async () => {
  const on = await examine(quiet.data, '--config', configured(''))
  assert.match(on.of('sip sign-in')?.text ?? '', /NTLM.*Digest MD5/)
  const off = await examine(quiet.data, '--config', configured('[accounts]\nsipSignIn = false\n'))
  assert.equal(off.of('sip sign-in')?.code, 'sipOff')
})

test('a server that is stopped is reported as deaf, in time (under 20 s)', async () => {
  await using house = await launch()
  process.kill(house.ready.pid, 'SIGSTOP')
  try {
    const { of, code } = await examine(house.data)
    assert.equal(code, 1)
    assert.deepEqual([of('server')?.code, of('server')?.state], ['serverDeaf', 'failed'])
    assert.match(of('server')?.text ?? '', new RegExp(`process ${house.ready.pid} `))
    assert.equal(of('database')?.state, 'ok', 'the file is looked at all the same')
  } finally {
    process.kill(house.ready.pid, 'SIGCONT')
  }
})

test('the same report in Japanese, by locale or by --language', async () => {
  const config = configured('')
  const flags = ['doctor', '--data', quiet.data, '--config', config]
  const english = await direct(flags)
  const japanese = await direct([...flags, '--language', 'ja'])
  const byLocale = await direct(flags, '', { LC_ALL: 'ja_JP.UTF-8' })
  const shape = (text: string) => text.split('\n').map((line) => line.slice(0, 2))
  assert.deepEqual(shape(japanese.stdout), shape(english.stdout), 'line by line the same')
  const withoutTimes = (text: string) => text.replace(/\d/g, '0')
  assert.equal(
    withoutTimes(byLocale.stdout).replace(/.*(?:書き込み時間|メモリ).*\n/g, ''),
    withoutTimes(japanese.stdout).replace(/.*(?:書き込み時間|メモリ).*\n/g, ''),
  )
  for (const line of japanese.stdout.split('\n').filter((one) => /^[✓!✗] /.test(one)))
    assert.match(line, /^[✓!✗] [^:]*[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}][^:]*: /u)
  assert.match(
    japanese.stdout,
    /^! バックアップ: 一度も作成されていません\n {4}nightpost backup ファイル名$/m,
  )
})
