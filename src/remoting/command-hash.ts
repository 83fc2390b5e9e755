import { createHash } from 'node:crypto'
import type { Engine } from '../admin/invoke.ts'

/** Changes when the cmdlet table does: an exported module then knows that it is stale (powershell-remoting.md section 6.6). */
export function commandHash(engine: Pick<Engine, 'table'>): string {
  const hash = createHash('sha256')
  for (const cmdlet of engine.table.all())
    hash.update(`${cmdlet.name}(${Object.keys(cmdlet.parameters).join()})\n`)
  return hash.digest('hex').slice(0, 32)
}
