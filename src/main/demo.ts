import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addContact } from '../actions/change-contacts.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { Engine } from '../admin/invoke.ts'
import { property } from '../base/ps-value.ts'
import type { Account } from '../domain/account.ts'
import { writePrivate } from './certificate.ts'
import { runCmdlet } from './commands.ts'
import type { SignInLine } from './ready.ts'

/** Sites of the demo where the configuration names none (DECISIONS 17). */
export const DEMO_SITES = [
  { name: 'Redmond', pools: ['pool-redmond.nightpost.localhost'] },
  { name: 'Tokyo', pools: ['pool-tokyo.nightpost.localhost'] },
]

interface DemoPerson {
  readonly alias: string
  readonly name: string
  readonly department: string
  readonly title: string
  readonly site: 'Redmond' | 'Tokyo'
  readonly language: 'en' | 'ja'
  readonly phonetic?: string
  readonly office: string
}

const PEOPLE: readonly DemoPerson[] = [
  {
    alias: 'tony.smith',
    name: 'Tony Smith',
    department: 'Sales',
    title: 'Account Manager',
    site: 'Redmond',
    language: 'en',
    office: 'Building 3',
  },
  {
    alias: 'ken.myer',
    name: 'Ken Myer',
    department: 'Sales',
    title: 'Sales Director',
    site: 'Redmond',
    language: 'en',
    office: 'Building 3',
  },
  {
    alias: 'pilar.ackerman',
    name: 'Pilar Ackerman',
    department: 'Engineering',
    title: 'Engineer',
    site: 'Redmond',
    language: 'en',
    office: 'Building 7',
  },
  {
    alias: 'hanako.sato',
    name: '佐藤 花子',
    department: '営業',
    title: '営業部長',
    site: 'Tokyo',
    language: 'ja',
    phonetic: 'さとう はなこ',
    office: '東京本社 12F',
  },
  {
    alias: 'kenta.suzuki',
    name: '鈴木 健太',
    department: '営業',
    title: '営業担当',
    site: 'Tokyo',
    language: 'ja',
    phonetic: 'すずき けんた',
    office: '東京本社 12F',
  },
  {
    alias: 'yuki.tanaka',
    name: '田中 由紀',
    department: '情報システム',
    title: 'システム管理',
    site: 'Tokyo',
    language: 'ja',
    phonetic: 'たなか ゆき',
    office: '東京本社 8F',
  },
  {
    alias: 'lisa.andrews',
    name: 'Lisa Andrews',
    department: 'Finance',
    title: 'Controller',
    site: 'Redmond',
    language: 'en',
    office: 'Building 1',
  },
]

/** The passwords of the demo: the one place where they can be read again (DECISIONS 8). */
export interface DemoAccounts {
  readonly admin: Required<Omit<SignInLine, 'displayName'>>
  readonly users: readonly Required<SignInLine>[]
}

const fileOf = (data: string) => join(data, 'demo-accounts.json')

/** @returns undefined where the folder is not a demo's. */
export function readDemoAccounts(data: string): DemoAccounts | undefined {
  const file = fileOf(data)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoAccounts) : undefined
}

/**
 * Makes the people of the demo through the cmdlets, everybody on everybody's contact list, and keeps the passwords.
 * Interrupted, it goes on at the next start: who is there already gets a new password.
 */
export async function makeDemo(
  engine: Engine,
  options: { data: string; domain: string; admin: Required<Omit<SignInLine, 'displayName'>> },
): Promise<DemoAccounts> {
  const { ports } = engine
  const users: Required<SignInLine>[] = []
  for (const person of PEOPLE) users.push(await makePerson(engine, person, options.domain))
  await befriend(ports, users)
  const accounts = { admin: options.admin, users }
  writePrivate(fileOf(options.data), `${JSON.stringify(accounts, null, 2)}\n`)
  return accounts
}

async function makePerson(engine: Engine, person: DemoPerson, domain: string): Promise<Required<SignInLine>> {
  const user = `${person.alias}@${domain}`
  const pool = engine.ports.facts.sites().find((site) => site.name === person.site)?.pools[0]
  const password = engine.ports.random.token(12)
  const secure = { kind: 'secure', text: password } as const
  if (engine.ports.facts.byUpn(user) !== undefined) {
    await runCmdlet(engine, 'Set-NpAccountPassword', { Identity: user, Password: secure })
  } else {
    await runCmdlet(engine, 'New-NpAccount', {
      UserPrincipalName: user,
      DisplayName: person.name,
      Password: secure,
      Department: person.department,
      Title: person.title,
      Office: person.office,
      Company: 'Nightpost Demo',
      Mail: user,
      Language: person.language,
      Enable: true,
      ...(person.phonetic === undefined ? {} : { Phonetic: person.phonetic }),
      ...(pool === undefined ? {} : { RegistrarPool: pool }),
    })
  }
  return { user, sip: `sip:${user}`, displayName: person.name, password }
}

/** Each one's list holds all the others. */
async function befriend(ports: Ports, users: readonly SignInLine[]): Promise<void> {
  const accounts = users
    .map(({ user }) => ports.facts.byUpn(user))
    .filter((account): account is Account => account !== undefined)
  for (const owner of accounts) {
    for (const other of accounts) if (other !== owner) await addContact(ports, owner.id, other.id)
  }
}

/** The password that a cmdlet made and returned once. @throws when it returned none. */
export function passwordOf(objects: readonly Parameters<typeof property>[0][]): string {
  const password = objects[0] === undefined ? undefined : property(objects[0], 'Password')
  if (typeof password !== 'string') throw new Error('no password was returned')
  return password
}
