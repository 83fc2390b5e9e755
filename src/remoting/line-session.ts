import type { Caller } from '../admin/cmdlet.ts'
import type { Engine } from '../admin/invoke.ts'
import { assertNever } from '../base/never.ts'
import type { PsErrorRecord } from '../base/ps-value.ts'
import type { Limits } from '../codec/limits.ts'
import { FRAGMENT_BYTES } from '../codec/psrp/fragment.ts'
import type { Guid } from '../codec/psrp/guid.ts'
import { formatPacket, type Packet, parsePacket } from '../codec/psrp/packet.ts'
import { createPoolRunner } from './pool-runner.ts'
import type { OpenPool, PoolEnd, Pools } from './pools.ts'

/** The pipe under a session: lines of SSH, messages of a WebSocket. */
export interface LinePipe {
  /** One packet, without a line end. A promise resolves when the peer has room again (SECURITY 20). */
  send(packet: string): Promise<void> | undefined
  /** Ends the pipe from our side, with a reason that a person can read. */
  end(because: PoolEnd, reason: string): void
}

/** One PowerShell session over a pipe of packets; one code for SSH and WebSocket. */
export interface LineSession {
  /** Takes one packet. A promise: whoever reads the pipe waits for it before reading on. */
  take(packet: string): Promise<void> | undefined
  /** The pipe is gone: what runs is stopped. */
  lost(): void
  /** Ends the session from our side. */
  close(because: PoolEnd): void
}

export interface LineNeeds {
  readonly engine: Engine
  readonly pools: Pools
  readonly caller: Caller
  readonly language: 'en' | 'ja'
  readonly limits: Limits
  readonly commandHash: string
  /** Names the session in the log. */
  readonly id: string
}

/** What a client reads when we end a session. */
export const END_REASONS = {
  closed: 'The session was closed.',
  deleted: 'The session was closed.',
  idle: 'The session was not used for a long time and was closed.',
  lost: 'The connection was lost.',
  revoked: 'Your password or your right to administer has changed. Sign in again.',
  shutdown: 'The server is shutting down.',
  protocol: 'The data received from the remote client is not valid. The session is closed.',
} as const satisfies Record<PoolEnd, string>

/** A connection that says nothing before its first message (SECURITY 13). */
const SILENT_MS = 60_000
/** How long a client has to end the pipe after it closed the session. */
const LINGER_MS = 5000
/** Commands of one session that a client has not closed. */
const MOST_COMMANDS = 100

/** `signals`: stops that are not acknowledged yet. */
type Command = { done: boolean; signals: number; refused: boolean }

