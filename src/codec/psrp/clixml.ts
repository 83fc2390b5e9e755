/** Values whose wire form is text and stays text: nothing here is ever looked up, run or fetched (SECURITY 48). */
export type TextTag = 'S' | 'SBK' | 'XD' | 'URI' | 'Version' | 'G' | 'D' | 'DT' | 'TS' | 'SS'
export type NumberTag = 'By' | 'SB' | 'U16' | 'I16' | 'U32' | 'I32' | 'Sg' | 'Db' | 'C'
export type LongTag = 'U64' | 'I64'
export type ListTag = 'LST' | 'IE' | 'QUE' | 'STK'

/**
 * A serialised .NET value as plain data ([MS-PSRP] 2.2.5). `SS` holds the encrypted form; `C` is a UTF-16 unit.
 * Type names are text for whoever shows them; they never choose code (SECURITY 48).
 */
export type CliValue = CliPlain | CliObject
export type CliPlain =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly tag: TextTag; readonly value: string }
  | { readonly kind: 'number'; readonly tag: NumberTag; readonly value: number }
  | { readonly kind: 'long'; readonly tag: LongTag; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }

/** `Obj`: type names (most derived first), ToString, what it holds, adapted properties (`Props`), extended members (`MS`). */
export type CliObject = {
  readonly kind: 'object'
  readonly types: readonly string[]
  readonly text: string | undefined
  readonly content: CliContent | undefined
  readonly props: ReadonlyMap<string, CliValue>
  readonly members: ReadonlyMap<string, CliValue>
}
export type CliContent =
  | { readonly kind: 'plain'; readonly value: CliPlain }
  | { readonly kind: 'list'; readonly tag: ListTag; readonly items: readonly CliValue[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [CliValue, CliValue])[] }

export const NIL: CliPlain = { kind: 'nil' }
const NONE: ReadonlyMap<string, CliValue> = new Map()

export function cliText(value: string, tag: TextTag = 'S'): CliPlain {
  return { kind: 'text', tag, value }
}

export function cliBool(value: boolean): CliPlain {
  return { kind: 'bool', value }
}

export function cliInt(value: number, tag: NumberTag = 'I32'): CliPlain {
  return { kind: 'number', tag, value }
}

export function cliLong(value: bigint, tag: LongTag = 'I64'): CliPlain {
  return { kind: 'long', tag, value }
}

/** An object; what is not given is empty. */
export function cliObject(parts: Partial<Omit<CliObject, 'kind'>>): CliObject {
  return {
    kind: 'object',
    types: [],
    text: undefined,
    content: undefined,
    props: NONE,
    members: NONE,
    ...parts,
  }
}

/** An untyped bag of members: what protocol messages are made of. Members that are undefined are left out. */
export function cliBag(members: Readonly<Record<string, CliValue | undefined>>): CliObject {
  return cliObject({ members: named(members) })
}

/** A name → value map without the undefined ones. */
export function named(values: Readonly<Record<string, CliValue | undefined>>): ReadonlyMap<string, CliValue> {
  const map = new Map<string, CliValue>()
  for (const [name, value] of Object.entries(values)) if (value) map.set(name, value)
  return map
}

export function cliList(
  items: readonly CliValue[],
  types: readonly string[] = ['System.Collections.ArrayList', 'System.Object'],
): CliObject {
  return cliObject({ types, content: { kind: 'list', tag: 'LST', items } })
}

/** `string[]` as PowerShell sends it. */
export function cliStrings(items: readonly string[]): CliObject {
  return cliList(
    items.map((item) => cliText(item)),
    ['System.String[]', 'System.Array', 'System.Object'],
  )
}

export function cliDictionary(
  entries: readonly (readonly [string, CliValue])[],
  types: readonly string[] = ['System.Collections.Hashtable', 'System.Object'],
): CliObject {
  return cliObject({
    types,
    content: { kind: 'dictionary', entries: entries.map(([key, value]) => [cliText(key), value]) },
  })
}

/** An enum: ToString is its name, the number is what readers decide by. */
export function cliEnum(type: string, name: string, value: number): CliObject {
  return cliObject({
    types: [type, 'System.Enum', 'System.ValueType', 'System.Object'],
    text: name,
    content: { kind: 'plain', value: cliInt(value) },
  })
}

/** A property by name, letter case ignored; extended members first, as PowerShell looks. */
export function cliProperty(value: CliValue | undefined, name: string): CliValue | undefined {
  if (value?.kind !== 'object') return undefined
  const wanted = name.toLowerCase()
  for (const map of [value.members, value.props]) {
    const exact = map.get(name)
    if (exact) return exact
    for (const [key, found] of map) if (key.toLowerCase() === wanted) return found
  }
  return undefined
}

/** The text of a string, or of an object that wraps one. */
export function cliString(value: CliValue | undefined): string | undefined {
  if (value?.kind === 'text') return value.value
  return value?.kind === 'object' && value.content?.kind === 'plain'
    ? cliString(value.content.value)
    : undefined
}

/** A whole number, also out of an enum; undefined where it does not fit a double exactly. */
export function cliNumber(value: CliValue | undefined): number | undefined {
  if (value?.kind === 'number') return Number.isInteger(value.value) ? value.value : undefined
  if (value?.kind === 'long')
    return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : undefined
  return value?.kind === 'object' && value.content?.kind === 'plain'
    ? cliNumber(value.content.value)
    : undefined
}

/** A truth value; undefined for anything else. */
export function cliTruth(value: CliValue | undefined): boolean | undefined {
  if (value?.kind === 'bool') return value.value
  return value?.kind === 'object' && value.content?.kind === 'plain'
    ? cliTruth(value.content.value)
    : undefined
}

/** The items of a list of any of the four kinds. */
export function cliItems(value: CliValue | undefined): readonly CliValue[] | undefined {
  return value?.kind === 'object' && value.content?.kind === 'list' ? value.content.items : undefined
}
