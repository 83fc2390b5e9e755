import { chmodSync, constants, copyFileSync, existsSync, linkSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Wire } from '../../control/values.ts'
import { openConsole } from '../console/link.ts'
import type { StartFlags } from '../flags.ts'
import { failed } from '../words/say.ts'

/** `nightpost backup FILE`: one file, while the server runs or not (INTERFACES 1). @throws Error for a FILE that exists. */
export async function backup(file: string, flags: StartFlags): Promise<void> {
  const target = resolve(file)
  if (existsSync(target)) throw failed('fileExists', { file: target })
  const made = await askVerb(flags, 'backup')
  const from = typeof made === 'object' && made !== null && 'file' in made ? String(made.file) : ''
  moveTo(from, target)
  process.stdout.write(`${target}\n`)
}

/** Runs a verb of the console in the running server, or here. @throws Error with what the server says. */
export async function askVerb(flags: StartFlags, verb: string): Promise<Wire> {
  const { link } = await openConsole(flags, false)
  let result: Wire = null
  try {
    await link.work(
      { kind: 'verb', verb, with: null },
      (reply) => {
        if (reply.kind === 'result') result = reply.value
      },
      async () => undefined,
    )
  } finally {
    await link.close()
  }
  const { error } = (result ?? {}) as { error?: unknown }
  if (typeof error === 'string') throw new Error(error)
  return result
}

/** Never over a file that came to be in the meantime; across file systems by copy. */
function moveTo(from: string, target: string): void {
  try {
    linkSync(from, target)
  } catch (error) {
    if (existsSync(target)) throw failed('fileExists', { file: target }, error)
    copyFileSync(from, target, constants.COPYFILE_EXCL)
  } finally {
    rmSync(from, { force: true })
  }
  chmodSync(target, 0o600)
}
