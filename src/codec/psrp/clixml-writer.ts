import { assertNever } from '../../base/never.ts'
import { CLIXML } from '../limits.ts'
import type { CliContent, CliPlain, CliValue } from './clixml.ts'
import { escapeCliName, escapeCliText } from './clixml-text.ts'

/** Writes one value as the data of a message. Type lists that come again are written once ([MS-PSRP] 2.2.5.2.3). */
export function formatClixml(value: CliValue): string {
  const typeLists = new Map<string, number>()
  const out: string[] = []
  let objects = 0

  const writeNamed = (values: ReadonlyMap<string, CliValue>, tag: string, depth: number): void => {
    if (values.size === 0) return
    out.push(`<${tag}>`)
    for (const [name, member] of values) write(member, ` N="${escapeCliName(name)}"`, depth + 1)
    out.push(`</${tag}>`)
  }

  const writeTypes = (types: readonly string[]): void => {
    if (types.length === 0) return
    const key = types.join('\n')
    const known = typeLists.get(key)
    if (known !== undefined) {
      out.push(`<TNRef RefId="${known}"/>`)
      return
    }
    out.push(`<TN RefId="${typeLists.size}">`)
    typeLists.set(key, typeLists.size)
    for (const type of types) out.push(`<T>${escapeCliText(type)}</T>`)
    out.push('</TN>')
  }

  const writeContent = (content: CliContent, depth: number): void => {
    switch (content.kind) {
      case 'plain':
        write(content.value, '', depth + 1)
        return
      case 'list':
        out.push(`<${content.tag}>`)
        for (const item of content.items) write(item, '', depth + 1)
        out.push(`</${content.tag}>`)
        return
      case 'dictionary':
        out.push('<DCT>')
        for (const [key, entry] of content.entries) {
          out.push('<En>')
          write(key, ' N="Key"', depth + 1)
          write(entry, ' N="Value"', depth + 1)
          out.push('</En>')
        }
        out.push('</DCT>')
        return
      default:
        assertNever(content)
    }
  }

  const write = (from: CliValue, name: string, depth: number): void => {
    if (depth > CLIXML.depth) throw new Error('a value to be sent is nested too deep')
    if (from.kind !== 'object') {
      out.push(formatPlain(from, name))
      return
    }
    out.push(`<Obj${name} RefId="${objects++}">`)
    writeTypes(from.types)
    if (from.text !== undefined) out.push(`<ToString>${escapeCliText(from.text)}</ToString>`)
    if (from.content) writeContent(from.content, depth)
    writeNamed(from.props, 'Props', depth)
    writeNamed(from.members, 'MS', depth)
    out.push('</Obj>')
  }

  write(value, '', 0)
  return out.join('')
}

function formatPlain(value: CliPlain, name: string): string {
  switch (value.kind) {
    case 'nil':
      return `<Nil${name}/>`
    case 'bool':
      return `<B${name}>${value.value}</B>`
    case 'text':
      return `<${value.tag}${name}>${escapeCliText(value.value)}</${value.tag}>`
    case 'number':
      return `<${value.tag}${name}>${formatNumber(value.value)}</${value.tag}>`
    case 'long':
      return `<${value.tag}${name}>${value.value}</${value.tag}>`
    case 'bytes':
      return `<BA${name}>${Buffer.from(value.value).toString('base64')}</BA>`
    default:
      return assertNever(value)
  }
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return value > 0 ? 'INF' : '-INF'
}
