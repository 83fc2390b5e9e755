import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import type { Seq } from '../../src/domain/message.ts'
import { openStore } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { addPerson, draftOf, SetClock, textOf } from './people.ts'
import { storeContract } from './store.ts'

const url = process.env.NIGHTPOST_POSTGRES
let schemas = 0

function newSchema(): string {
  schemas += 1
  return `contract_${process.pid}_${schemas}`
}

async function drop(schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`drop schema ${schema} cascade`)
  await client.end()
}

if (!url) {
  process.stderr.write('PostgreSQL contract SKIPPED: set NIGHTPOST_POSTGRES to the URL of a database\n')
  test('PostgreSQL contract', { skip: 'NIGHTPOST_POSTGRES is not set' })
} else {
  storeContract('PostgreSQL', async () => {
    const schema = newSchema()
    return { open: () => openPostgres({ url, schema }), drop: () => drop(schema) }
  })

  test('PostgreSQL: two writers commit a recipient’s rows in the order of their numbers', async () => {
    const schema = newSchema()
    const dir = mkdtempSync(join(tmpdir(), 'nightpost-two-'))
    const gate = Promise.withResolvers<void>()
    const atGate = Promise.withResolvers<void>()
    let paused = false
    const clock = new SetClock()
    const slow = await openStore({
      dir,
      clock,
      node: 'a',
      engine: await openPostgres({
        url,
        schema,
        beforeCommit: async () => {
          if (!paused) return
          atGate.resolve()
          await gate.promise
        },
      }),
    })
    const romeo = await addPerson(slow, 'romeo')
    const juliet = await addPerson(slow, 'juliet')
    const nurse = await addPerson(slow, 'nurse')
    const fast = await openStore({ dir, clock, node: 'b', engine: await openPostgres({ url, schema }) })
    // Both know the threads, so that the paused transaction holds nothing but the append.
    await slow.log.append(draftOf(slow, romeo, juliet, 'opens'))
    await fast.log.append(draftOf(fast, nurse, juliet, 'opens too'))
    await fast.log.append(draftOf(fast, nurse, romeo, 'opens a third'))
    try {
      paused = true
      const first = slow.log.append(draftOf(slow, romeo, juliet, 'first number'))
      await atGate.promise
      let done = false
      const second = fast.log.append(draftOf(fast, nurse, juliet, 'second number')).finally(() => {
        done = true
      })
      // The other writer reads meanwhile: it must not see a number above one that is still on its way.
      const seen = await fast.log.after(juliet.id, 2 as Seq, 10)
      assert.deepEqual([seen.map(textOf), done], [[], false])
      paused = false
      gate.resolve()
      const [a, b] = await Promise.all([first, second])
      assert.ok(a.row.seq < b.row.seq)
      assert.deepEqual((await fast.log.after(juliet.id, 2 as Seq, 10)).map(textOf), [
        'first number',
        'second number',
      ])
    } finally {
      gate.resolve()
      await slow.close()
      await fast.close()
      await drop(schema)
      rmSync(dir, { recursive: true })
    }
  })
}
