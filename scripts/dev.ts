import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCmdlet } from '../src/main/commands.ts'
import { loadConfiguration } from '../src/main/config.ts'
import { openCore } from '../src/main/core.ts'
import { prepareDataFolder, ROOT } from '../src/main/data-folder.ts'
import { settingsFor } from '../src/main/domains.ts'
import { holdDataFolder } from '../src/main/lock.ts'
import { start } from '../src/main/verbs/start.ts'
import { openLog } from '../src/ops/log.ts'
import { openSecurityLog } from '../src/ops/security-log.ts'

// `npm run dev`: a server in .dev with Romeo and Juliet in it, and people who act (`dev-people.ts`), on the usual ports plus 10,000.

const data = join(ROOT, '.dev')
const PEOPLE = [
  { user: 'romeo@nightpost.localhost', name: 'Romeo Montague' },
  { user: 'juliet@nightpost.localhost', name: 'Juliet Capulet' },
]
const ACTORS = [
  { user: 'echo@nightpost.localhost', name: 'Echo' },
  { user: 'busy@nightpost.localhost', name: 'Benvolio Busy' },
  { user: 'silent@nightpost.localhost', name: '静 なぎさ' },
  { user: 'gone@nightpost.localhost', name: 'Mercutio Gone' },
]
/** Known to every developer, and for this folder only: it listens on loopback. */
const PASSWORD = 'wherefore art thou'

await makePeople()
for (const { user } of PEOPLE) process.stderr.write(`dev: ${user}, password "${PASSWORD}"\n`)
await start({ data, httpPort: 18_080, httpsPort: 18_443, logLevel: 'debug' })
const actors = spawn(
  process.execPath,
  [join(ROOT, 'scripts', 'dev-people.ts'), 'http://127.0.0.1:18080', 'nightpost.localhost', PASSWORD],
  { stdio: ['ignore', 'ignore', 'inherit'] },
)
process.on('exit', () => actors.kill())

async function makePeople(): Promise<void> {
  prepareDataFolder(data, false)
  mkdirSync(join(data, 'tmp'), { recursive: true, mode: 0o700 })
  const held = holdDataFolder(data)
  if (held.kind === 'taken') return // start says so
  const loaded = loadConfiguration({ data, file: undefined, flags: {} })
  const securityLog = openSecurityLog(join(data, 'security-log'), Date.now)
  const core = await openCore({
    securityLog,
    settings: settingsFor(data, loaded),
    data,
    log: openLog({ level: 'warn', rooms: {} }),
  })
  for (const { user, name } of [...PEOPLE, ...ACTORS]) {
    if (core.engine.ports.facts.byUpn(user) !== undefined) continue
    await runCmdlet(core.engine, 'New-NpAccount', {
      UserPrincipalName: user,
      DisplayName: name,
      Password: { kind: 'secure', text: PASSWORD },
      Enable: true,
    })
  }
  await core.close()
  held.lock[Symbol.dispose]()
}
