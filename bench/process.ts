import { readFileSync } from 'node:fs'

/** What Linux says of a process, and what V8 says of its heap. */

/** Linux counts the time of a process in hundredths of a second. */
const TICK_MS = 10

/** Resident memory in KB (proc(5), VmRSS). */
export function residentKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** User and system time so far in ms (proc(5), fields 14 and 15). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Heap of another Node process, asked over its inspector (`--inspect=127.0.0.1:0`). */
export class Inspector {
  readonly #socket: WebSocket
  #asked = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  /** @param url what the process prints on standard error: `Debugger listening on ws://…` */
  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true })
      socket.addEventListener('error', reject, { once: true })
    })
    return new Inspector(socket)
  }

  /** Used heap in KB after everything that can be collected was. */
  async collectedHeapKb(): Promise<number> {
    await this.#call('HeapProfiler.collectGarbage')
    await this.#call('HeapProfiler.collectGarbage')
    const { usedSize } = (await this.#call('Runtime.getHeapUsage')) as { usedSize: number }
    return usedSize / 1024
  }

  close(): void {
    this.#socket.close()
  }

  #call(method: string): Promise<unknown> {
    this.#asked += 1
    const id = this.#asked
    return new Promise((resolve) => {
      const look = ({ data }: MessageEvent) => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: unknown }
        if (answer.id !== id) return
        this.#socket.removeEventListener('message', look)
        resolve(answer.result)
      }
      this.#socket.addEventListener('message', look)
      this.#socket.send(JSON.stringify({ id, method }))
    })
  }
}

/** The value after `--name`. */
export function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}

/** The value below which `share` (0 to 1) of these lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** One digit behind the point. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
