import ssh2, { type ClientChannel, type ConnectConfig } from 'ssh2'
import type { ClientPipe } from './line-client.ts'

export interface SshLogin {
  readonly port: number
  readonly user: string
  readonly password?: string
  readonly privateKey?: string
  readonly algorithms?: NonNullable<ConnectConfig['algorithms']>
}

/** A connection that has signed in. */
export interface SshConnection extends Disposable {
  readonly client: ssh2.Client
  /** The channel of the subsystem. @throws when it is refused */
  subsystem(name: string): Promise<ClientChannel>
}

/** @throws what ssh2 says when it does not come to that */
export async function connectSsh(login: SshLogin): Promise<SshConnection> {
  const client = new ssh2.Client()
  const { user, ...rest } = login
  await new Promise<void>((resolve, reject) => {
    client
      .once('ready', resolve)
      .once('error', reject)
      .once('close', () => reject(new Error('closed')))
    client.connect({ host: '127.0.0.1', username: user, ...rest })
  })
  client.on('error', () => undefined)
  return {
    client,
    subsystem: (name) =>
      new Promise((resolve, reject) =>
        client.subsys(name, (error, channel) => (error ? reject(error) : resolve(channel))),
      ),
    [Symbol.dispose]: () => void client.end(),
  }
}

/** Lines over a channel. */
export function pipeOver(channel: ClientChannel): ClientPipe {
  let rest = ''
  const takers: ((packet: string) => void)[] = []
  let said = ''
  channel.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  channel.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) for (const take of takers) take(line)
  })
  return {
    send: (packet) => void channel.write(`${packet}\n`),
    end: () => channel.end(),
    onPacket: (take) => void takers.push(take),
    onEnd: (ended) => channel.on('close', () => ended(said.trim())),
  }
}
