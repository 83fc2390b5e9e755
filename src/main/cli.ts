import { Argument, Command, CommanderError, Option } from 'commander'
import { ForeignSocket, ServerGone } from '../control/client.ts'
import { LEVELS, LOG_ROOMS } from '../ops/log-levels.ts'
import { SHELLS, type Shell } from './completion/shells.ts'
import { addAccountCommands } from './console/account-commands.ts'
import { addSettingFlags, choiceRepeated, repeated, type StartFlags } from './flags.ts'
import type { DoctorFlags } from './verbs/doctor.ts'
import type { RestoreFlags } from './verbs/restore.ts'
import type { ShellFlags } from './verbs/shell.ts'
import type { WatchFlags } from './verbs/watch.ts'
import { VERSION } from './version.ts'
import { asUsage } from './words/command-line.ts'
import { Failure, failed, UsageError } from './words/say.ts'

/** Exit codes of every verb (INTERFACES 1). */
const EXIT = { done: 0, failed: 1, usage: 2, degraded: 3 } as const

/** The launcher's channel: when it is gone, so are we, whatever ended it. */
function endWithLauncher(): void {
  if (process.channel === undefined) return
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}

/** Whoever reads our output may stop at any time (`| head`): the end of a command, and nothing to a server. */
function endQuietlyOnClosedPipe(serving: boolean): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (!serving) process.exit(EXIT.done)
    })
  }
}

/** The whole command line; completion scripts are made from it. */
function program(): Command {
  const root = new Command('nightpost')
    .description(
      'Instant messaging and presence in which a message to somebody who is not there is never lost.',
    )
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      `
Examples:
  $ nightpost start                       serve on this machine; the address and the first password are printed
  $ nightpost start --demo                the same with a small organisation to try
  $ nightpost account add ken@example.com --enable
  $ nightpost shell -c "Get-CsUser"
  $ nightpost doctor

Exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 works but degraded.`,
    )

  addSettingFlags(root.command('start'))
    .description('Start the server.')
    .option('--demo', 'a small organisation in an empty data folder')
    .option('--ready-json', 'print one line of JSON when every listener listens')
    .option('--allow-loose-files', 'start although other users can read the data folder')
    .addHelpText(
      'after',
      `
Examples:
  $ nightpost start
  $ nightpost start --demo --data /tmp/try
  $ nightpost start --domain example.com --listen 0.0.0.0 --public-url https://im.example.com`,
    )
    .action(async (flags: StartFlags) => {
      const { start } = await import('./verbs/start.ts')
      await start(flags)
    })

  addSettingFlags(root.command('config'))
    .description('Print every setting in force and where it came from.')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost config\n  $ nightpost config --config /etc/nightpost.toml --json',
    )
    .action(async (flags: StartFlags & { json?: boolean }) => {
      const { printConfiguration } = await import('./verbs/config.ts')
      printConfiguration(flags)
    })

  withData(root.command('backup'))
    .description('Copy everything into one file, while the server runs or not.')
    .argument('<file>', 'a file that does not exist yet')
    .addHelpText('after', '\nExamples:\n  $ nightpost backup /var/backups/nightpost.db')
    .action(async (file: string, flags: StartFlags) => {
      const { backup } = await import('./verbs/backup.ts')
      await backup(file, flags)
    })

  root
    .command('restore')
    .description('Unpack a backup into a folder that is empty or not there.')
    .argument('<file>', 'what backup made')
    .option('--data <dir>', "the new data folder; with --test the server's")
    .option('--test', 'only try whether it can be restored, and remember that for doctor')
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost restore /var/backups/nightpost.db --data ./restored\n  $ nightpost restore /var/backups/nightpost.db --test',
    )
    .action(async (file: string, flags: RestoreFlags) => {
      const { restore } = await import('./verbs/restore.ts')
      await restore(file, flags)
    })

  withData(root.command('doctor'))
    .description('Check everything that can go wrong, and say what to do.')
    .option('--json', 'for machines')
    .option('--fix', 'mend what can be mended without harm: rights of files')
    .addOption(
      new Option('--language <tag>', 'en or ja (by LC_ALL, LC_MESSAGES, LANG)').choices(['en', 'ja']),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost doctor\n  $ nightpost doctor --json\n  $ nightpost doctor --fix --language ja\n\nExit codes: 0 well, 3 works but see the lines with !, 1 see the lines with ✗, 2 a configuration that cannot be read.',
    )
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('./verbs/doctor.ts')
      await doctor(flags)
    })

  withData(root.command('shell'))
    .description('The console: cmdlets as in PowerShell, on the running server or on the store.')
    .option('-c, --command <line>', 'run this and end')
    .option('-f, --file <file>', 'run this file and end')
    .option('--json', 'one JSON array per line of input')
    .option('--url <url>', 'use the network')
    .option('--user <user>', 'who signs in at --url')
    .option('--certificate <file>', 'trust this certificate at --url')
    .addHelpText(
      'after',
      `
Examples:
  $ nightpost shell
  $ nightpost shell -c "Get-CsUser | Select-Object DisplayName, Enabled"
  $ nightpost shell --json -c "Get-CsClientPolicy -Identity Global"`,
    )
    .action(async (flags: ShellFlags) => {
      const { shell } = await import('./verbs/shell.ts')
      await shell(flags)
    })

  root
    .command('watch')
    .description('Follow the log of the running server; what it keeps of it stays the same.')
    .argument('[user...]', 'people to follow; everybody')
    .option('--data <dir>', "the server's data folder (./data in a clone)")
    .addOption(new Option('--level <level>', 'what to show (debug)').choices(LEVELS))
    .addOption(choiceRepeated(new Option('--room <room>', 'one room; may be repeated'), LOG_ROOMS))
    .addOption(new Option('--user <user>', 'as an argument; may be repeated').argParser(repeated))
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  $ nightpost watch
  $ nightpost watch ken@example.com
  $ nightpost watch --room store --level info --json`,
    )
    .action(async (people: string[], flags: WatchFlags) => {
      const { watch } = await import('./verbs/watch.ts')
      await watch(people, flags)
    })

  root
    .command('completion')
    .description('Print the script that completes nightpost on the command line.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ nightpost completion bash > ~/.local/share/bash-completion/completions/nightpost
  $ nightpost completion zsh > "\${fpath[1]}/_nightpost"
  $ nightpost completion fish > ~/.config/fish/completions/nightpost.fish
  PS> nightpost completion pwsh | Out-String | Invoke-Expression`,
    )
    .action(async (shell: Shell) => {
      const { completionScript } = await import('./completion/script.ts')
      process.stdout.write(completionScript(shell, root))
    })

  addAccountCommands(root)
  return root
}

