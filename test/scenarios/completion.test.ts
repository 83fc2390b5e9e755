import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { direct } from './console-house.ts'
import { temporaryFolder } from './launch.ts'

// Each shell is asked itself what it would offer (ux 3.2); one that is not installed is skipped aloud.

const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const
type Shell = (typeof SHELLS)[number]

function programOf(shell: Shell): string | undefined {
  if (shell === 'pwsh' && process.env.NIGHTPOST_PWSH) return process.env.NIGHTPOST_PWSH
  const folders = (process.env.PATH ?? '').split(':')
  return folders.map((folder) => join(folder, shell)).find((path) => existsSync(path))
}

async function scriptFor(shell: Shell): Promise<string> {
  const done = await direct(['completion', shell])
  assert.equal(done.code, 0, done.stderr)
  const file = temporaryFolder(
    shell === 'pwsh' ? 'nightpost.ps1' : shell === 'zsh' ? '_nightpost' : 'nightpost',
  )
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, done.stdout)
  return file
}

function run(program: string, args: readonly string[], input = ''): string {
  const done = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, TERM: 'dumb', POWERSHELL_TELEMETRY_OPTOUT: '1' },
  })
  assert.equal(done.status, 0, `${done.stderr}\n${done.error ?? ''}`)
  return done.stdout
}

/** What a shell offers behind each line, in the order of the lines. */
const ASK: Readonly<
  Record<Shell, (program: string, script: string, lines: readonly string[]) => string[][]>
> = {
  bash(program, script, lines) {
    const asks = lines.map(
      (line) => `
      COMP_LINE=${quote(line)}; COMP_POINT=\${#COMP_LINE}
      COMP_WORDS=(${wordsOf(line).map(quote).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=()
      _nightpost; printf '%s ' "\${COMPREPLY[@]}"; echo`,
    )
    return perLine(run(program, ['--norc', '-c', `source ${quote(script)}\n${asks.join('\n')}`]))
  },
  // A zsh in a pseudo-terminal for each line: completion is a part of its line editor. What it adds to a list goes to a file.
  zsh(program, script, lines) {
    return lines.map((line, at) => {
      const found = `${script}.${at}`
      writeFileSync(found, '')
      writeFileSync(
        `${script}.inner`,
        `PROMPT=
        autoload -Uz compinit; compinit -u -D
        bindkey '^M' undefined-key; bindkey '^J' undefined-key; bindkey '^I' complete-word
        compadd () {
          if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
          typeset -a __hits; builtin compadd -A __hits "$@"
          print -rl -- $__hits >> ${quote(found)}
          builtin compadd "$@"
        }
        comppostfuncs=(exit)
        source ${quote(script)}
        print READY
`,
      )
      const driver = `
        zmodload zsh/zpty
        zpty z ${program} -f -i
        zpty -w z ${quote(`source ${script}.inner`)}
        zpty -r z text '*READY*'
        zpty -w -n z ${quote(line)}$'\\t'
        while zpty -r z text; do :; done
        zpty -d z`
      run(program, ['-f', '-c', driver])
      return readFileSync(found, 'utf8').split('\n').filter(Boolean)
    })
  },
  fish(program, script, lines) {
    const asks = lines.map((line) => `echo (complete -C ${quote(line)} | string split -f1 \\t)`)
    return perLine(run(program, ['--no-config', '-c', `source ${quote(script)}\n${asks.join('\n')}`]))
  },
  pwsh(program, script, lines) {
    const file = `${script}.ask.ps1`
    const asks = lines.map(
      (line) =>
        `((TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches | Where-Object ResultType -eq ParameterValue | ForEach-Object CompletionText) -join ' '`,
    )
    writeFileSync(file, `. '${script}'\n${asks.join('\n')}\n`)
    return perLine(run(program, ['-NoProfile', '-NonInteractive', '-File', file]))
  },
}

/** As bash breaks a line: `=` is a word of its own. */
const wordsOf = (line: string) =>
  line.split(' ').flatMap((word) => word.split(/(=)/).filter((part, at) => part !== '' || at === 0))
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
const perLine = (text: string) =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).filter(Boolean))

const CASES: readonly [line: string, offers: readonly string[]][] = [
  ['nightpost wa', ['watch']],
  ['nightpost account ', ['add', 'hash', 'import', 'list', 'password']],
  ['nightpost account imp', ['import']],
  ['nightpost watch --lev', ['--level']],
  ['nightpost watch --level e', ['error']],
  ['nightpost watch --json --room st', ['store']],
  ['nightpost completion ', ['bash', 'fish', 'pwsh', 'zsh']],
  ['nightpost start --log-level tr', ['trace']],
  ['nightpost watch --user start --js', ['--json']],
  ['nightpost account add --allow', ['--allow-weak-password']],
]

for (const shell of SHELLS) {
  const program = programOf(shell)
  test(`${shell} completes verbs, options and values`, {
    skip: program === undefined && `${shell} is not installed`,
  }, async () => {
    const script = await scriptFor(shell)
    const offered = ASK[shell](
      program ?? '',
      script,
      CASES.map(([line]) => line),
    )
    const found = CASES.map(([line], at) => [line, (offered[at] ?? []).toSorted()])
    assert.deepEqual(
      found,
      CASES.map(([line, offers]) => [line, offers]),
    )
  })
}

test('a shell that we know nothing of is exit 2 with the ones we know', async () => {
  const done = await direct(['completion', 'tcsh'])
  assert.equal(done.code, 2)
  assert.match(done.stderr, /^nightpost: [^\n]*bash[^\n]*\[invalidValue\]\n$/)
})
