import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { direct } from './console-house.ts'
import { type Launched, launch, temporaryFolder } from './launch.ts'

// What people meet most often when something does not work, in the language of their system, one line each: what failed, why,
// what to type next, and one word to search for (ux 3.2).

let house: Launched
before(async () => {
  house = await launch(['--domain', 'one.test'])
})
after(() => house.end())

function fileWith(text: string, name: string): string {
  const file = temporaryFolder(name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

const FREE = ['--http-port', '0', '--https-port', '0', '--ssh-port', '0']

interface Case {
  readonly name: string
  readonly args: () => readonly string[]
  readonly code: 1 | 2
  readonly word: string
  /** What stands in the line in both languages: a path, a port, a key, what to type. */
  readonly holds: () => readonly string[]
}

const CASES: readonly Case[] = [
  {
    name: 'an unknown option',
    args: () => ['start', '--porf', '1'],
    code: 2,
    word: 'unknownOption',
    holds: () => ['--porf'],
  },
  {
    name: 'an unknown verb that is nearly one',
    args: () => ['stat'],
    code: 2,
    word: 'unknownCommand',
    holds: () => ['stat', 'start'],
  },
  {
    name: 'a missing argument',
    args: () => ['backup'],
    code: 2,
    word: 'missingArgument',
    holds: () => ['file', '--help'],
  },
  {
    name: 'an option without its value',
    args: () => ['start', '--data'],
    code: 2,
    word: 'missingValue',
    holds: () => ['--data'],
  },
  {
    name: 'a port that is none',
    args: () => ['start', '--https-port', '99999'],
    code: 2,
    word: 'invalidValue',
    holds: () => ['99999', '65535'],
  },
  {
    name: 'too many arguments',
    args: () => ['doctor', 'now'],
    code: 2,
    word: 'excessArguments',
    holds: () => ['doctor', '--help'],
  },
  {
    name: 'a second start',
    args: () => ['start', '--data', house.data, ...FREE],
    code: 1,
    word: 'folderTaken',
    holds: () => [house.data, String(house.ready.pid), '--data'],
  },
  {
    name: 'an unknown key',
    args: () => [
      'start',
      '--data',
      temporaryFolder(),
      '--config',
      fileWith('[limits]\nmessageTxt = 1\n', 'a.toml'),
    ],
    code: 2,
    word: 'unknownKeyNear',
    holds: () => ['limits.messageTxt', 'limits.messageText'],
  },
  {
    name: 'a value that is none',
    args: () => [
      'start',
      '--data',
      temporaryFolder(),
      '--config',
      fileWith('[session]\nkeep = "soon"\n', 'b.toml'),
    ],
    code: 2,
    word: 'wrongValue',
    holds: () => ['session.keep', '"30 days"'],
  },
  {
    name: 'what is not TOML',
    args: () => ['start', '--data', temporaryFolder(), '--config', fileWith('domain = \n', 'c.toml')],
    code: 2,
    word: 'notToml',
    holds: () => ['c.toml', 'http.port = 8080'],
  },
  {
    name: 'a port that another program has',
    args: () => [
      'start',
      '--data',
      temporaryFolder(),
      '--http-port',
      String(house.ready.http),
      '--https-port',
      '0',
      '--ssh-port',
      '0',
    ],
    code: 1,
    word: 'portTaken',
    holds: () => [String(house.ready.http), '--http-port'],
  },
  {
    name: 'no server where one is asked',
    args: () => ['watch', '--data', temporaryFolder()],
    code: 1,
    word: 'noServer',
    holds: () => ['nightpost start', '--data'],
  },
  {
    name: 'a data folder that is not there',
    args: () => ['shell', '--data', temporaryFolder(), '-c', 'Get-CsUser'],
    code: 2,
    word: 'dataMissing',
    holds: () => ['--data'],
  },
  {
    name: 'a backup over a file that is there',
    args: () => ['backup', fileWith('', 'backup.db'), '--data', house.data],
    code: 1,
    word: 'fileExists',
    holds: () => ['backup.db'],
  },
  {
    name: 'a restore of what is no backup',
    args: () => ['restore', fileWith('text', 'no.db'), '--data', temporaryFolder()],
    code: 1,
    word: 'restoreNotBackup',
    holds: () => ['no.db', 'nightpost'],
  },
  {
    name: 'a restore without a place',
    args: () => ['restore', fileWith('text', 'no.db')],
    code: 2,
    word: 'missingOption',
    holds: () => ['--data'],
  },
  {
    name: 'a room of the log that is none',
    args: () => ['start', '--data', temporaryFolder(), '--log-level', 'stroe=debug'],
    code: 2,
    word: 'unknownKeyNear',
    holds: () => ['log.rooms.stroe', 'log.rooms.store'],
  },
]

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u

for (const { name, args, code, word, holds } of CASES) {
  test(`${name} is told in English and in Japanese, as [${word}]`, async () => {
    const given = args()
    // One after the other: two starts at once on one folder complain of each other.
    for (const [at, LC_ALL] of ['en_US.UTF-8', 'ja_JP.UTF-8'].entries()) {
      const { code: ended, stdout, stderr } = await direct(given, '', { LC_ALL })
      assert.equal(ended, code, stderr)
      assert.equal(stdout, '')
      const line = stderr.trimEnd().split('\n').at(-1) ?? ''
      assert.match(line, new RegExp(`^nightpost: .+ \\[${word}\\]$`))
      assert.equal(JAPANESE.test(line), at === 1, line)
      for (const part of holds()) assert.ok(line.includes(part), `${part} in ${line}`)
    }
  })
}

test('another first domain later', async () => {
  await using first = await launch(['--domain', 'one.test'])
  await first.end()
  for (const [locale, japanese] of [
    ['C.UTF-8', false],
    ['ja_JP.UTF-8', true],
  ] as const) {
    const done = await direct(['start', '--data', first.data, '--domain', 'two.test', ...FREE], '', {
      LC_ALL: locale,
    })
    assert.equal(done.code, 2)
    const line = done.stderr.trimEnd().split('\n').at(-1) ?? ''
    assert.match(line, /^nightpost: domain: .*one\.test.*two\.test.* \[firstDomain\]$/)
    assert.equal(JAPANESE.test(line), japanese, line)
  }
})

test('LC_ALL wins over LC_MESSAGES, LC_MESSAGES over LANG', async () => {
  const speaks = async (env: NodeJS.ProcessEnv) =>
    JAPANESE.test((await direct(['stat'], '', { LC_ALL: '', LC_MESSAGES: '', LANG: '', ...env })).stderr)
  assert.equal(await speaks({}), false)
  assert.equal(await speaks({ LANG: 'ja_JP.UTF-8' }), true)
  assert.equal(await speaks({ LANG: 'ja_JP.UTF-8', LC_MESSAGES: 'C' }), false)
  assert.equal(await speaks({ LC_ALL: 'ja', LC_MESSAGES: 'C' }), true)
})
