import { chmodSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Loaded } from '../config.ts'
import { looseFiles } from '../data-folder.ts'
import { readDemoAccounts } from '../demo.ts'
import { type Finding, failure, warning, well } from './finding.ts'

/** Modes of the data folder and of the key of the certificate (SECURITY 3); `--fix` takes the rights of others away. */
export function ofFiles(data: string, { settings }: Loaded): readonly Finding[] {
  const loose = existsSync(data) ? looseFiles(data) : []
  const [path] = loose
  const files: Finding =
    path === undefined
      ? well('file rights', 'filesPrivate')
      : { ...failure('file rights', 'filesLoose', { path, folder: data }), mend: () => tighten(loose) }
  const { key } = settings.tls
  if (key === undefined || !isLoose(key)) return [files]
  return [files, { ...failure('file rights', 'keyLoose', { path: key }), mend: () => tighten([key]) }]
}

function isLoose(path: string): boolean {
  return process.platform !== 'win32' && existsSync(path) && (statSync(path).mode & 0o077) !== 0
}

function tighten(paths: readonly string[]): Finding {
  for (const path of paths) chmodSync(path, statSync(path).mode & 0o700)
  return { ...well('file rights', 'filesMended', { count: paths.length }), mended: true }
}

/** Passwords of the demo lie in a file, which is right for a demo and for nothing else (SECURITY 1). */
export function ofDemo(data: string): readonly Finding[] {
  if (!readDemoAccounts(data)) return []
  return [warning('demo', 'demoPasswords', { file: join(data, 'demo-accounts.json') })]
}
