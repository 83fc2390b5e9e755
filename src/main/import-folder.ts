import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'

/** Larger files go through `nightpost account import`, which streams them. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads what `-Path` of Import-NpAccount names, if it lies below `import.folder` once every link is followed (DECISIONS 29).
 * @returns undefined when it is not there, not below the folder, no file, or too large.
 */
export async function readImport(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder)
    const file = await realpath(resolve(root, path))
    if (!file.startsWith(root + sep)) return undefined
    const { size } = await stat(file)
    return size > MAX_BYTES ? undefined : await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
