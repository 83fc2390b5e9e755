import { isList, psText } from '../base/ps-text.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Predicate } from './filter.ts'

/** LDAP attributes and the property of our user objects that holds them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  cn: 'DisplayName',
  name: 'Name',
  displayname: 'DisplayName',
  givenname: 'FirstName',
  sn: 'LastName',
  surname: 'LastName',
  mail: 'WindowsEmailAddress',
  proxyaddresses: 'ProxyAddresses',
  userprincipalname: 'UserPrincipalName',
  samaccountname: 'SamAccountName',
  distinguishedname: 'DistinguishedName',
  department: 'Department',
  title: 'Title',
  company: 'Company',
  physicaldeliveryofficename: 'Office',
  office: 'Office',
  l: 'City',
  city: 'City',
  st: 'StateOrProvince',
  co: 'CountryAbbreviation',
  c: 'CountryAbbreviation',
  telephonenumber: 'Phone',
  mobile: 'MobilePhone',
  manager: 'Manager',
  preferredlanguage: 'PreferredLanguage',
  objectguid: 'ObjectId',
  'msrtcsip-primaryuseraddress': 'SipAddress',
  'msrtcsip-userenabled': 'Enabled',
  whencreated: 'WhenCreated',
  whenchanged: 'WhenChanged',
}

export interface LdapFilter {
  readonly matches: Predicate
  /** Attributes that our directory does not have: their comparisons are never true (RFC 4511 §4.5.1.7). */
  readonly unknown: readonly string[]
}

/**
 * Reads the text of `-LdapFilter`: RFC 4515, and the forms that administrators type without the outer brackets
 * (`department=Finance`, `&(a=b)(c=d)`, `|(a=b)(c=d)`).
 */
export function parseLdapFilter(text: string): Result<LdapFilter, string> {
  const trimmed = text.trim()
  if (trimmed.length > 16_384) return fail('The LDAP filter is too long.')
  const parser = new LdapParser(trimmed.startsWith('(') ? trimmed : `(${trimmed})`)
  const matches = parser.filter(0)
  if (matches === undefined || !parser.atEnd())
    return fail(`The LDAP filter '${trimmed.slice(0, 200)}' cannot be read (RFC 4515).`)
  return ok({ matches, unknown: [...parser.unknown] })
}

class LdapParser {
  readonly unknown = new Set<string>()
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    return this.#text.slice(this.#at).trim() === ''
  }

  filter(depth: number): Predicate | undefined {
    if (depth > 30 || !this.#take('(')) return undefined
    const inner = this.#component(depth)
    return inner !== undefined && this.#take(')') ? inner : undefined
  }

  #component(depth: number): Predicate | undefined {
    if (this.#take('!')) {
      const inner = this.filter(depth + 1)
      return inner && ((read) => !inner(read))
    }
    const all = this.#take('&')
    if (!all && !this.#take('|')) return this.#item()
    const parts: Predicate[] = []
    this.#blanks()
    while (this.#text[this.#at] === '(') {
      const part = this.filter(depth + 1)
      if (part === undefined) return undefined
      parts.push(part)
      this.#blanks()
    }
    return all ? (read) => parts.every((part) => part(read)) : (read) => parts.some((part) => part(read))
  }

  #item(): Predicate | undefined {
    const item = /^\s*([A-Za-z][A-Za-z0-9.;-]*)\s*(~=|>=|<=|=)([^()]*)/.exec(
      this.#text.slice(this.#at, this.#at + 2048),
    )
    if (!item) return undefined
    const [all, attribute = '', operator = '=', raw = ''] = item
    this.#at += all.length
    const property = ATTRIBUTES[attribute.toLowerCase()]
    const test = valueTest(operator, raw.trim())
    if (test === undefined) return undefined
    if (property === undefined) {
      this.unknown.add(attribute)
      return () => false
    }
    return (read) => {
      const value = read(property) ?? null
      return (isList(value) ? value : value === null ? [] : [value]).some((one) =>
        test(psText(one).toLowerCase()),
      )
    }
  }

  #take(character: string): boolean {
    this.#blanks()
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }
}

/** Equality, presence (`*`), substrings and order; values are compared without case, as directory strings are. */
function valueTest(operator: string, raw: string): ((value: string) => boolean) | undefined {
  const parts = raw.split('*').map(unescaped)
  if (parts.includes(undefined)) return undefined
  const texts = parts.map((part) => (part ?? '').toLowerCase())
  const [first = ''] = texts
  if (operator === '>=') return (value) => value >= first
  if (operator === '<=') return (value) => value <= first
  if (texts.length === 1) return (value) => value === first
  return (value) => {
    const last = texts.at(-1) ?? ''
    if (!value.startsWith(first)) return false
    let at = first.length
    for (const middle of texts.slice(1, -1)) {
      const found = value.indexOf(middle, at)
      if (found < 0) return false
      at = found + middle.length
    }
    return value.length - last.length >= at && value.endsWith(last)
  }
}

/** RFC 4515 §3: `\xx` is an octet of UTF-8. */
function unescaped(text: string): string | undefined {
  if (!text.includes('\\')) return text
  if (/\\(?![0-9a-f]{2})/i.test(text)) return undefined
  const escaped = text.replace(/(?:\\[0-9a-f]{2})+/gi, (run) => decodeOctets(run))
  return escaped
}

function decodeOctets(run: string): string {
  const octets = run
    .split('\\')
    .slice(1)
    .map((pair) => Number.parseInt(pair, 16))
  return new TextDecoder().decode(Uint8Array.from(octets))
}
