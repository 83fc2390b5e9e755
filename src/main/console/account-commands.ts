import { type Command, Option } from 'commander'
import { addSettingFlags, repeated } from '../flags.ts'
import type { AccountAddFlags, AccountFlags } from '../verbs/account.ts'

function dataFlags(command: Command): Command {
  return command
    .option('--data <dir>', "the server's data folder (./data in a clone)")
    .option('--config <file>', 'configuration file (DIR/nightpost.toml, if there)')
    .addOption(
      new Option('--domain <domain>', 'SIP domain, before the first start; may be repeated').argParser(
        repeated,
      ),
    )
}

/** `account …`: the embedded directory's cmdlets as verbs (INTERFACES 2). */
export function addAccountCommands(root: Command): void {
  const account = root.command('account').description('Make, change and list accounts.').helpCommand(false)
  dataFlags(account.command('add <user>'))
    .description('Make an account; a password is made and printed unless one comes on standard input.')
    .option('--display-name <name>', 'the name that people see')
    .option('--sip-address <address>', 'SIP address (the user principal name)')
    .option('--department <text>', 'department')
    .option('--title <text>', 'title')
    .option('--language <tag>', 'en or ja')
    .option('--password-stdin', 'read one line from standard input')
    .option('--allow-weak-password', 'take 1 to 11 characters, on loopback only')
    .option('--enable', 'enable for the service')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost account add ken@example.com --display-name "Ken Myer" --enable',
    )
    .action(async (user: string, flags: AccountAddFlags) =>
      (await import('../verbs/account.ts')).accountAdd(user, flags),
    )
  dataFlags(account.command('password <user>'))
    .description(
      'Give an account another password; one is made and printed unless one is typed or comes on standard input.',
    )
    .option('--password-stdin', 'read one line from standard input')
    .option('--allow-weak-password', 'take 1 to 11 characters, on loopback only')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost account password ken@example.com\n  $ printf %s "$NEW" | nightpost account password ken@example.com --password-stdin',
    )
    .action(async (user: string, flags: AccountFlags) =>
      (await import('../verbs/account.ts')).accountPassword(user, flags),
    )
  dataFlags(account.command('list'))
    .description('List the accounts.')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExamples:\n  $ nightpost account list\n  $ nightpost account list --json')
    .action(async (flags: AccountFlags) => (await import('../verbs/account.ts')).accountList(flags))
  dataFlags(account.command('import <file>'))
    .description(
      'Make or change many accounts from a CSV file; again with the same file changes only what is different.',
    )
    .option('--allow-weak-password', 'take passwords of 1 to 11 characters, on loopback only')
    .option('--enable', 'enable lines without password and address too')
    .option('--what-if', 'say what would be done and do nothing')
    .option('--json', 'one JSON array with a result for each line')
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost account import people.csv\n  $ nightpost account import people.csv --what-if',
    )
    .action(async (file: string, flags: AccountFlags) =>
      (await import('../verbs/account-import.ts')).accountImport(file, flags),
    )
  addSettingFlags(account.command('hash <file>'))
    .description(
      'Write the same CSV with hashes instead of passwords to standard output (for benches and tests).',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ nightpost account hash people.csv --domain example.com > hashed.csv',
    )
    .action(async (file: string, flags: AccountFlags) =>
      (await import('../verbs/account-hash.ts')).accountHash(file, flags),
    )
}
