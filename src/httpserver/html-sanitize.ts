import { defaultTreeAdapter, html, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import { BLOCKS, DEEPEST, ELEMENTS, LINK, LINK_ATTRIBUTES, parseClean, type Token } from './html-clean.ts'

/** Elements whose text is no text of the message. */
const SILENT = new Set([
  'script',
  'style',
  'title',
  'template',
  'noscript',
  'iframe',
  'object',
  'textarea',
  'select',
])
/** Colour and size travel as classes; the client has rules for exactly these. */
const COLORS = new Set(['black', 'gray', 'red', 'orange', 'green', 'blue', 'purple', 'brown'])
/** A tree deeper than this is flattened to its text. */
const MAX_DEPTH = 64
/** A browser's parser opens formatting again and again: so many tags cost it less than 100 ms, a full message of them a second (SECURITY 25). */
const MAX_TAGS = 3000

/**
 * Message HTML by an allow-list, parsed to a tree as a browser would (SECURITY 44): no `style`, no event attributes, no
 * images; links are `http`, `https`, `mailto` and `sip` only. The result is well-formed XML without a root element.
 */
export function sanitizeHtml(source: string): string {
  return hasTooManyTags(source)
    ? escapeText(withoutTags(source))
    : render(parseFragment(source).childNodes, 0)
}

/** Sanitised HTML as XML: `sanitizeHtml` writes it so already, and what came from elsewhere is cleaned again. */
export function toXhtml(sanitized: string): string {
  return parseClean(sanitized) ? sanitized : sanitizeHtml(sanitized)
}

/** The text that a reader would see, with a line for each block. */
export function htmlToText(source: string): string {
  const parts: string[] = []
  const clean = parseClean(source)
  if (clean) collectClean(clean, parts)
  else if (hasTooManyTags(source)) parts.push(withoutTags(source))
  else collect(parseFragment(source).childNodes, parts, 0)
  return parts
    .join('')
    .split('\n')
    .map(withoutEndingBlanks)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** By hand: an expression that looks for blanks before a line end tries every blank of a long row (SECURITY 29). */
function withoutEndingBlanks(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1
  return line.slice(0, end)
}

function hasTooManyTags(source: string): boolean {
  let tags = 0
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at + 1)) {
    if (source[at + 1] !== '/') tags += 1
    if (tags > MAX_TAGS) return true
  }
  return false
}

/** What stands outside of `<` and `>`: nobody reads so many tags as formatting. */
function withoutTags(source: string): string {
  const parts: string[] = []
  let from = 0
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', from)) {
    parts.push(source.slice(from, at))
    const end = source.indexOf('>', at)
    if (end < 0) return parts.join('')
    from = end + 1
  }
  return parts.join('') + source.slice(from)
}

function render(nodes: readonly Tree.ChildNode[], depth: number): string {
  return nodes.map((node) => renderNode(node, depth)).join('')
}

function renderNode(node: Tree.ChildNode, depth: number): string {
  if (defaultTreeAdapter.isTextNode(node)) return escapeText(node.value)
  if (!defaultTreeAdapter.isElementNode(node) || SILENT.has(node.tagName)) return ''
  if (node.namespaceURI !== html.NS.HTML) return ''
  if (depth > DEEPEST) return ''
  if (depth > MAX_DEPTH || !ELEMENTS.has(node.tagName)) return render(node.childNodes, depth + 1)
  if (node.tagName === 'br') return '<br/>'
  const inner = render(node.childNodes, depth + 1)
  if (node.tagName === 'a') return renderLink(node, inner)
  const classes = classOf(node)
  return `<${node.tagName}${classes}>${inner}</${node.tagName}>`
}

function renderLink(node: Tree.Element, inner: string): string {
  const href = attribute(node, 'href')?.trim() ?? ''
  return LINK.test(href) ? `<a href="${escapeText(href)}" ${LINK_ATTRIBUTES}>${inner}</a>` : inner
}

/** `color: red; font-size: 20pt` of a style becomes `class="color-red size-large"`. */
function classOf(node: Tree.Element): string {
  const style = attribute(node, 'style')?.toLowerCase().slice(0, 500) ?? ''
  const given = (attribute(node, 'class') ?? '')
    .split(/\s+/)
    .filter((name) => /^(?:color|size)-[a-z]{3,8}$/.test(name))
  const color = /(?:^|;)\s*color\s*:\s*([a-z]{3,8})\s*(?:;|$)/.exec(style)?.[1]
  const size = /(?:^|;)\s*font-size\s*:\s*(\d{1,3})(?:\.\d{1,3})?(pt|px)\s*(?:;|$)/.exec(style)
  const points = size ? Number(size[1]) * (size[2] === 'px' ? 0.75 : 1) : 0
  const classes = new Set(given.filter((name) => name.startsWith('size-') || COLORS.has(name.slice(6))))
  if (color !== undefined && COLORS.has(color)) classes.add(`color-${color}`)
  if (points >= 16) classes.add('size-large')
  if (points > 0 && points < 9) classes.add('size-small')
  return classes.size === 0 ? '' : ` class="${[...classes].join(' ')}"`
}

function collect(nodes: readonly Tree.ChildNode[], parts: string[], depth: number): void {
  for (const node of nodes) {
    if (defaultTreeAdapter.isTextNode(node)) parts.push(node.value)
    if (!defaultTreeAdapter.isElementNode(node) || SILENT.has(node.tagName) || depth > DEEPEST) continue
    if (node.tagName === 'br') parts.push('\n')
    const block = BLOCKS.has(node.tagName)
    if (block && parts.length > 0 && !parts.at(-1)?.endsWith('\n')) parts.push('\n')
    collect(node.childNodes, parts, depth + 1)
    if (block) parts.push('\n')
  }
}

/** The same for what is clean already. */
function collectClean(tokens: readonly Token[], parts: string[]): void {
  for (const token of tokens) {
    if (token.kind === 'text') parts.push(token.text)
    else if (token.kind === 'break') parts.push('\n')
    else if (BLOCKS.has(token.name)) {
      const begins = token.kind === 'open'
      if (!begins || (parts.length > 0 && !parts.at(-1)?.endsWith('\n'))) parts.push('\n')
    }
  }
}

function attribute(node: Tree.Element, name: string): string | undefined {
  return node.attrs.find((attr) => attr.name === name)?.value
}

/** Characters that XML does not know are dropped, so that the result is well-formed. */
function escapeText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it drops
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
  )
}
