import { createInterface } from 'node:readline/promises'
import type { Question } from '../../control/messages.ts'
import { encodeValue, type Wire } from '../../control/values.ts'

/** Reads one line from the terminal; `hidden` shows nothing of it. */
export type ReadLine = (prompt: string, hidden: boolean) => Promise<string | undefined>

/** Asks as PowerShell's host does; `[?]` shows what each choice means. */
export async function answerQuestion(
  question: Question,
  readLine: ReadLine,
  out: (text: string) => void,
): Promise<Wire | undefined> {
  out(`\n${question.caption}\n${question.message}\n`)
  if (question.ask === 'fields') {
    const values: Record<string, Wire> = {}
    for (const { name, typeName } of question.fields) {
      const secure = typeName.endsWith('SecureString')
      const text = await readLine(`${name}: `, secure)
      if (text === undefined) return undefined
      values[name] = encodeValue(secure ? { kind: 'secure', text } : text)
    }
    return values
  }
  const keys = question.choices.map(({ label }) =>
    (/&(.)/.exec(label)?.[1] ?? label.slice(0, 1)).toLowerCase(),
  )
  const words = question.choices.map(
    ({ label }, at) => `[${keys[at]?.toUpperCase()}] ${label.replace('&', '')}`,
  )
  const preset = keys[question.preset]?.toUpperCase()
  for (;;) {
    const text = await readLine(`${words.join('  ')}  [?] Help (default is "${preset}"): `, false)
    if (text === undefined) return undefined
    const wanted = text.trim().toLowerCase()
    if (wanted === '') return question.preset
    const found = question.choices.findIndex(
      ({ label }, at) => keys[at] === wanted || label.replace('&', '').toLowerCase() === wanted,
    )
    if (found >= 0) return found
    if (wanted === '?')
      out(question.choices.map(({ help }, at) => `${keys[at]?.toUpperCase()} - ${help}\n`).join(''))
  }
}

/** Reads from the terminal outside the shell's own prompt: a password is not shown. */
export async function askTerminal(prompt: string, hidden: boolean): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const reader = createInterface({
    input: process.stdin,
    output: hidden ? undefined : process.stderr,
    terminal: true,
  })
  if (hidden) process.stderr.write(prompt)
  try {
    const line = await reader.question(hidden ? '' : prompt)
    if (hidden) process.stderr.write('\n')
    return line
  } catch {
    return undefined
  } finally {
    reader.close()
  }
}
