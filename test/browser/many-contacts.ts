import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UcwaClient } from '../client/ucwa-client.ts'
import { Stage } from './browser.ts'

const DOMAIN = 'nightpost.localhost'

/** Family names with their readings; the numbers make 500 different people of them. */
const FAMILIES = [
  ['佐藤', 'さとう'],
  ['鈴木', 'すずき'],
  ['高橋', 'たかはし'],
  ['田中', 'たなか'],
  ['伊藤', 'いとう'],
  ['渡辺', 'わたなべ'],
] as const

/** A demo whose Tony has `count` contacts in `groups` groups; the limits that would slow the making down are raised. */
export async function stageWithManyContacts(count: number, groups: number): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-many-'))
  const file = join(dir, 'nightpost.toml')
  writeFileSync(
    file,
    `[import]\nfolder = ${JSON.stringify(dir)}\n[limits]\nrequestsPerSecond = 5000\nrequestsBurst = 20000\n`,
  )
  const stage = await Stage.open(['--demo', '--config', file])
  const missing = count - (stage.people.length - 1)
  const people = Array.from({ length: missing }, (_, n) => person(n))
  const lines = people.map(
    ({ user, name, phonetic }) => `${user},${name},sip:${user},${phonetic},Tokyo office`,
  )
  writeFileSync(
    join(dir, 'people.csv'),
    ['UserPrincipalName,DisplayName,SipAddress,Phonetic,Department', ...lines].join('\n'),
  )
  stage.console(`Import-NpAccount -Path ${join(dir, 'people.csv')} | Measure-Object`)
  stage.console('Set-CsClientPolicy -Identity Global -MaximumNumberOfContacts 1000')
  await fill(stage, people, groups)
  return stage
}

interface Made {
  readonly user: string
  readonly name: string
  readonly phonetic: string
}

function person(n: number): Made {
  const [family, reading] = FAMILIES[n % FAMILIES.length] ?? ['', '']
  const number = String(n).padStart(3, '0')
  return { user: `p${number}@${DOMAIN}`, name: `${family} 第${number}`, phonetic: `${reading} だい${number}` }
}

/** Tony's own client puts everybody on the list, in as many groups as asked for. */
async function fill(stage: Stage, people: readonly Made[], groups: number): Promise<void> {
  const { user, password } = stage.person('tony')
  const client = await UcwaClient.signIn({ base: stage.url, user, password })
  const ids: string[] = []
  for (let n = 0; n < groups; n++) {
    const { headers } = await client.post(`${client.path}/people/groups`, { displayName: `Group ${n + 1}` })
    ids.push(String(headers.location).split('/').at(-1) ?? '')
  }
  const add = async (one: Made, n: number) => {
    const answer = await client.post(`${client.path}/people/groupMemberships`, {
      contactUri: `sip:${one.user}`,
      groupId: ids[n % ids.length],
    })
    if (answer.status !== 201) throw new Error(`not added: ${answer.status} ${answer.text}`)
  }
  for (let from = 0; from < people.length; from += 20)
    await Promise.all(people.slice(from, from + 20).map((one, n) => add(one, from + n)))
  await client.close()
}
