import type { Line, Run } from '../model.ts'

// Runs of lines: what is on this device of a conversation that may be much longer. All pure.

/** Lines of one run at most: what lies far from the reader is dropped and comes again (ux.md 1.2, History). */
export const LONGEST_RUN = 600

/** Where a line stands by its time; equal times keep their order of arrival. */
function placeOf(lines: readonly Line[], at: number): number {
  let place = lines.length
  while (place > 0 && (lines[place - 1]?.at ?? 0) > at) place--
  return place
}

/** A line that is known, with what is new of it; the text of a bare event is kept. */
function replaced(lines: readonly Line[], index: number, line: Line): readonly Line[] {
  return lines.with(index, { ...line, text: line.text || (lines[index]?.text ?? '') })
}

/** Puts a line where its time says; equal times keep their order of arrival, and a known line is replaced in place. */
export function withLine(lines: readonly Line[], line: Line): readonly Line[] {
  const index = lines.findLastIndex((l) => l.id === line.id)
  return index >= 0 ? replaced(lines, index, line) : lines.toSpliced(placeOf(lines, line.at), 0, line)
}

/** A line that came, as far as it belongs into this run: what lies before its first or after its last line comes with a page of its own. */
export function withinRun(run: Run, line: Line): Run {
  const index = run.lines.findLastIndex((l) => l.id === line.id)
  if (index >= 0) return { ...run, lines: replaced(run.lines, index, line) }
  const place = placeOf(run.lines, line.at)
  if ((place === 0 && run.hasEarlier) || (place === run.lines.length && run.hasLater)) return run
  return { ...run, lines: run.lines.toSpliced(place, 0, line) }
}

/** A page in front of a run. The far end is cut off where the run becomes too long. */
export function withEarlier(run: Run, page: Run, longest = LONGEST_RUN): Run {
  const known = new Set(run.lines.map((line) => line.id))
  const lines = [...page.lines.filter((line) => !known.has(line.id)), ...run.lines]
  return {
    lines: lines.slice(0, longest),
    hasEarlier: page.hasEarlier,
    hasLater: run.hasLater || lines.length > longest,
  }
}

/** A page behind a run. The far end is cut off where the run becomes too long. */
export function withLater(run: Run, page: Run, longest = LONGEST_RUN): Run {
  const known = new Set(run.lines.map((line) => line.id))
  const lines = [...run.lines, ...page.lines.filter((line) => !known.has(line.id))]
  return {
    lines: lines.slice(-longest),
    hasEarlier: run.hasEarlier || lines.length > longest,
    hasLater: page.hasLater,
  }
}

/**
 * A run and the one up to now as one.
 * @returns undefined where there may be a hole between them
 */
export function joined(run: Run, live: Run): Run | undefined {
  const [first] = run.lines
  if (first && live.lines.some((line) => line.id === first.id)) return live
  const [start] = live.lines
  const meets = start ? run.lines.findLastIndex((line) => line.id === start.id) : -1
  // Nothing is cut off: the reader is where they meet.
  if (meets >= 0) return withLater({ ...run, lines: run.lines.slice(0, meets) }, live, Infinity)
  return run.hasLater ? undefined : withLater(run, live, Infinity)
}
