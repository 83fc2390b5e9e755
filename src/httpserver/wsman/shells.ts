import type { Caller } from '../../admin/cmdlet.ts'
import type { Engine } from '../../admin/invoke.ts'
import type { Limits } from '../../codec/limits.ts'
import type { Guid } from '../../codec/psrp/guid.ts'
import type { ShellDescription } from '../../codec/wsman/shell.ts'
import { createPoolRunner, type PoolRunner, type Refusal } from '../../remoting/pool-runner.ts'
import { isSame, type OpenPool, type PoolEnd, type Pools } from '../../remoting/pools.ts'
import { createOutbox, type Outbox } from './outbox.ts'

/** One shell: a runspace pool that is reached by polls. Identity is its id, never a connection (powershell-remoting.md section 2.1). */
export interface Shell extends OpenPool {
  readonly id: Guid
  /** Of the shell's own stream (undefined) or of a command; undefined: there is no such command. */
  outbox(command: Guid | undefined): Outbox | undefined
  /** A command is there from its Command request until it is terminated or its end has been taken. */
  openCommand(command: Guid): void
  receive(stream: string, bytes: Uint8Array): Promise<Refusal | undefined>
  /** Resolves when the command has read so much of its input that more may come; undefined: it may. */
  room(command: Guid): Promise<void> | undefined
  stop(command: Guid): void
  terminate(command: Guid): void
  readonly compressed: boolean
  /** The client goes and may come back; what it asked for goes on until the output is full. `idleTimeoutMs` 0: as before. */
  disconnect(idleTimeoutMs: number): void
  reconnect(): void
  /** Another client takes the shell over. @returns the answer's fragments; undefined: it may not */
  connect(bytes: Uint8Array): Promise<Uint8Array | undefined>
  /** A request for this shell came. Until the result is called it is held: a shell that somebody waits for is not idle. */
  use(): () => void
  describe(): ShellDescription
  close(): void
}

export interface ShellRequest {
  readonly id: Guid
  readonly owner: Caller
  readonly language: 'en' | 'ja'
  readonly locale: string
  readonly dataLocale: string
  readonly address: string
  readonly resourceUri: string
  /** Asked for; 0 is the longest we grant. */
  readonly idleTimeoutMs: number
  readonly maxEnvelope: number
  readonly compressed: boolean
}

export interface Shells {
  /** @returns why there is no shell: its id is taken, or a limit is reached */
  open(request: ShellRequest): Shell | 'exists' | 'shells' | 'shellsPerUser'
  find(id: Guid): Shell | undefined
  /** Those of one person. */
  of(owner: Caller): readonly Shell[]
  closeAll(): void
}

const SHORTEST_IDLE_MS = 1000
const LARGEST_FRAGMENT = 32 * 1024

/** Commands of one shell that are remembered, done ones included. */
const MOST_COMMANDS = 100
/** How long a client has to read why its pool is broken. */
const BROKEN_IDLE_MS = 60_000

/** Envelope, headers and one frame around the base64 of a fragment. */
export const ENVELOPE_OVERHEAD = 2048

/** All shells of this server. `now` is monotonic, in milliseconds. */
export function createShells(needs: {
  readonly engine: Engine
  readonly limits: Limits
  readonly commandHash: string
  readonly now: () => number
  readonly pools: Pools
}): Shells {
  const { pools } = needs
  const shells = new Map<Guid, Shell>()

  return {
    open(request) {
      if (shells.has(request.id)) return 'exists'
      const shell = createShell(needs, request, (because) => {
        if (shells.get(request.id) === shell) shells.delete(request.id)
        pools.leave(shell, because)
      })
      const full = pools.admit(shell)
      if (full) {
        shell.close()
        return full
      }
      shells.set(request.id, shell)
      return shell
    },
    find: (id) => shells.get(id),
    of: (owner) => [...shells.values()].filter((shell) => isSame(shell.owner, owner)),
    closeAll() {
      for (const shell of [...shells.values()]) shell.close()
    },
  }
}

