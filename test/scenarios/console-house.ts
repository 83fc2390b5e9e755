import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Done, type Launched, launch, ROOT, temporaryFolder } from './launch.ts'

/** What `nightpost shell --json` said: an array per line of input, and the objects of standard error. */
export interface Typed {
  readonly code: number | null
  // biome-ignore lint/suspicious/noExplicitAny: the shape of what a test looks at is the test's own assertion
  readonly lines: readonly any[][]
  readonly errors: readonly {
    message: string
    category: string
    fullyQualifiedErrorId: string
    targetObject: unknown
  }[]
  readonly warnings: readonly string[]
  readonly whatIf: readonly string[]
}

/** The people of the articles, and two of contoso.com. */
export const PEOPLE = `UserPrincipalName,DisplayName,SipAddress,Department,Title,Password
kenmyer@litwareinc.com,Ken Myer,sip:kenmyer@litwareinc.com,Sales,Accountant,a long pass phrase 1
tonysmith@litwareinc.com,Tony Smith,sip:tonysmith@litwareinc.com,Sales,Manager,
pilar@litwareinc.com,Pilar Ackerman,sip:pilar@litwareinc.com,Finance,Accountant,
bob@contoso.com,Bob Kelly,sip:bob@contoso.com,Finance,Supervisor,
fred@contoso.com,Fred Kim,sip:fred@contoso.com,営業,Manager,
test1@litwareinc.com,Test One,sip:test1@litwareinc.com,Sales,,
`

/** Runs `nightpost shell --json` with a text. */
export async function type(data: string, text: string, ...flags: readonly string[]): Promise<Typed> {
  const done = await shell(data, ['--json', '-c', text, ...flags])
  const lines = done.stdout.split('\n').filter((line) => line !== '')
  const said = done.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, never>)
  const all = (key: string) => said.flatMap((one) => (key in one ? [one[key]] : []))
  assert.equal(said.length, done.stderr.split('\n').filter((line) => line !== '').length, done.stderr)
  return {
    code: done.code,
    lines: lines.map((line) => JSON.parse(line)),
    errors: all('error') as unknown as Typed['errors'],
    warnings: all('warning') as unknown as string[],
    whatIf: all('whatIf') as unknown as string[],
  }
}

/** Types a line that must go through. @returns what it put out */
export async function typed(data: string, text: string): Promise<Typed['lines'][number]> {
  const { code, lines, errors } = await type(data, text)
  assert.deepEqual(errors, [], text)
  assert.equal(code, 0, text)
  return lines.flat()
}

/** `nightpost shell` without the launcher's own start, which start.test.ts looks at. */
export async function shell(data: string, args: readonly string[], input?: string): Promise<Done> {
  return direct(['shell', '--data', data, ...args], input)
}

/** Any verb, as the launcher would start it. */
export async function direct(
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<Done> {
  const child = spawn(process.execPath, [join(ROOT, 'src/main/cli.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
    })
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

export function fileWith(text: string, name = 'people.csv'): string {
  const path = temporaryFolder(name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** A server of litwareinc.com and contoso.com with the people of the articles. */
export async function openHouse(): Promise<Launched> {
  const house = await launch(['--domain', 'litwareinc.com', '--domain', 'contoso.com'])
  const imported = await direct(['account', 'import', fileWith(PEOPLE), '--data', house.data])
  assert.equal(imported.code, 0, imported.stderr)
  return house
}
