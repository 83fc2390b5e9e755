import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Done, launch, nightpost, ROOT } from './launch.ts'

/** Every line of the README's shell blocks, in order. */
function commands(): readonly string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8')
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'))
}

/** The words of a line as a shell would have them: quotes are taken away, nothing is expanded inside of single ones. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  )
}

test('the README’s commands do what it says, on a server of their own', async () => {
  const lines = commands()
  assert.ok(lines.includes('npm start -- --demo'))
  await using demo = await launch(['--demo'])
  assert.ok((demo.ready.users?.length ?? 0) >= 2)
  await demo.end()

  assert.ok(lines.includes('npm start'))
  await using server = await launch()
  const run = async (line: string): Promise<Done> => {
    const [npx, program, ...args] = words(line)
    assert.equal(`${npx} ${program}`, 'npx nightpost', line)
    return nightpost([...args, '--data', server.data])
  }
  const typed = lines.filter((line) => line.startsWith('npx '))
  assert.ok(typed.length >= 4)
  for (const line of typed) {
    const done = await run(line)
    const degraded = line.includes('doctor') ? [0, 3] : [0]
    assert.ok(degraded.includes(done.code ?? -1), `${line}\n${done.stdout}${done.stderr}`)
  }
  const made = await run(`npx nightpost shell --json -c 'Get-CsUser | Select-Object UserPrincipalName'`)
  const names = (JSON.parse(made.stdout) as { UserPrincipalName: string }[]).map(
    ({ UserPrincipalName }) => UserPrincipalName,
  )
  for (const name of ['ken@nightpost.localhost', 'yuki@nightpost.localhost'])
    assert.ok(names.includes(name), name)
  const others = lines.filter((line) => !line.startsWith('npx '))
  assert.deepEqual(others, ['npm start -- --demo', 'npm start', 'npm test'])
})
