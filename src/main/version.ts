import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './data-folder.ts'

/** The version of package.json, the one place that has it. */
export const VERSION: string = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
).version
