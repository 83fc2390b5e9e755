import type { Ports } from '../../src/actions/ports/ports.ts'
import type { Caller, Host, StreamRecord } from '../../src/admin/cmdlet.ts'
import { table } from '../../src/admin/index.ts'
import { interpret, openSession } from '../../src/admin/interpreter.ts'
import type { Engine } from '../../src/admin/invoke.ts'
import type { PsErrorRecord, PsValue } from '../../src/base/ps-value.ts'
import { property } from '../../src/base/ps-value.ts'
import { parseScript } from '../../src/codec/powershell/script.ts'
import type { Account } from '../../src/domain/account.ts'
import { parseAddress } from '../../src/domain/sip-uri.ts'
import { openCore } from './core.ts'

/** What one text did at the console. */
export interface Ran {
  readonly output: readonly PsValue[]
  readonly errors: readonly PsErrorRecord[]
  readonly warnings: readonly string[]
  readonly whatIf: readonly string[]
  /** One property of every output object. */
  values(name: string): readonly (PsValue | undefined)[]
}

export interface Person {
  readonly name: string
  readonly department?: string
  readonly title?: string
  readonly city?: string
  readonly pool?: string
  /** Not in service: directory only. */
  readonly outside?: boolean
}

export const CONSOLE: Caller = {
  account: undefined,
  name: 'console:root',
  from: 'local',
  door: 'console',
  local: true,
}

/** The store, the real ports and the whole table, and a console to type at. People are those of the articles. */
export async function openAdministration(people: readonly Person[] = ARTICLE_PEOPLE) {
  const core = await openCore({
    domains: ['litwareinc.com'],
    sites: [
      { name: 'Redmond', pools: ['pool.litwareinc.com', 'red.litwareinc.com'] },
      { name: 'Tokyo', pools: ['tok.litwareinc.com'] },
    ],
  })
  const { dir, ports } = core
  const { facts, ledger } = ports
  await ledger.commit(
    people.map((person) => ({ kind: 'putAccount', account: accountOf(ports, person) })),
    [],
  )
  const engine: Engine = { ports, table }

  async function run(text: string, caller: Caller = CONSOLE, ask?: Host['ask']): Promise<Ran> {
    const records: StreamRecord[] = []
    const host: Host = {
      language: 'en',
      width: 120,
      write: (record) => {
        records.push(record)
      },
      ...(ask && { ask }),
    }
    const script = parseScript(text)
    if (!script.ok) throw new Error(`not a line of PowerShell: ${JSON.stringify(script.error)}`)
    const output: PsValue[] = []
    const session = openSession(engine, host, caller)
    for await (const piece of interpret(session, script.value, new AbortController().signal))
      if (piece.kind === 'value') output.push(piece.value)
    return {
      output,
      errors: records.flatMap((one) => (one.stream === 'error' ? [one.record] : [])),
      warnings: records.flatMap((one) => (one.stream === 'warning' ? [one.text] : [])),
      whatIf: records.flatMap((one) => (one.stream === 'whatIf' ? [one.text] : [])),
      values: (name) => output.map((one) => property(one, name)),
    }
  }

  return {
    dir,
    ports,
    engine,
    run,
    account(name: string): Account {
      const found = [...facts.accounts()].find((one) => one.displayName === name)
      if (found === undefined) throw new Error(`nobody is called ${name}`)
      return found
    },
    /** Whether this person may send offline messages now. */
    maySend(name: string): boolean {
      return facts.rules(this.account(name).id).sending === 'open'
    },
    async [Symbol.asyncDispose]() {
      await core[Symbol.asyncDispose]()
    },
  }
}

export type Administration = Awaited<ReturnType<typeof openAdministration>>

export const ARTICLE_PEOPLE: readonly Person[] = [
  { name: 'Tony Smith', department: 'Sales', title: 'Manager', city: 'Redmond' },
  { name: 'Ken Myer', department: 'Sales', title: 'Accountant', city: 'Redmond' },
  { name: 'Pilar Ackerman', department: 'Finance', title: 'Accountant', city: 'Paris' },
  { name: 'David Longmire', department: 'Finance', title: 'Supervisor', pool: 'tok.litwareinc.com' },
  { name: 'Alex Darrow', outside: true },
]

function accountOf(ports: Ports, person: Person): Account {
  const local = person.name.toLowerCase().replace(/[^a-z]/g, '')
  const upn = `${local}@litwareinc.com`
  const now = ports.clock.now()
  const [firstName = '', ...rest] = person.name.split(' ')
  return {
    id: ports.ledger.newAccountId(),
    guid: ports.random.guid(),
    upn,
    sip: person.outside ? undefined : parseAddress(upn),
    enabled: person.outside ? undefined : true,
    displayName: person.name,
    directory: {
      firstName,
      lastName: rest.join(' '),
      ...(person.department && { department: person.department }),
      ...(person.title && { title: person.title }),
      ...(person.city && { city: person.city }),
    },
    language: undefined,
    registrarPool: person.outside ? undefined : (person.pool ?? 'pool.litwareinc.com'),
    site: '',
    passwordMadeByUs: false,
    created: now,
    changed: now,
  }
}