/** What every verb takes that works on a data folder. */
function withData(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder (./data in a clone)')
    .option('--config <file>', 'configuration file (DIR/nightpost.toml, if there)')
}

/** Runs one command line. @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? EXIT.done)
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done
      if (error.code !== 'commander.help') complain(asUsage(error))
      return EXIT.usage
    }
    const known = translated(error)
    complain(known)
    if (process.env.NIGHTPOST_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return known instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

/** Errors of rooms that know no language, in the person's. */
function translated(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof ForeignSocket) return failed('foreignSocket', { folder: error.folder }, error)
  if (error instanceof ServerGone) return failed('serverGone', {}, error)
  if (isBroken(error)) return failed('databaseBroken', { because: error.message }, error)
  return new Failure(error instanceof Error ? error.message : String(error))
}

/** SQLite found a file that is damaged (SQLITE_CORRUPT), or none of its own (SQLITE_NOTADB). */
function isBroken(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26)
}

/** One line, whatever was in it, and the word to search for. */
function complain({ message, code }: Failure): void {
  const text = message.replace(/\s*\n\s*/g, ' ')
  process.stderr.write(`nightpost: ${text}${code === undefined ? '' : ` [${code}]`}\n`)
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  endWithLauncher()
  endQuietlyOnClosedPipe(process.argv[2] === 'start')
  const code = await main(process.argv.slice(2))
  // A start that failed half-way has listeners and a lock; a start that succeeded goes on.
  if (code === EXIT.done) process.exitCode = code
  else process.exit(code)
}
