import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The clone. */
export const ROOT = join(import.meta.dirname, '..', '..')

/** The line of `--ready-json` (INTERFACES 1). */
export interface Ready {
  readonly ready: true
  readonly version: string
  readonly pid: number
  readonly data: string
  readonly configuration?: string
  readonly domain: string
  readonly url: string
  readonly http?: number
  readonly https?: number
  readonly ssh?: number
  readonly certificate: string
  readonly sshHostKey?: string
  readonly admin?: { readonly user: string; readonly sip: string; readonly password?: string }
  readonly users?: readonly {
    readonly user: string
    readonly sip: string
    readonly displayName: string
    readonly password?: string
  }[]
}

/** A server in a process of its own. */
export interface Launched extends AsyncDisposable {
  readonly child: ChildProcess
  readonly ready: Ready
  readonly data: string
  /** Everything on standard output and standard error so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  /** Ends the launcher with a signal. @returns its exit code, null when the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** A path below a fresh folder, which goes when the test process ends. */
export function temporaryFolder(name = 'data'): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightpost-test-'))
  folders.push(folder)
  return join(folder, name)
}

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** What a command line comes to. */
export interface Done {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `nightpost ARGS` to its end. */
export async function nightpost(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Done> {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'nightpost.js'), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = collect(child)
  child.stdin.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output() }
}

/**
 * Starts a server on free ports and waits for its ready line.
 * @param options.launcher false: without the launcher, which looks whether everything is installed and built (start.test.ts looks at it)
 * @throws with what it said when it ends before
 */
export async function launch(
  args: readonly string[] = [],
  options: { data?: string; env?: NodeJS.ProcessEnv; launcher?: false } = {},
): Promise<Launched> {
  const data = options.data ?? temporaryFolder()
  const ports = [
    '--http-port',
    '0',
    '--https-port',
    '0',
    '--sip-port',
    'off',
    '--sips-port',
    'off',
    '--ssh-port',
    'off',
  ]
  const child = spawn(
    process.execPath,
    [
      join(ROOT, ...(options.launcher === false ? ['src', 'main', 'cli.ts'] : ['bin', 'nightpost.js'])),
      'start',
      '--data',
      data,
      ...ports,
      '--ready-json',
      ...args,
    ],
    { cwd: ROOT, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = collect(child)
  const ready = await readyLine(child, output)
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'close') as Promise<[number | null]>
    child.kill(signal)
    const [code] = await ended
    return code
  }
  return { child, ready, data, output, end, [Symbol.asyncDispose]: async () => void (await end()) }
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  }
  return () => ({ ...text })
}

async function readyLine(
  child: ChildProcess,
  output: () => { stdout: string; stderr: string },
): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const look = () => {
      for (const line of output().stdout.split('\n').slice(0, -1)) {
        if (!line.includes('"ready":true')) continue
        child.stdout?.off('data', look)
        resolve(JSON.parse(line) as Ready)
      }
    }
    child.stdout?.on('data', look)
    child.once('close', (code) =>
      reject(new Error(`ended with ${code} before it was ready\n${output().stderr}`)),
    )
  })
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
