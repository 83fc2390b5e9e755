import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { launch, temporaryFolder } from './launch.ts'

/** A port that nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('the ports of WinRM listen only when they are switched on, and are the same door (DECISIONS 9)', async () => {
  const data = temporaryFolder()
  mkdirSync(data, { mode: 0o700 })
  const port = await freePort()
  writeFileSync(join(data, 'nightpost.toml'), `winrm.http = ${port}\n`, { mode: 0o600 })
  await using server = await launch([], { data })
  const answer = await fetch(`http://127.0.0.1:${port}/wsman`, { method: 'POST' })
  assert.equal(answer.status, 401)
  assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="WSMAN"')
  assert.notEqual(server.ready.http, port)
})
