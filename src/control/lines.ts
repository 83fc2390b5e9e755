import type { Socket } from 'node:net'

/** Longest line of either side: 100 rows of an import, or one object. */
const MAX_LINE = 16 * 1024 * 1024

/** Complete lines of UTF-8 from a socket; a line that is too long ends it. */
export async function* linesOf(socket: Socket): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8')
  let parts: string[] = []
  let length = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let text = decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      parts.push(text.slice(0, end))
      yield parts.join('')
      parts = []
      length = 0
      text = text.slice(end + 1)
    }
    parts.push(text)
    length += text.length
    if (length > MAX_LINE) {
      socket.destroy(new Error('a line is too long'))
      return
    }
  }
}

/** Resolves when the other side can take more, or is gone. */
export function writeLine(socket: Socket, line: string): Promise<void> | undefined {
  if (socket.destroyed || socket.write(`${line}\n`)) return undefined
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go)
      socket.off('close', go)
      resolve()
    }
    socket.on('drain', go)
    socket.on('close', go)
  })
}
