import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Ports } from '../../../actions/ports/ports.ts'
import type { Caller } from '../../../admin/cmdlet.ts'
import { cmdletTable } from '../../../admin/index.ts'
import { type RunCalls, sessionOf } from '../../../admin/interpreter.ts'
import { runPipeline } from '../../../admin/invoke.ts'
import { sessionAliases, sessionCmdlets } from '../../../admin/session/index.ts'
import type { CommandCall } from '../../../base/ps-value.ts'
import { Scope } from '../../../codec/powershell/scope.ts'
import type { ConsoleLink } from '../../../control/client.ts'
import { type Ask, hostFor, runCall, runScript, type Send } from '../../../control/console.ts'
import { instant } from '../../../domain/time.ts'
import type { Peer } from './post.ts'
import { RemoteRunspace } from './runspace.ts'

/** Commands that are about the server although every session has them. */
const THERE = new Set(['get-command', 'get-host'])

/**
 * The console over the network: cmdlets run on the server through PowerShell remoting, Where-Object and its like here, as in a PowerShell
 * window after Import-PSSession (admin-tasks.md, How a line is executed).
 * @throws Error with a line for the person
 */
export async function networkConsole(peer: Peer, width: number): Promise<ConsoleLink> {
  const runspace = new RemoteRunspace(peer)
  await runspace.open(width)
  const scope = new Scope()
  let running: AbortController | undefined
  return {
    async work(work, send, ask) {
      if (work.kind === 'verb' || work.kind === 'watch') {
        const what = work.kind === 'verb' ? work.verb : work.kind
        throw new Error(`${what} needs the server's own data folder; use --data there`)
      }
      running = new AbortController()
      const counted = counting(send)
      const host = hostFor(
        work.screen,
        (record) => counted.send({ kind: 'stream', record }),
        ask satisfies Ask,
      )
      const session = sessionOf(runBoth(runspace), host, scope)
      if (work.kind === 'script') await runScript(session, work.text, counted.send, running.signal)
      else await runCall(session, work, counted.send, running.signal)
      await send({ kind: 'done', errors: counted.errors() })
    },
    stop: () => running?.abort(),
    async close() {
      await runspace.close()
      peer.close()
    },
  }
}

function counting(send: Send): { readonly send: Send; errors(): number } {
  let errors = 0
  return {
    send(reply) {
      if (reply.kind === 'stream' && reply.record.stream === 'error') errors += 1
      return send(reply)
    },
    errors: () => errors,
  }
}

/** Neighbouring commands of one side are one pipeline of that side. */
function runBoth(runspace: RemoteRunspace): RunCalls {
  const table = cmdletTable(sessionCmdlets, sessionAliases)
  const engine = { ports: PORTS, table }
  const isHere = ({ name }: CommandCall) => {
    const found = table.find(name)
    return found !== undefined && !THERE.has(found.name.toLowerCase())
  }
  return async function* run(calls, input, host, signal) {
    let stream = input
    for (const { here, part } of parts(calls, isHere)) {
      stream = here
        ? runPipeline(engine, part, stream, host, CALLER, signal)
        : runspace.run(part, stream, host, signal)
    }
    if (stream) yield* stream
  }
}

interface Part {
  readonly here: boolean
  readonly part: readonly CommandCall[]
}

function parts(calls: readonly CommandCall[], isHere: (call: CommandCall) => boolean): readonly Part[] {
  const found: { here: boolean; part: CommandCall[] }[] = []
  for (const call of calls) {
    const here = isHere(call)
    const last = found.at(-1)
    if (last?.here === here) last.part.push(call)
    else found.push({ here, part: [call] })
  }
  return found
}

/** Whose commands run here: nobody's, they show nothing and change nothing. */
const CALLER: Caller = { account: undefined, name: 'console', from: 'local', door: 'console', local: true }

/** There is no store at this end: the commands of a session need a clock and random numbers, and whoever asked for more is our mistake. */
const PORTS = new Proxy(
  {
    clock: { now: () => instant(Date.now()), monotonicMs: () => performance.now() },
    random: { guid: () => randomUUID(), token: () => randomUUID() },
  } as unknown as Ports,
  {
    get(ports, name) {
      if (name in ports) return ports[name as keyof Ports]
      throw new Error(`no ${String(name)} at this end of the network`)
    },
  },
)
