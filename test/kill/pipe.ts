import { connect, type Socket } from 'node:net'

/** One request on its way, with what its answer resolves. */
interface Waiting {
  readonly resolve: (status: number) => void
  readonly reject: (error: Error) => void
}

/**
 * HTTP/1.1 with pipelining on one connection: requests arrive in the order in which they were written, and many wait at once.
 * A sender that types faster than the disk, as no browser would do it.
 */
export class Pipe {
  readonly #socket: Socket
  readonly #host: string
  readonly #token: string
  readonly #waiting: Waiting[] = []
  #rest: Buffer = Buffer.alloc(0)
  #error: Error | undefined

  constructor(base: string, token: string) {
    const { hostname, port, host } = new URL(base)
    this.#host = host
    this.#token = token
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#end(error))
    this.#socket.on('close', () => this.#end(new Error('the connection closed')))
  }

  get unanswered(): number {
    return this.#waiting.length
  }

  /** @returns the status of the answer. @throws when the connection ends before it. */
  post(path: string, text: string, key: string): Promise<number> {
    if (this.#error) return Promise.reject(this.#error)
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#waiting.push({ resolve, reject })
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nAuthorization: Bearer ${this.#token}\r\n` +
        `Content-Type: text/plain\r\nIdempotency-Key: ${key}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    )
    return promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = this.#rest.toString('latin1', 0, end)
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      if (this.#rest.length < end + 4 + length) return
      this.#rest = this.#rest.subarray(end + 4 + length)
      this.#waiting.shift()?.resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0))
    }
  }

  #end(error: Error): void {
    if (this.#error) return
    this.#error = error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
