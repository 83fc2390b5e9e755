import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openWebSocket } from '../client/web-socket-pipe.ts'
import { type Launched, launch, ROOT, temporaryFolder } from './launch.ts'

describe('the connector module and remote access that is off', { timeout: 60_000 }, () => {
  let server: Launched
  before(async () => {
    const data = temporaryFolder()
    mkdirSync(data, { mode: 0o700, recursive: true })
    writeFileSync(join(data, 'nightpost.toml'), '[powershell]\nenabled = false\n', { mode: 0o600 })
    server = await launch([], { data })
  })
  after(() => server.end())

  test('the archive is served, holds the module as it is in the repository, and is known by its ETag', async () => {
    const address = `${server.ready.url}/powershell/SkypeOnlineConnector.zip`
    const answer = await fetch(address)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/zip')
    const archive = Buffer.from(await answer.arrayBuffer())
    for (const file of [
      'SkypeOnlineConnector/SkypeOnlineConnector.psd1',
      'SkypeOnlineConnector/WebSocketTransport.cs',
      'SkypeOnlineConnector/ja/Messages.psd1',
      'LyncOnlineConnector/LyncOnlineConnector.psd1',
    ]) {
      const content = readFileSync(join(ROOT, 'powershell', file))
      assert.ok(archive.includes(Buffer.concat([Buffer.from(file), content])), file)
    }
    const again = await fetch(address, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } })
    assert.equal(again.status, 304)
    const second = Buffer.from(await (await fetch(address)).arrayBuffer())
    assert.equal(
      createHash('sha256').update(second).digest('hex'),
      createHash('sha256').update(archive).digest('hex'),
    )
  })

  test('the help of administrators leads to the module, in both languages', async () => {
    for (const language of ['en', 'ja']) {
      for (const path of ['/help', '/admin']) {
        const html = await (await fetch(`${server.ready.url}${path}?lang=${language}`)).text()
        assert.match(html, /href="\/powershell\/SkypeOnlineConnector\.zip"/, path)
        assert.match(html, new RegExp(`href="/help/powershell\\?lang=${language}"`), path)
      }
      const page = await (await fetch(`${server.ready.url}/help/powershell?lang=${language}`)).text()
      assert.match(page, new RegExp(`<html lang="${language}">`))
      assert.match(page, /New-CsOnlineSession/)
      assert.doesNotMatch(page, /\\\|/)
    }
  })

  test('with powershell.enabled false a right password is refused, with another text than a wrong one', async () => {
    const { user = '', password = '' } = server.ready.admin ?? {}
    const url = `ws://127.0.0.1:${server.ready.http}/OcsPowershell`
    const right = await openWebSocket({ url, user, password })
    assert.equal(right.kind, 'refused')
    if (right.kind === 'refused') {
      assert.equal(right.status, 403)
      assert.match(
        right.reason,
        /^remoteAccessOff; Connecting to this tenant by remote PowerShell has been disabled/,
      )
    }
    const wrong = await openWebSocket({ url, user, password: 'wrong' })
    assert.equal(wrong.kind === 'refused' && wrong.status, 401)
  })
})
