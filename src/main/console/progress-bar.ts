import { performance } from 'node:perf_hooks'
import type { ProgressRecord } from '../../admin/cmdlet.ts'

/** Shows how far a long work is; on a terminal a bar with rate and time left, elsewhere a line each 10 % or 10 s (ux.md 3.2). */
export interface ProgressBar {
  step(done: number): void
  end(): void
}

const WIDTH = 28

/** @param before what was done by an earlier run and does not count for the rate */
export function progressBar(what: string, total: number, err: NodeJS.WriteStream, before = 0): ProgressBar {
  const started = performance.now()
  let shownAt = 0
  let shownPercent = 0
  const facts = (done: number) => {
    const seconds = Math.max((performance.now() - started) / 1000, 0.001)
    const rate = (done - before) / seconds
    const left = rate > 0 ? Math.ceil((total - done) / rate) : 0
    return `${done}/${total}  ${Math.round(rate)}/s${left > 0 ? `  ${left} s left` : ''}`
  }
  return {
    step(done) {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
      const now = performance.now()
      if (err.isTTY) {
        if (now - shownAt < 100 && done < total) return
        shownAt = now
        const full = Math.round((percent / 100) * WIDTH)
        err.write(
          `\r${what} [${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${percent}%  ${facts(done)}\u001b[K`,
        )
      } else if (percent >= shownPercent + 10 || now - Math.max(shownAt, started) >= 10_000) {
        shownPercent = percent - (percent % 10)
        shownAt = now
        err.write(`${what}: ${percent}%  ${facts(done)}\n`)
      }
    },
    end() {
      if (err.isTTY) err.write('\n')
    },
  }
}

/** Shows progress records of a command in one line of a terminal; nothing elsewhere, where nobody watches. */
export function progressLine(err: NodeJS.WriteStream): ((record: ProgressRecord) => void) | undefined {
  if (!err.isTTY) return undefined
  return ({ activity, status, percent, completed }) => {
    const share = percent >= 0 ? ` ${Math.floor(percent)}%` : ''
    err.write(completed ? '\r\u001b[K' : `\r${activity}: ${status}${share}\u001b[K`)
  }
}
