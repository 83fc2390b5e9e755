import type { Logger } from '../ops/log.ts'
import type { TlsMaterial } from './certificate.ts'
import type { System } from './compose.ts'
import type { Configuration } from './schema.ts'
import { VERSION } from './version.ts'

/** Somebody who can sign in; `password` only in the run that made it, and always with `--demo` (INTERFACES 1). */
export interface SignInLine {
  readonly user: string
  readonly sip: string
  readonly displayName?: string
  readonly password?: string
}

interface ReadyOptions {
  readonly settings: Configuration
  readonly data: string
  readonly file: string | undefined
  readonly tls: TlsMaterial
  readonly json: boolean
  readonly log: Logger
}

/** Says that every listener listens: one line of JSON for a script, or for a person the address, the sign-ins and the next step. */
export function printReady(system: System, options: ReadyOptions): void {
  process.stdout.write(
    options.json ? `${JSON.stringify(readyLine(system, options))}\n` : forPerson(system, options),
  )
}

/** The line of `--ready-json`; doors that are off or not built are absent. */
function readyLine(system: System, { settings, data, file, tls }: ReadyOptions) {
  return {
    ready: true,
    version: VERSION,
    pid: process.pid,
    data,
    ...(file === undefined ? {} : { configuration: file }),
    domain: settings.domain[0],
    url: localAddress(system),
    ...(system.ports.http === undefined ? {} : { http: system.ports.http }),
    ...(system.ports.https === undefined ? {} : { https: system.ports.https }),
    ...(system.ports.ssh === undefined ? {} : { ssh: system.ports.ssh }),
    certificate: tls.path,
    ...(system.sshHostKey === undefined ? {} : { sshHostKey: system.sshHostKey }),
    ...(system.administrator === undefined ? {} : { admin: system.administrator }),
    ...(system.people.length === 0 ? {} : { users: system.people }),
  }
}

/** What to open on this machine: plain HTTP, because it shows no certificate warning. */
function localAddress({ ports: { http, https } }: System): string {
  return http === undefined ? `https://localhost:${https}` : `http://localhost:${http}`
}

function forPerson(system: System, options: ReadyOptions): string {
  const { settings, data } = options
  const lines = [
    '',
    `Nightpost ${VERSION} is running. Messages wait up for you.`,
    '',
    `  Open      ${localAddress(system)}`,
  ]
  if (settings.publicUrl !== undefined) lines.push(`  Others    ${settings.publicUrl}`)
  const { administrator, people } = system
  if (administrator?.password !== undefined) {
    const once = people.length === 0 ? '; shown this once' : ''
    lines.push(
      `  Sign in   ${administrator.user}`,
      `  Password  ${administrator.password}   (the administrator's${once})`,
    )
  }
  if (people.length > 0) {
    const width = Math.max(...people.map((person) => person.user.length))
    lines.push('', '  People of the demo:')
    for (const person of people)
      lines.push(`    ${person.user.padEnd(width)}  ${person.password ?? ''}   ${person.displayName ?? ''}`)
    lines.push(
      '',
      '  Next      Sign in as one of them, and as a second one in a private window; close one tab and write.',
    )
  } else if (!system.hasPeople) {
    const domain = settings.domain[0]
    lines.push(
      '',
      '  Next      Add two people, in another terminal:',
      `              npx nightpost account add ken@${domain} --enable`,
      `              npx nightpost account add yuki@${domain} --enable`,
    )
  }
  lines.push(`  Data      ${data}`, '  Stop      Ctrl+C', '', '')
  return lines.join('\n')
}
