import assert from 'node:assert/strict'
import { chmodSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { direct, typed } from './console-house.ts'
import { launch } from './launch.ts'

interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly text: string
  readonly fix?: string
}

async function examine(data: string) {
  const { code, stdout, stderr } = await direct(['doctor', '--json', '--data', data])
  assert.equal(stderr, '')
  const found = JSON.parse(stdout) as readonly Finding[]
  const of = (name: string) => found.find(({ check }) => check === name)
  return { code, found, of }
}

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

test('doctor names loose files, demo passwords and a missing backup, each with what to type', async () => {
  await using house = await launch(['--demo'])
  const demo = await examine(house.data)
  const states = ['demo', 'backup', 'file rights', 'certificate', 'disk', 'clock'].map(
    (name) => demo.of(name)?.state,
  )
  assert.deepEqual(states, ['warning', 'warning', 'ok', 'ok', 'ok', 'ok'])
  assert.equal(demo.code, 3)
  if (process.platform === 'win32') return
  chmodSync(join(house.data, 'demo-accounts.json'), 0o644)
  const loose = await examine(house.data)
  assert.deepEqual([loose.code, loose.of('file rights')?.state], [1, 'failed'])
  const text = await direct(['doctor', '--data', house.data])
  assert.match(
    text.stdout,
    /✗ file rights: .*demo-accounts\.json can be read by other users\n {4}chmod -R go-rwx /,
  )
})

test('doctor notices a clock that was set back', async () => {
  await using house = await launch()
  await house.end()
  const later = Date.now() / 1000 + 7200
  utimesSync(join(house.data, 'nightpost.db'), later, later)
  const { of, code } = await examine(house.data)
  assert.deepEqual([code, of('clock')?.state], [3, 'warning'])
  assert.ok(of('clock')?.fix)
})