/** What is asked for, within what we grant; 0 asks for the longest. */
function grantedIdle(wanted: number, { shellIdle }: Limits): number {
  return Math.max(Math.min(wanted || shellIdle, shellIdle), Math.min(SHORTEST_IDLE_MS, shellIdle))
}

function createShell(
  needs: { engine: Engine; limits: Limits; commandHash: string; now: () => number; pools: Pools },
  request: ShellRequest,
  ended: (because: PoolEnd) => void,
): Shell {
  const { limits, now } = needs
  const started = now()
  let idleTimeoutMs = grantedIdle(request.idleTimeoutMs, limits)
  const own = createOutbox(limits.unsent)
  const commands = new Map<Guid, Outbox>()
  let lastUsed = started
  let held = 0
  let closed = false
  let connected = true

  const runner: PoolRunner = createPoolRunner(
    {
      engine: needs.engine,
      caller: request.owner,
      language: request.language,
      limits,
      commandHash: needs.commandHash,
      fragmentBytes: Math.min(
        LARGEST_FRAGMENT,
        Math.max(1024, Math.floor(((request.maxEnvelope - ENVELOPE_OVERHEAD) * 3) / 4)),
      ),
    },
    {
      send: (target, fragments) => (target === undefined ? own : commands.get(target))?.put(fragments),
      done: (pipeline) => commands.get(pipeline)?.finish(),
      // The client reads of it on the shell's own stream; then it deletes the shell, or the shell ends by itself.
      broken: (because) => {
        needs.pools.events.abuse?.(because, request.owner)
        for (const outbox of commands.values()) outbox.close()
        idleTimeoutMs = Math.min(idleTimeoutMs, BROKEN_IDLE_MS)
        clearTimeout(timer)
        look()
      },
    },
  )

  const close = (because: PoolEnd): void => {
    if (closed) return
    closed = true
    clearTimeout(timer)
    runner.close()
    own.close()
    for (const outbox of commands.values()) outbox.close()
    ended(because)
  }
  const look = (): void => {
    if (held > 0) lastUsed = now()
    const left = lastUsed + idleTimeoutMs - now()
    if (left <= 0) close('idle')
    else timer = setTimeout(look, left).unref()
  }
  let timer = setTimeout(look, idleTimeoutMs).unref()

  return {
    id: request.id,
    owner: request.owner,
    outbox: (command) => (command === undefined ? own : commands.get(command)),
    openCommand(command) {
      if (!commands.has(command)) commands.set(command, createOutbox(limits.unsent))
      // A client that never terminates what is done does not make us remember it for ever.
      for (const [old, outbox] of commands) {
        if (commands.size <= MOST_COMMANDS) break
        if (outbox.drained) commands.delete(old)
      }
    },
    get operations() {
      return held + [...commands.values()].filter((outbox) => !outbox.drained).length
    },
    receive: (stream, bytes) => runner.receive(stream, bytes),
    room: (command) => runner.room(command),
    stop: (command) => void runner.stop(command),
    terminate(command) {
      runner.stop(command)
      commands.get(command)?.close()
      commands.delete(command)
    },
    compressed: request.compressed,
    disconnect(wanted) {
      connected = false
      if (wanted > 0) idleTimeoutMs = grantedIdle(wanted, limits)
      own.interrupt()
      for (const outbox of commands.values()) outbox.interrupt()
      clearTimeout(timer)
      look()
    },
    reconnect() {
      connected = true
    },
    async connect(bytes) {
      const answer = await runner.connect(bytes)
      if (answer) connected = true
      return answer
    },
    use() {
      held++
      lastUsed = now()
      return () => {
        held--
        lastUsed = now()
      }
    },
    describe: () => ({
      id: request.id,
      address: request.address,
      resourceUri: request.resourceUri,
      owner: request.owner.name,
      clientAddress: request.owner.from,
      idleTimeoutMs,
      locale: request.locale,
      dataLocale: request.dataLocale,
      runTimeMs: now() - started,
      inactivityMs: now() - lastUsed,
      compressed: request.compressed,
      connected,
    }),
    // Every request is authenticated anew; what runs for somebody who may no longer be here ends.
    revoked(because) {
      if (because === 'account') close('revoked')
    },
    close: () => close('deleted'),
  }
}
