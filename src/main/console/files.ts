import { readFile, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FileAnswer } from '../../admin/cmdlet.ts'
import type { Ask } from '../../control/console.ts'
import type { FileQuestion, Question } from '../../control/messages.ts'
import type { Wire } from '../../control/values.ts'

/** What goes through admin.sock as one line, with room for its quotes. */
const MAX_BYTES = 7 * 1024 * 1024

/**
 * Answers for files of this computer, in this process and with its rights; other questions go to the person. Only what the typed text
 * names is done: without Import-Csv nothing is read and without Export-Csv nothing is written, whatever the server asks.
 */
export function withFiles(text: string, person: (question: Question) => Promise<Wire | undefined>): Ask {
  const exports = /\bexport-csv\b|\bepcsv\b/i.test(text)
  const imports = /\bimport-csv\b|\bipcsv\b/i.test(text)
  return async (question) => {
    if (question.ask !== 'read' && question.ask !== 'write') return person(question)
    // -Append reads the columns that are there.
    const named = question.ask === 'write' ? exports : imports || exports
    return named ? { ...(await answerFile(question)) } : undefined
  }
}

async function answerFile(question: FileQuestion): Promise<FileAnswer> {
  const path = resolve(question.path)
  try {
    if (question.ask === 'read') {
      if ((await stat(path)).size > MAX_BYTES)
        return { ok: false, why: 'failed', message: `The file '${path}' is larger than 7 MiB.` }
      return { ok: true, text: await readFile(path, 'utf8') }
    }
    const flag = { replace: 'w', append: 'a', new: 'wx' }[question.mode]
    await writeFile(path, question.text, { flag })
    return { ok: true, text: '' }
  } catch (error) {
    return failure(path, error as NodeJS.ErrnoException, question.ask)
  }
}

/** PowerShell's words where it has them. */
function failure(path: string, error: NodeJS.ErrnoException, ask: 'read' | 'write'): FileAnswer {
  if (error.code === 'EEXIST')
    return { ok: false, why: 'exists', message: `The file '${path}' already exists.` }
  if (error.code === 'ENOENT')
    return {
      ok: false,
      why: 'missing',
      message:
        ask === 'read' ? `Could not find file '${path}'.` : `Could not find a part of the path '${path}'.`,
    }
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return { ok: false, why: 'failed', message: `Access to the path '${path}' is denied.` }
  return { ok: false, why: 'failed', message: `The file '${path}' cannot be opened: ${error.message}` }
}
