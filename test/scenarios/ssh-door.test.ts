import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import ssh2 from 'ssh2'
import { type CliValue, cliItems, cliProperty, cliString, cliText, NIL } from '../../src/codec/psrp/clixml.ts'
import type { Account } from '../../src/domain/account.ts'
import { parseSshPublicKey, sshFingerprint } from '../../src/domain/ssh-public-key.ts'
import { newSshKeys, readHostKey } from '../../src/sshserver/host-key.ts'
import { LineClient } from '../client/line-client.ts'
import { createPipeline } from '../client/psrp-messages.ts'
import { connectSsh, pipeOver, type SshLogin } from '../client/ssh-pipe.ts'
import { SLEEPING } from './remoting-answers.ts'
import { type House, openHouse, PASSWORD } from './remoting-house.ts'

const COMPLETED = 4
const STOPPED = 3

describe('PowerShell over SSH', { timeout: 60_000 }, () => {
  let house: House
  let admin: Account
  const mine = newSshKeys('test')
  const other = newSshKeys('test')
  before(async () => {
    house = await openHouse()
    admin = await house.person('admin', 'CsAdministrator')
    await house.person('plain')
    await setKeys(mine.public)
  })
  after(() => house[Symbol.asyncDispose]())

  const setKeys = (...keys: readonly string[]): Promise<void> =>
    house.ports.ledger.commit(
      [
        {
          kind: 'putAccount',
          account: { ...admin, sshPublicKeys: keys.map((key) => parseSshPublicKey(key) ?? '') },
        },
      ],
      [],
    )
  const login = (more: Partial<SshLogin> = {}): SshLogin => ({
    port: house.sshPort,
    user: 'admin@nightpost.localhost',
    password: PASSWORD,
    ...more,
  })
  const withKey = (privateKey: string): SshLogin => ({
    port: house.sshPort,
    user: 'admin@nightpost.localhost',
    privateKey,
  })
  async function open(how: SshLogin = login()): Promise<LineClient> {
    const connection = await connectSsh(how)
    const client = new LineClient(pipeOver(await connection.subsystem('powershell')))
    return client.open()
  }
  async function ended(client: LineClient): Promise<string> {
    await client.until(() => client.ended !== undefined).catch(() => undefined)
    return client.ended ?? ''
  }

  test('the host key is made once, for the owner only, and has the fingerprint that ssh shows', async () => {
    const path = join(house.dir, 'keys', 'ssh-host-key')
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(readHostKey(path).fingerprint, house.hostKey)
    const seen: string[] = []
    const client = new ssh2.Client()
    await new Promise((resolve) => {
      client.on('error', resolve).connect({
        host: '127.0.0.1',
        port: house.sshPort,
        username: 'admin',
        hostVerifier: (key: Buffer) => {
          seen.push(sshFingerprint(key))
          return false
        },
      })
    })
    assert.deepEqual(seen, [house.hostKey])
  })

  test('a password signs in, a command runs, and the session closes as clients do', async () => {
    const one = await open()
    const ran = await one.run('Get-CsClientPolicy', { Identity: cliText('Global') })
    assert.equal(ran.state, COMPLETED)
    assert.equal(ran.messages.filter(({ type }) => type === 'PIPELINE_OUTPUT').length, 1)
    await one.close()
    assert.equal(await ended(one), '')
  })

  test('a key that the account lists signs in; the session ends when the key is taken away', async () => {
    const one = await open(withKey(mine.private))
    assert.equal((await one.run('Get-CsTenant')).state, COMPLETED)
    await setKeys(other.public)
    assert.match(await ended(one), /Sign in again/)
    await setKeys(mine.public)
    assert.deepEqual(house.keyAttempts, ['signedIn'])
  })

  const WRONG: readonly (readonly [string, () => Partial<SshLogin>])[] = [
    ['a wrong password', () => ({ password: 'wrong' })],
    ['an unknown user', () => ({ user: 'nobody' })],
    ['a key of somebody else', () => withKey(other.private)],
    ['the right key for another user', () => ({ ...withKey(mine.private), user: 'plain' })],
  ]
  for (const [what, how] of WRONG)
    test(`${what} is refused in the same words`, async () => {
      const { password: _password, ...rest } = login()
      const attempt = { ...rest, ...how() }
      await assert.rejects(connectSsh(attempt), /All configured authentication methods failed/)
    })

  test('somebody without a role is told so in the one line that clients show', async () => {
    const connection = await connectSsh(login({ user: 'plain' }))
    const channel = await connection.subsystem('powershell')
    let text = ''
    for await (const chunk of channel) text += String(chunk)
    assert.match(text, /^__NamedPipeError__:.*does not have permission.*administrator role\.\n$/)
    connection.client.end()
  })

  test('there is no shell, exec, SFTP, other subsystem or forwarding (SECURITY 52)', async () => {
    using connection = await connectSsh(login())
    const { client } = connection
    const refused = (act: (done: (error: Error | undefined) => void) => void): Promise<boolean> =>
      new Promise((resolve) => act((error) => resolve(error !== undefined)))
    assert.ok(await refused((done) => client.shell((error) => done(error))), 'shell')
    assert.ok(await refused((done) => client.exec('id', (error) => done(error))), 'exec')
    assert.ok(await refused((done) => client.exec('id', { x11: true }, (error) => done(error))), 'X11')
    assert.ok(await refused((done) => client.sftp((error) => done(error))), 'sftp')
    assert.ok(await refused((done) => client.subsys('netconf', (error) => done(error))), 'netconf')
    assert.ok(await refused((done) => client.forwardIn('127.0.0.1', 0, (error) => done(error))), 'forward in')
    assert.ok(
      await refused((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, (error) => done(error))),
      'forward out',
    )
    assert.ok(
      await refused((done) => client.openssh_forwardOutStreamLocal('/tmp/x', (error) => done(error))),
      'stream local',
    )
  })

  const WEAK: readonly (readonly [string, NonNullable<SshLogin['algorithms']>])[] = [
    ['diffie-hellman-group14-sha1', { kex: ['diffie-hellman-group14-sha1'] }],
    ['aes128-cbc', { cipher: ['aes128-cbc'] }],
    ['ssh-rsa host keys', { serverHostKey: ['ssh-rsa'] }],
  ]
  for (const [what, algorithms] of WEAK)
    test(`${what} is not spoken (SECURITY 52)`, async () => {
      await assert.rejects(connectSsh({ ...login(), algorithms }), /no matching|handshake|closed/i)
    })

  test('a stop ends the pipeline, and the next one works', async () => {
    const one = await open()
    const slow = await one.begin(SLEEPING)
    one.send({ kind: 'Signal', target: slow })
    assert.equal((await one.finish(slow)).state, STOPPED)
    assert.equal((await one.run('Get-CsTenant')).state, COMPLETED)
    await one.close()
  })

  test('a client that hangs up in the middle of a command leaves nothing running', async () => {
    const connection = await connectSsh(login())
    const client = await new LineClient(pipeOver(await connection.subsystem('powershell'))).open()
    await client.begin(SLEEPING)
    connection.client.destroy()
    const again = await open()
    assert.equal((await again.run('Get-CsTenant')).state, COMPLETED)
    await again.close()
    assert.deepEqual(house.broken, [])
  })

  test('the allowance of sessions is one for every carrier (DECISIONS 25)', async () => {
    await using small = await openHouse({ limits: { shellsPerUser: 2 } })
    await small.person('admin', 'CsAdministrator')
    const wsman = await small.client('admin').open()
    const connection = await connectSsh(login({ port: small.sshPort }))
    const first = await new LineClient(pipeOver(await connection.subsystem('powershell'))).open()
    const channel = await connection.subsystem('powershell')
    let text = ''
    for await (const chunk of channel) text += String(chunk)
    assert.match(text, /^__NamedPipeError__:.*shells for this user/)
    await first.close()
    await wsman.delete()
    connection.client.end()
  })

  test('more wrong passwords than a person types end the connection, and then the door is shut for a while (SECURITY 37)', async () => {
    const refuse = (): Promise<unknown> =>
      connectSsh(login({ user: 'plain', password: 'wrong' })).catch((error: Error) => error)
    for (let n = 0; n < 5; n++) await refuse()
    const gate = house.ports.lockouts.gate('plain@nightpost.localhost', '127.0.0.1')
    assert.ok(gate.kind === 'refused' || gate.delayMs > 0)
  })

  test('keys are set and taken away by Set-NpAccount, which refuses what is none', async () => {
    const person = 'keyed@nightpost.localhost'
    await house.person('keyed', 'CsHelpDesk')
    const key = newSshKeys('laptop')
    const one = await open()
    const set = (value: CliValue) =>
      one.run('Set-NpAccount', { Identity: cliText(person), SshPublicKey: value })
    assert.equal((await set(cliText('ssh-ed25519 nonsense'))).errorId, 'InvalidValue,Set-NpAccount')
    const attempt = { port: house.sshPort, user: person, privateKey: key.private }
    await assert.rejects(connectSsh(attempt))
    assert.equal((await set(cliText(key.public.trim()))).errorId, undefined)
    const shown = await one.run('Get-NpAccount', { Identity: cliText(person) })
    const object = shown.messages.find(({ type }) => type === 'PIPELINE_OUTPUT')?.value
    assert.deepEqual((cliItems(cliProperty(object, 'SshPublicKey')) ?? []).map(cliString), [
      key.public.trim(),
    ])
    ;(await connectSsh(attempt)).client.end()
    assert.equal((await set(NIL)).errorId, undefined)
    await assert.rejects(connectSsh(attempt))
    await one.close()
  })

  test('a client that reads slowly holds up what it asked for, and gets all of it (SECURITY 20)', async () => {
    await using small = await openHouse({ limits: { unsent: 64 * 1024 } })
    await small.person('admin', 'CsAdministrator')
    const connection = await connectSsh(login({ port: small.sshPort }))
    const channel = await connection.subsystem('powershell')
    const one = await new LineClient(pipeOver(channel)).open()
    const pipeline = await one.begin(createPipeline('Get-CsClientPolicy', {}, false))
    channel.pause()
    const names = Array.from({ length: 3000 }, () => cliText('Global'))
    for (let at = 0; at < names.length; at += 100)
      one.send({
        kind: 'Data',
        target: pipeline,
        stream: 'Default',
        bytes: Buffer.concat(
          names.slice(at, at + 100).map((name) => one.fragments('PIPELINE_INPUT', pipeline, name)),
        ),
      })
    const end = one.fragments('END_OF_PIPELINE_INPUT', pipeline)
    one.send({ kind: 'Data', target: pipeline, stream: 'Default', bytes: end })
    await new Promise((resolve) => setTimeout(resolve, 500))
    channel.resume()
    const ran = await one.finish(pipeline)
    assert.equal(ran.state, COMPLETED)
    assert.equal(ran.messages.filter(({ type }) => type === 'PIPELINE_OUTPUT').length, 3000)
    connection.client.end()
  })
})
