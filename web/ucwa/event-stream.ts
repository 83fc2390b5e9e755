import { isResource, type Resource } from './wire.ts'

/** One event of the channel: its number, which confirms it, and the package. */
export interface Package {
  readonly ack: number
  readonly body: Resource
}

/** What has been read of a line or an event so far. */
export interface StreamState {
  readonly rest: string
  readonly id: number | undefined
  readonly data: readonly string[]
}

export const STREAM_START: StreamState = { rest: '', id: undefined, data: [] }

/**
 * A step of the text/event-stream format (ucwa.md section 15: `id:` the number, `data:` the package on one line; comment lines
 * keep the connection alive).
 * @returns the new state and the packages that became complete; a package that is not JSON is dropped
 */
export function readStream(
  state: StreamState,
  chunk: string,
): { readonly state: StreamState; readonly packages: readonly Package[] } {
  const lines = (state.rest + chunk).split(/\r\n|\n|\r(?!$)/)
  const rest = lines.pop() ?? ''
  const packages: Package[] = []
  let { id, data } = state
  for (const line of lines) {
    if (line === '') {
      const body = parsed(data.join('\n'))
      if (body && id !== undefined) packages.push({ ack: id, body })
      data = []
    } else if (line.startsWith('id:')) id = Number(line.slice(3).trim())
    else if (line.startsWith('data:')) data = [...data, line.slice(5).replace(/^ /, '')]
  }
  return { state: { rest, id, data }, packages }
}

function parsed(text: string): Resource | undefined {
  if (text === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isResource(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Silence after which a connection counts as dead: the server sends at least a comment every 20 s. */
const SILENCE_MS = 50_000

/** Reads an open channel until it ends. Resolves at its end, rejects when it breaks or falls silent. */
export async function readChannel(
  response: Response,
  quit: AbortController,
  take: (pack: Package) => void,
): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) return
  let state = STREAM_START
  let watch = setTimeout(() => quit.abort(), SILENCE_MS)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      clearTimeout(watch)
      if (done) return
      watch = setTimeout(() => quit.abort(), SILENCE_MS)
      const step = readStream(state, value)
      state = step.state
      for (const pack of step.packages) take(pack)
    }
  } finally {
    clearTimeout(watch)
  }
}
