import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Seq } from '../../src/domain/message.ts'
import { restore } from '../../src/store/backup.ts'
import { openStore } from '../../src/store/open.ts'
import { addPerson, draftOf, textOf } from './people.ts'

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nightpost-backup-'))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a backup that is made while messages come has a whole beginning of them, and is restored as a store', () =>
  inFolder(async (folder) => {
    const dir = join(folder, 'data')
    mkdirSync(dir)
    writeFileSync(join(dir, 'demo-accounts.json'), '{"demo":true}')
    const store = await openStore({ dir })
    const romeo = await addPerson(store, 'romeo')
    const juliet = await addPerson(store, 'juliet')
    const ha1 = { user: '0'.repeat(32), address: '1'.repeat(32) }
    const secrets = { passwordHash: '$argon2id$x', ntHash: 'f'.repeat(32), ha1 }
    await store.ledger.commit([{ kind: 'putSecrets', id: juliet.id, secrets }], [])
    let file: string | undefined
    const backup = store.backup().then((path) => {
      file = path
    })
    let sent = 0
    for (; file === undefined || sent < 50; sent += 1) {
      await store.log.append(draftOf(store, romeo, juliet, String(sent)))
    }
    await backup
    await store.close()
    const made = file ?? ''
    assert.equal(statSync(made).mode & 0o777, 0o600)
    assert.equal(readFileSync(made).includes('f'.repeat(32)), false, 'no password-equivalent in the clear')

    const again = join(folder, 'again')
    assert.equal(restore(made, again), undefined)
    assert.deepEqual(readdirSync(again).sort(), ['demo-accounts.json', 'nightpost.db'])
    assert.equal(readFileSync(join(again, 'demo-accounts.json'), 'utf8'), '{"demo":true}')
    for (const name of readdirSync(again)) assert.equal(statSync(join(again, name)).mode & 0o777, 0o600)
    await using restored = await openStore({ dir: again })
    const texts = (await restored.log.after(juliet.id, 0 as Seq, 100_000)).map(textOf)
    assert.deepEqual(
      texts,
      texts.map((_, n) => String(n)),
    )
    assert.ok(texts.length <= sent)
    assert.equal((await restored.threads.statistics(juliet.id)).inboxMessages, texts.length)
    // Their key stayed behind: the next password sign-in makes new ones, the password itself still fits.
    assert.deepEqual(await restored.ledger.sipSignIn(juliet.id), { allowed: true, digest: 'NeedsPassword' })
    assert.equal((await restored.ledger.secrets(juliet.id)).passwordHash, '$argon2id$x')
  }))

test('what is no backup, and a folder that is in use, are refused and left as they were', () =>
  inFolder(async (folder) => {
    const text = join(folder, 'text')
    writeFileSync(text, 'not a database')
    const foreign = join(folder, 'foreign.db')
    const database = new DatabaseSync(foreign)
    database.exec('create table something (x)')
    database.close()
    const target = join(folder, 'target')
    assert.equal(restore(join(folder, 'nothing'), target), 'missing')
    assert.equal(restore(text, target), 'notBackup')
    assert.equal(restore(foreign, target), 'notBackup')
    assert.equal(existsSync(target), false)
    mkdirSync(target)
    writeFileSync(join(target, 'mine'), '')
    assert.equal(restore(text, target), 'notEmpty')
    assert.deepEqual(readdirSync(target), ['mine'])
  }))
