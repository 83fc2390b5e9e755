/** Elements of SECURITY 44; everything else gives up its tags and keeps its text. */
export const ELEMENTS: ReadonlySet<string> = new Set(
  'b i u s em strong p br div span ul ol li a blockquote pre code'.split(' '),
)
/** Elements that stand on lines of their own. */
export const BLOCKS: ReadonlySet<string> = new Set(['p', 'div', 'li', 'blockquote', 'pre', 'ul', 'ol'])
/** Where a message may lead to. */
export const LINK = /^(?:https?:\/\/|mailto:|sip:)[^\s"'<>`\\]+$/i
export const LINK_ATTRIBUTES = 'rel="noopener noreferrer nofollow"'
/** And nobody writes this: what is deeper is dropped before it costs the stack. */
export const DEEPEST = 500

/** A piece of HTML that our own sanitizer wrote. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close'; readonly name: string }
  | { readonly kind: 'break' }

/** One piece at a time, each of them linear: the sanitizer writes nothing else (html-sanitize.ts). */
const PIECE = new RegExp(
  `<br/>|</([a-z]+)>|<([a-z]+)(?: class="[a-z -]{1,200}"| href="([^"<>]*)" ${LINK_ATTRIBUTES})?>|([^<>]+)`,
  'y',
)

/**
 * Reads HTML in exactly the form that the sanitizer writes, without a browser's parser: what was cleaned on its way into
 * the log is read for each client and each page again (SECURITY 25).
 * @returns undefined for everything else, which has to be cleaned first
 */
export function parseClean(source: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  const open: string[] = []
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < source.length) {
    const match = PIECE.exec(source)
    if (!match) return undefined
    const token = tokenOf(match)
    if (!token) return undefined
    if (token.kind === 'open') open.push(token.name)
    if (token.kind === 'close' && open.pop() !== token.name) return undefined
    if (open.length > DEEPEST) return undefined
    tokens.push(token)
  }
  return open.length === 0 ? tokens : undefined
}

function tokenOf([, closed, opened, href, text]: RegExpExecArray): Token | undefined {
  if (text !== undefined) return textToken(text)
  if (closed !== undefined) return ELEMENTS.has(closed) ? { kind: 'close', name: closed } : undefined
  if (opened === undefined) return { kind: 'break' }
  const isLink = href !== undefined
  if (!ELEMENTS.has(opened) || opened === 'br' || isLink !== (opened === 'a')) return undefined
  if (isLink && !LINK.test(unescaped(href) ?? '')) return undefined
  return { kind: 'open', name: opened }
}

function textToken(text: string): Token | undefined {
  const plain = unescaped(text)
  return plain === undefined ? undefined : { kind: 'text', text: plain }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** @returns undefined where there is another entity, or a quote that is none */
function unescaped(text: string): string | undefined {
  if (text.includes('"')) return undefined
  let known = true
  const plain = text.replace(/&(?:(amp|lt|gt|quot);)?/g, (_whole, name: string | undefined) => {
    if (name === undefined) known = false
    return ENTITIES[name ?? ''] ?? ''
  })
  return known ? plain : undefined
}
