import { join } from 'node:path'
import { openSqlite } from '../../src/store/sqlite.ts'
import { storeContract } from './store.ts'

storeContract('SQLite', async () => ({
  open: async (dir) => openSqlite(join(dir, 'nightpost.db')),
  drop: async () => {},
}))
