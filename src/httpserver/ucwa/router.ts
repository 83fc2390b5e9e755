import type { Handler } from './call.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One row of the table: an address below an application, with `{name}` for what varies. */
export interface Route {
  readonly path: string
  readonly on: Readonly<Partial<Record<Method, Handler>>>
  /** Not inside a batch (ucwa.md section 11). */
  readonly alone?: true
  /** Counts against another rate than that of requests, or against none. */
  readonly rate?: 'search' | 'events'
}

/** A row, and what varies in its address. */
export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

interface Node {
  readonly fixed: Map<string, Node>
  parameter?: { name: string; node: Node }
  route?: Route
}

/**
 * Finds the row for a path. Letter case does not matter (ucwa.md section 2); a fixed segment wins over a parameter.
 * The batch uses the same table, which is why it is not the HTTP library's.
 */
export function createRouter(routes: readonly Route[]): (path: string) => Found | undefined {
  const root = emptyNode()
  for (const route of routes) {
    let node = root
    for (const part of route.path.split('/').filter((part) => part !== '')) node = childFor(node, part)
    node.route = route
  }
  return (path) => find(root, path)
}

function emptyNode(): Node {
  return { fixed: new Map() }
}

function childFor(node: Node, part: string): Node {
  const name = /^\{(\w+)\}$/.exec(part)?.[1]
  if (name !== undefined) {
    node.parameter ??= { name, node: emptyNode() }
    return node.parameter.node
  }
  const key = part.toLowerCase()
  const child = node.fixed.get(key) ?? emptyNode()
  node.fixed.set(key, child)
  return child
}

function find(root: Node, path: string): Found | undefined {
  const params: Record<string, string> = {}
  let node = root
  for (const part of path.split('/')) {
    if (part === '') continue
    const fixed = node.fixed.get(part.toLowerCase())
    if (fixed) {
      node = fixed
      continue
    }
    const text = decoded(part)
    if (!node.parameter || text === undefined) return undefined
    params[node.parameter.name] = text
    node = node.parameter.node
  }
  return node.route ? { route: node.route, params } : undefined
}

/** @returns undefined for bytes that are not UTF-8 and for control characters (SECURITY 17) */
function decoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part)
    return /\p{Cc}/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
