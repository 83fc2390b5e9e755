import { text as readAll } from 'node:stream/consumers'
import type { PsValue } from '../../base/ps-value.ts'
import type { Reply } from '../../control/messages.ts'
import { type OpenedConsole, openConsole } from '../console/link.ts'
import { jsonOutput, type Output, textOutput } from '../console/output.ts'
import { askTerminal } from '../console/questions.ts'
import { PROCESS_STREAMS, screenOf } from '../console/screen.ts'
import type { StartFlags } from '../flags.ts'
import { wrongUse } from '../words/say.ts'

/** Flags of the account verbs (INTERFACES 2). */
export interface AccountFlags extends StartFlags {
  readonly passwordStdin?: boolean
  readonly allowWeakPassword?: boolean
  readonly enable?: boolean
  readonly whatIf?: boolean
  readonly json?: boolean
}
/** What `account add` takes beside. */
export interface AccountAddFlags extends AccountFlags {
  readonly displayName?: string
  readonly sipAddress?: string
  readonly department?: string
  readonly title?: string
  readonly language?: string
}

/** Parameters by name; undefined ones are left out. */
export type Arguments = Readonly<Record<string, PsValue | undefined>>

/** `account add U` is New-NpAccount. */
export async function accountAdd(user: string, flags: AccountAddFlags): Promise<void> {
  const password = flags.passwordStdin ? await passwordFromInput() : undefined
  await call(flags, 'New-NpAccount', {
    UserPrincipalName: user,
    DisplayName: flags.displayName ?? displayNameOf(user),
    SipAddress: flags.sipAddress,
    Department: flags.department,
    Title: flags.title,
    Language: flags.language,
    Password: password,
    Enable: flags.enable,
    AllowWeakPassword: flags.allowWeakPassword,
  })
}

/** `account password U` is Set-NpAccountPassword; at a terminal it asks, an empty answer makes one. */
export async function accountPassword(user: string, flags: AccountFlags): Promise<void> {
  const password = flags.passwordStdin ? await passwordFromInput() : await passwordFromTerminal()
  await call(flags, 'Set-NpAccountPassword', {
    Identity: user,
    Password: password,
    AllowWeakPassword: flags.allowWeakPassword,
  })
}

/** `account list` is Get-NpAccount with the columns that fit a screen. */
export async function accountList(flags: AccountFlags): Promise<void> {
  const columns = 'UserPrincipalName, DisplayName, SipAddress, Enabled'
  const text = flags.json ? 'Get-NpAccount' : `Get-NpAccount | Select-Object ${columns}`
  const opened = await openConsole(flags, false)
  try {
    const screen = screenOf(false)
    const output = outputFor(flags, screen.width)
    await opened.link.work({ kind: 'script', text, screen }, (reply) => output.show(reply), nobody)
    output.finish()
    process.exitCode = output.exitCode
  } finally {
    await opened.link.close()
  }
}

async function call(flags: AccountFlags, name: string, given: Arguments): Promise<void> {
  const opened = await openConsole(flags, true)
  try {
    process.exitCode = await runCommand(opened, flags, name, given)
  } finally {
    await opened.link.close()
  }
}

/** Runs one command with values. @returns the exit code */
export async function runCommand(
  { link }: OpenedConsole,
  flags: AccountFlags,
  name: string,
  given: Arguments,
): Promise<number> {
  const screen = screenOf(false)
  const output = outputFor(flags, screen.width)
  const work = { kind: 'call', name, arguments: argumentsOf(given), input: undefined, screen } as const
  const show = flags.json ? output.show : (reply: Reply) => output.show(withoutEmpty(reply))
  await link.work(work, show, nobody)
  output.finish()
  return output.exitCode
}

/** For people only what is there: a new account has twenty properties and most are unset. */
function withoutEmpty(reply: Reply): Reply {
  if (
    reply.kind !== 'value' ||
    reply.value === null ||
    typeof reply.value !== 'object' ||
    !('kind' in reply.value)
  )
    return reply
  if (reply.value.kind !== 'object') return reply
  const there = [...reply.value.properties].filter(
    ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return { kind: 'value', value: { ...reply.value, properties: new Map(there) } }
}

/** Parameters as a call has them; a switch that is off is not there. */
export function argumentsOf(
  given: Arguments,
): readonly { readonly name: string; readonly value: PsValue | undefined }[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [{ name, value }],
  )
}

/** How a verb shows what its cmdlet returns. */
export function outputFor(flags: AccountFlags, width: number): Output {
  return flags.json ? jsonOutput(PROCESS_STREAMS) : textOutput(PROCESS_STREAMS, width, '')
}

/** Command line verbs ask at a terminal themselves. */
export const nobody = () => Promise.resolve(undefined)

/** `ken.myer@example.com` → `ken.myer`: until somebody gives a better name. */
function displayNameOf(user: string): string {
  return user.split('@')[0] || user
}

/** The first line of standard input, without its end. */
async function passwordFromInput(): Promise<PsValue> {
  const input = await readAll(process.stdin)
  const end = input.search(/\r?\n/)
  const text = end < 0 ? input : input.slice(0, end)
  if (text === '') throw wrongUse('emptyPassword')
  return { kind: 'secure', text }
}

async function passwordFromTerminal(): Promise<PsValue | undefined> {
  const text = await askTerminal('New password (empty: one is made): ', true)
  if (text === undefined || text === '') return undefined
  const again = await askTerminal('Again: ', true)
  if (again !== text) throw wrongUse('passwordsDiffer')
  return { kind: 'secure', text }
}