/** @returns the session, or which limit is reached (SECURITY 23) */
export function openLineSession(needs: LineNeeds, pipe: LinePipe): LineSession | 'shells' | 'shellsPerUser' {
  const { engine, pools, caller, limits } = needs
  const now = (): number => engine.ports.clock.monotonicMs()
  const commands = new Map<Guid, Command>()
  let lastUsed = now()
  let ended = false
  /** Octets that were read and are not acknowledged. */
  let untaken = 0
  /** Ends as soon as nothing runs: an administrator who sets the own password still reads what came of it. */
  let ending: PoolEnd | undefined
  let timer: NodeJS.Timeout | undefined

  const pool: OpenPool = {
    id: needs.id,
    owner: caller,
    get operations() {
      return running()
    },
    revoked(because) {
      if (because === 'password' && running() > 0) ending = 'revoked'
      else close('revoked')
    },
  }
  const running = (): number => [...commands.values()].filter(({ done }) => !done).length

  const full = pools.admit(pool)
  if (full) return full

  const say = (packet: Packet): Promise<void> | undefined =>
    ended ? undefined : pipe.send(formatPacket(packet))
  const runner = createPoolRunner(
    {
      engine,
      caller,
      language: needs.language,
      limits,
      commandHash: needs.commandHash,
      fragmentBytes: FRAGMENT_BYTES,
    },
    {
      send(target, fragments) {
        if (target !== undefined && !commands.has(target)) return undefined
        return say({ kind: 'Data', target, stream: 'Default', bytes: joined(fragments) })
      },
      done(target) {
        const command = commands.get(target)
        if (!command) return
        command.done = true
        lastUsed = now()
        // The state first, the acknowledgement second: the order of PowerShell's own server (powershell-7-observed.md section 4).
        acknowledgeSignals(target, command)
        if (ending && running() === 0) setImmediate(() => close(ending ?? 'closed'))
      },
      broken: (because) => broken(because),
    },
  )

  const finish = (because: PoolEnd): void => {
    ended = true
    clearTimeout(timer)
    runner.close()
    commands.clear()
    pools.leave(pool, because)
  }
  const close = (because: PoolEnd): void => {
    if (ended) return
    finish(because)
    pipe.end(because, END_REASONS[because])
  }
  const broken = (because: string): void => {
    if (ended) return
    pools.events.abuse?.(because, caller)
    close('protocol')
  }

  const look = (): void => {
    if (running() > 0) lastUsed = now()
    const left = lastUsed + limits.shellIdle - now()
    if (left <= 0) close('idle')
    else timer = setTimeout(look, left).unref()
  }
  timer = setTimeout(() => close('idle'), SILENT_MS).unref()
  let spoken = false

  const takeData = async (packet: Extract<Packet, { kind: 'Data' }>): Promise<void> => {
    const { target, bytes } = packet
    const command = target && commands.get(target)
    if (target && (!command || command.refused)) {
      say({ kind: 'DataAck', target })
      if (command && !command.done) {
        runner.fail(target, TOO_MANY_OPERATIONS)
        command.done = true
      }
      return
    }
    untaken += bytes.length
    const stream = `${target ?? ''}${packet.stream === 'PromptResponse' ? ' pr' : ''}`
    const refusal = await runner.receive(stream, bytes)
    if (refusal) return broken(refusal)
    // The client sends nothing more to this command before the acknowledgement: what nobody reads does not pile up.
    if (target) await runner.room(target)
    untaken -= bytes.length
    say({ kind: 'DataAck', target })
  }

  const openCommand = (target: Guid): void => {
    if (!commands.has(target)) {
      if (commands.size >= MOST_COMMANDS) {
        broken('too many commands')
        return
      }
      const command: Command = { done: false, signals: 0, refused: false }
      commands.set(target, command)
      command.refused = pools.isBusy(caller)
    }
    say({ kind: 'CommandAck', target })
  }

  const signal = (target: Guid): void => {
    const command = commands.get(target)
    if (!command || command.done) {
      say({ kind: 'SignalAck', target })
      return
    }
    if (runner.stop(target) || command.signals > 0) command.signals++
    // The command has no pipeline yet: there is nothing whose end could be told.
    else say({ kind: 'SignalAck', target })
  }

  const acknowledgeSignals = (target: Guid, command: Command): void => {
    for (; command.signals > 0; command.signals--) say({ kind: 'SignalAck', target })
  }

  const closeTarget = (target: Guid | undefined): void => {
    if (target === undefined) {
      say({ kind: 'CloseAck', target })
      finish('closed')
      timer = setTimeout(() => pipe.end('closed', END_REASONS.closed), LINGER_MS).unref()
      return
    }
    const command = commands.get(target)
    commands.delete(target)
    runner.stop(target)
    if (command) acknowledgeSignals(target, command)
    say({ kind: 'CloseAck', target })
  }

  const takePacket = (text: string): Promise<void> | undefined => {
    const packet = parsePacket(text)
    switch (packet?.kind) {
      case 'Data': {
        const taken = takeData(packet).catch(failed)
        return untaken >= limits.unsent ? taken : undefined
      }
      case 'Command':
        if (!packet.target) break
        openCommand(packet.target)
        return undefined
      case 'Signal':
        if (!packet.target) break
        signal(packet.target)
        return undefined
      case 'Close':
        closeTarget(packet.target)
        return undefined
      case undefined:
      case 'DataAck':
      case 'CommandAck':
      case 'CloseAck':
      case 'SignalAck':
        break
      default:
        return assertNever(packet)
    }
    broken('a line that is no packet of a client')
    return undefined
  }

  /** A bug of ours ends this session only (SECURITY 25). */
  const failed = (error: unknown): void => {
    engine.broken?.(error, '')
    close('protocol')
  }

  return {
    take(text) {
      if (ended) return undefined
      lastUsed = now()
      if (!spoken) {
        spoken = true
        clearTimeout(timer)
        timer = setTimeout(look, limits.shellIdle).unref()
      }
      try {
        return takePacket(text)
      } catch (error) {
        failed(error)
        return undefined
      }
    },
    lost() {
      if (ended) clearTimeout(timer)
      else finish('lost')
    },
    close,
  }
}

const TOO_MANY_OPERATIONS: PsErrorRecord = {
  message:
    'The maximum number of concurrent operations for this user has been exceeded. Close existing operations or wait for them.',
  category: 'ResourceBusy',
  fullyQualifiedErrorId: 'QuotaLimit',
  exception: 'System.Management.Automation.Remoting.PSRemotingTransportException',
  target: null,
  activity: '',
}

function joined(fragments: readonly Uint8Array[]): Uint8Array {
  const [only] = fragments
  return fragments.length === 1 && only ? only : Buffer.concat(fragments)
}
