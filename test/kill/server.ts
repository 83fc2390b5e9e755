import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Person } from './words.ts'

const CLI = join(import.meta.dirname, '../../src/main/cli.ts')

/** Limits of a person are not what is tested here: the senders are faster than any person. */
const CONFIGURATION = join(import.meta.dirname, '../../bench/server.toml')

export interface Running {
  readonly base: string
  readonly pid: number
  readonly exited: Promise<unknown>
  /** Where its inspector listens, when it was started with one. */
  readonly inspector: string | undefined
}

/** A data folder with these people, all enabled. */
export async function makeFolder(data: string, people: readonly Person[]): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const rows = people.map(({ user, password }) => `${user},${user.split('@')[0]},${password}`)
  const csv = join(data, 'people.csv')
  writeFileSync(csv, ['UserPrincipalName,DisplayName,Password', ...rows, ''].join('\n'), { mode: 0o600 })
  await run(['account', 'import', csv, '--enable', '--data', data])
}

/**
 * The real `start`; its log goes to `DIR.log` beside the folder.
 * @param flags of Node itself, as `--inspect=127.0.0.1:0`
 * @throws when it ends before it is ready
 */
export async function startServer(data: string, flags: readonly string[] = []): Promise<Running> {
  const args = [
    'start',
    '--data',
    data,
    '--config',
    CONFIGURATION,
    '--ready-json',
    // Only the door that is used, on any free port.
    ...['--https-port', '--ssh-port', '--sip-port', '--sips-port'].flatMap((flag) => [flag, 'off']),
    '--http-port',
    '0',
    '--ssh-port',
    'off',
    '--log-level',
    'warn',
  ]
  const child = cli(args, flags)
  let inspector: string | undefined
  child.stderr?.on('data', (chunk: Buffer) => {
    inspector ??= /Debugger listening on (ws:\S+)/.exec(String(chunk))?.[1]
    appendFileSync(`${data}.log`, chunk)
  })
  const exited = once(child, 'exit')
  // Whatever ends this process ends what it started.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    if (!line.includes('"ready":true')) continue
    const { url, pid } = JSON.parse(line) as { url: string; pid: number }
    return { base: url.replace('localhost', '127.0.0.1'), pid, exited, inspector }
  }
  throw new Error(`the server ended before it was ready; see ${data}.log`)
}

/** Runs a verb to its end. @throws when it fails */
export async function run(args: readonly string[]): Promise<string> {
  const child = cli(args)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`nightpost ${args.join(' ')} ended with ${code}: ${output}`)
  return output
}

function cli(args: readonly string[], flags: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...flags, CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}
