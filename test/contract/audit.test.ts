import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { AuditEntry } from '../../src/actions/ports/ledger.ts'
import { openStore } from '../../src/store/open.ts'
import { NOON } from './people.ts'

/** What somebody does to the file by hand while nobody looks (SECURITY 59). */
const TAMPERING: readonly (readonly [string, string | undefined, number | undefined])[] = [
  ['left alone', undefined, undefined],
  ['changed in its entry', `update audit set entry = replace(entry, 'n2', 'nX') where number = 2`, 2],
  ['changed in a column that is searched', `update audit set who = 'nobody' where number = 3`, 3],
  ['given another hash', `update audit set hash = 'f' where number = 4`, 4],
  ['taken out', 'delete from audit where number = 3', 3],
  ['cut off at its end', 'delete from audit where number > 3', 4],
  [
    'put between',
    `update audit set number = number + 10 where number >= 3;
     insert into audit select node, 3, at, who, cmdlet, target, entry, hash from audit where number = 2;
     update audit set number = number - 9 where number > 10`,
    3,
  ],
]

for (const [what, sql, found] of TAMPERING) {
  test(`an audit trail that was ${what} is ${found ? `found broken at ${found}` : 'whole'}`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'nightpost-audit-'))
    try {
      const store = await openStore({ dir })
      for (let n = 1; n <= 5; n += 1) await store.ledger.commit([], [entryOf(`n${n}`)])
      await store.close()
      if (sql !== undefined) {
        const database = new DatabaseSync(join(dir, 'nightpost.db'))
        database.exec(sql)
        database.close()
      }
      await using again = await openStore({ dir })
      assert.equal(await again.audit.verify(), found)
      await again.ledger.commit([], [entryOf('after')])
      assert.equal(await again.audit.verify(), found, 'a later record mends nothing')
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
}

function entryOf(invocation: string): AuditEntry {
  return {
    time: NOON,
    who: 'console:root',
    role: 'CsAdministrator',
    from: 'local',
    door: 'console',
    invocation,
    cmdlet: 'Get-CsUser',
    parameters: {},
    targetObject: null,
    before: null,
    after: null,
    result: 'Success',
  }
}
