/** Columns of a terminal that a text takes: Chinese, Japanese and Korean characters take two, marks none (UAX #11). */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/^\p{M}$/u.test(char) || code === 0x200b || code === 0x200d || code === 0xfe0f) return 0
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  return wide ? 2 : 1
}

/** Blanks behind a text up to the columns. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)))
}

/** Blanks before a text up to the columns. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text
}

/** Cut to the columns, with three dots where something is missing. */
export function fit(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  const dots = columns > 3 ? '...' : ''
  return take(text, columns - dots.length) + dots
}

/** The text in pieces that are no wider than the columns, cut at blanks where there are some. */
export function wrap(text: string, columns: number): readonly string[] {
  const pieces: string[] = []
  let rest = text
  while (displayWidth(rest) > columns) {
    const piece = take(rest, columns)
    const blank = rest[piece.length] === ' ' ? piece.length : piece.lastIndexOf(' ')
    const cut = blank > 0 ? blank : Math.max(piece.length, 1)
    pieces.push(rest.slice(0, cut))
    rest = rest.slice(cut).replace(/^ /, '')
  }
  return [...pieces, rest]
}

function take(text: string, columns: number): string {
  let width = 0
  let taken = ''
  for (const char of text) {
    width += charWidth(char)
    if (width > columns) break
    taken += char
  }
  return taken
}
