import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempDisposableSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { tlsMaterial } from '../main/certificate.ts'
import { loadConfiguration } from '../main/config.ts'
import { raw, startTestHttp } from './testing.ts'

test('a connection on which nothing comes is closed (SECURITY 13)', async () => {
  const server = await startTestHttp({ limits: { requestTime: 500 } })
  try {
    await raw(server.port, [])
  } finally {
    await server.close(0)
  }
})

test('a TLS handshake that is never finished is closed (SECURITY 13)', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'nightpost-tls-'))
  const { settings } = loadConfiguration({ data: folder.path, file: undefined, flags: {} })
  const made = await tlsMaterial(folder.path, settings)
  const tls = {
    certificate: made.certificate,
    key: readFileSync(join(folder.path, 'tls', 'key.pem'), 'utf8'),
  }
  const server = await startTestHttp({ limits: { handshakeTime: 500 }, tls })
  try {
    const socket = connect(server.httpsPort ?? 0, '127.0.0.1')
    socket.on('error', () => undefined)
    // The beginning of a ClientHello, and nothing behind it.
    socket.write(Buffer.from('160301020001000001fc0303', 'hex'))
    socket.resume()
    await once(socket, 'close')
    assert.equal(socket.destroyed, true)
  } finally {
    await server.close(0)
  }
})
