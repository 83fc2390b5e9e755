import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { table } from '../../admin/index.ts'
import { parseScript } from '../../codec/powershell/script.ts'
import { VERSION } from '../version.ts'
import { completeLine } from './complete.ts'
import { withFiles } from './files.ts'
import type { OpenedConsole } from './link.ts'
import { jsonOutput, textOutput } from './output.ts'
import { progressLine } from './progress-bar.ts'
import { answerQuestion } from './questions.ts'
import { screenOf, PROCESS_STREAMS as streams } from './screen.ts'

const HISTORY_LINES = 500
/** Lines that may hold a secret are not kept, as PSReadLine does it. */
const SECRET = /password|asplaintext|secret|token|credential/i

/** What is typed now: whether it is shown, and whether it is an answer rather than a line to be remembered. */
interface Echo {
  on: boolean
  answer: boolean
}

/** The prompt: history, completion, lines that go on, questions. Ends with `exit`, `quit` or Ctrl+D. */
export async function runPrompt({ link, folder, where }: OpenedConsole, json: boolean): Promise<void> {
  const historyFile = historyPath(folder)
  const echo: Echo = { on: true, answer: false }
  const reader = createInterface({
    input: process.stdin,
    output: echoing(echo),
    terminal: true,
    history: readHistory(historyFile),
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string) => completeLine(table, line) as [string[], string],
  })
  reader.on('history', (history: string[]) => {
    if (echo.answer) history.shift()
    else writeHistory(historyFile, history)
  })
  streams.out(`Nightpost ${VERSION}, on ${where}. Get-Help shows what there is; exit ends.
`)
  let running = false
  reader.on('SIGINT', () => {
    if (running) link.stop()
    else reader.write(null, { ctrl: true, name: 'u' })
  })
  try {
    for (;;) {
      const text = await readStatement(reader, echo)
      if (text === undefined || /^\s*(?:exit|quit)\s*$/i.test(text)) return
      if (text.trim() === '') continue
      const screen = screenOf(true)
      const output = json
        ? jsonOutput(streams)
        : textOutput(streams, screen.width, text, progressLine(process.stderr))
      running = true
      const ask = (question: Parameters<typeof answerQuestion>[0]) =>
        answerQuestion(question, (prompt, hidden) => readAnswer(reader, echo, prompt, hidden), streams.out)
      await link.work(
        { kind: 'script', text, screen: { ...screen, files: true } },
        (reply) => output.show(reply),
        withFiles(text, ask),
      )
      output.finish()
      running = false
    }
  } finally {
    reader.close()
  }
}

/** Lines until they are whole: an open bracket or a pipe at the end asks for another one; an empty line ends that. */
async function readStatement(reader: Interface, echo: Echo): Promise<string | undefined> {
  let text = await readLine(reader, echo, 'PS nightpost> ', false)
  while (text !== undefined) {
    const script = parseScript(text)
    if (script.ok || !script.error.incomplete) return text
    const more = await readLine(reader, echo, '>> ', false)
    if (more === undefined || more === '') return text
    text += `\n${more}`
  }
  return undefined
}

async function readAnswer(
  reader: Interface,
  echo: Echo,
  prompt: string,
  hidden: boolean,
): Promise<string | undefined> {
  echo.answer = true
  const text = await readLine(reader, echo, prompt, hidden)
  echo.answer = false
  return text
}

function readLine(
  reader: Interface,
  echo: Echo,
  prompt: string,
  hidden: boolean,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const closed = () => resolve(undefined)
    reader.once('close', closed)
    const take = (line: string) => {
      reader.off('close', closed)
      resolve(line)
    }
    if (!hidden) {
      reader.question(prompt, take)
      return
    }
    streams.out(prompt)
    echo.on = false
    reader.question('', (line) => {
      echo.on = true
      streams.out('\n')
      take(line)
    })
  })
}

/** The terminal, except while a secret is typed: readline itself has no such switch. */
function echoing(echo: { readonly on: boolean }): Writable {
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (echo.on) process.stdout.write(chunk)
      done()
    },
  })
  return Object.defineProperty(output, 'columns', { get: () => process.stdout.columns })
}

/** With the data folder, or with the person who administers from elsewhere. */
function historyPath(folder: string | undefined): string {
  if (folder !== undefined) return join(folder, 'console-history')
  return join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'nightpost-console-history')
}

function readHistory(file: string): string[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, HISTORY_LINES)
}

function writeHistory(file: string, history: readonly string[]): void {
  const kept = history.filter((line) => !SECRET.test(line))
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${kept.join('\n')}\n`, { mode: 0o600 })
}
