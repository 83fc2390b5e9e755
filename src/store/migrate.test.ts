import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { migrate } from './migrate.ts'

interface World {
  readonly database: DatabaseSync
  readonly file: string
  /** Writes the migrations of a release and runs what is new. */
  release(...migrations: readonly string[]): void
}

function withDatabase(body: (world: World) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-migrate-'))
  const file = join(dir, 'nightpost.db')
  const database = new DatabaseSync(file)
  try {
    body({
      database,
      file,
      release(...migrations) {
        for (const [index, sql] of migrations.entries())
          writeFileSync(join(dir, `000${index + 1}-x.sqlite.sql`), sql)
        migrate(database, file, pathToFileURL(`${dir}/`))
      },
    })
  } finally {
    database.close()
    rmSync(dir, { recursive: true })
  }
}

const versionOf = (database: DatabaseSync) => database.prepare('PRAGMA user_version').get()?.user_version

test('each migration runs once, in its order', () =>
  withDatabase(({ database, file, release }) => {
    release('create table a (x); insert into a values (1)')
    assert.equal(existsSync(`${file}.schema-0`), false, 'nothing to keep of an empty file')
    release('create table a (x); insert into a values (1)', 'insert into a select x + 1 from a')
    assert.deepEqual(
      database
        .prepare('select x from a')
        .all()
        .map((row) => row.x),
      [1, 2],
    )
    assert.equal(versionOf(database), 2)
  }))

test('the file as it was is kept beside, for its owner alone', () =>
  withDatabase(({ file, release }) => {
    release('create table a (x)')
    release('create table a (x)', 'drop table a')
    assert.equal(statSync(`${file}.schema-1`).mode & 0o777, 0o600)
    const copy = new DatabaseSync(`${file}.schema-1`)
    assert.deepEqual(copy.prepare('select x from a').all(), [])
    copy.close()
  }))

test('a migration that fails leaves the old state, and may be tried again', () =>
  withDatabase(({ database, release }) => {
    release('create table a (x)')
    assert.throws(() => release('create table a (x)', 'create table b (x); insert into nowhere values (1)'))
    assert.equal(versionOf(database), 1)
    assert.equal(database.prepare("select count(*) as n from sqlite_schema where name = 'b'").get()?.n, 0)
    release('create table a (x)', 'create table b (x)')
    assert.equal(versionOf(database), 2)
  }))

test('of two that are new, a failure of the second takes the first back', () =>
  withDatabase(({ database, file, release }) => {
    release('create table a (x); insert into a values (1)')
    assert.throws(
      () =>
        release(
          'create table a (x)',
          'alter table a add column y; update a set y = 2',
          'insert into nowhere values (1)',
        ),
      /0003-x/,
    )
    assert.equal(versionOf(database), 1)
    assert.deepEqual({ ...database.prepare('select * from a').get() }, { x: 1 })
    const copy = new DatabaseSync(`${file}.schema-1`)
    assert.deepEqual({ ...copy.prepare('select * from a').get() }, { x: 1 })
    copy.close()
  }))

test('it says what it did', () =>
  withDatabase(({ database, file, release }) => {
    release('create table a (x)', 'create table b (x)')
    assert.equal(migrate(database, file, pathToFileURL(`${dirname(file)}/`)), undefined)
    writeFileSync(join(dirname(file), '0003-x.sqlite.sql'), 'create table c (x)')
    assert.deepEqual(migrate(database, file, pathToFileURL(`${dirname(file)}/`)), { from: 2, to: 3 })
  }))

test('a file of a newer program is refused', () =>
  withDatabase(({ database, release }) => {
    database.exec('PRAGMA user_version = 7')
    assert.throws(() => release('create table a (x)'), /schema 7/)
  }))
