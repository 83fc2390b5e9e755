import { escapeHtml } from './page.ts'

/**
 * Renders the Markdown that our own documentation uses: headings, paragraphs, lists, tables, fenced code, and in a line
 * `code`, **strong**, *emphasis* and [links](…). What it does not know stays text. It is for files of this repository only.
 */
export function renderMarkdown(source: string): string {
  const lines = source.replaceAll('\r\n', '\n').split('\n')
  const html: string[] = []
  for (let i = 0; i < lines.length; ) {
    const [block, next] = nextBlock(lines, i)
    if (block !== '') html.push(block)
    i = next
  }
  return html.join('\n')
}

/** One block from line `at` on, and the line after it. */
function nextBlock(lines: readonly string[], at: number): [string, number] {
  const line = lines[at] ?? ''
  if (line.trim() === '') return ['', at + 1]
  const fence = /^```/.test(line)
  if (fence) {
    const end = endOf(lines, at + 1, (text) => !text.startsWith('```'))
    return [`<pre><code>${escapeHtml(lines.slice(at + 1, end).join('\n'))}</code></pre>`, end + 1]
  }
  const heading = /^(#{1,4}) (.+)$/.exec(line)
  if (heading) {
    const level = heading[1]?.length ?? 1
    const text = heading[2] ?? ''
    return [`<h${level} id="${anchor(text)}">${inline(text)}</h${level}>`, at + 1]
  }
  if (line.startsWith('|')) {
    const end = endOf(lines, at, (text) => text.startsWith('|'))
    return [table(lines.slice(at, end)), end]
  }
  const marker = /^(?:[-*]|\d+\.) /.exec(line)
  if (marker) {
    const end = endOf(lines, at, (text) => /^(?:[-*]|\d+\.) |^ {2,}\S/.test(text))
    return [list(lines.slice(at, end)), end]
  }
  const end = endOf(lines, at, (text) => text.trim() !== '' && !/^(?:#{1,4} |```|\||[-*] |\d+\. )/.test(text))
  return [`<p>${inline(lines.slice(at, Math.max(end, at + 1)).join('\n'))}</p>`, Math.max(end, at + 1)]
}

function endOf(lines: readonly string[], from: number, inside: (line: string) => boolean): number {
  let at = from
  while (at < lines.length && inside(lines[at] ?? '')) at++
  return at
}

function list(lines: readonly string[]): string {
  const tag = /^\d/.test(lines[0] ?? '') ? 'ol' : 'ul'
  const items: string[] = []
  for (const line of lines) {
    const item = /^(?:[-*]|\d+\.) (.*)$/.exec(line)
    if (item) items.push(item[1] ?? '')
    else items.push(`${items.pop() ?? ''}\n${line.trim()}`)
  }
  return `<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`
}

function table(lines: readonly string[]): string {
  const cells = (line: string) =>
    line
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => inline(cell.trim()))
  const [head = '', , ...body] = lines
  const row = (line: string, tag: string) =>
    `<tr>${cells(line)
      .map((cell) => `<${tag}>${cell}</${tag}>`)
      .join('')}</tr>`
  return `<table><thead>${row(head, 'th')}</thead><tbody>${body.map((line) => row(line, 'td')).join('')}</tbody></table>`
}

function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 2 ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : prose(part),
    )
    .join('')
}

function prose(text: string): string {
  return escapeHtml(text)
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>')
    .replace(/\[([^\]]+)\]\(((?:https:\/\/|\/|#|\.)[^)\s]*)\)/g, '<a href="$2">$1</a>')
}

function anchor(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
}
