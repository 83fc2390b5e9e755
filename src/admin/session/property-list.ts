import { isList, psText } from '../../base/ps-text.ts'
import { type PsObject, type PsScriptBlock, type PsValue, property } from '../../base/ps-value.ts'
import { hasWildcard, wildcard } from '../../base/wildcard.ts'
import { memberOf } from '../../codec/powershell/evaluate.ts'
import { collapsed, NOTHING } from '../../codec/powershell/values.ts'
import { openBlock, scriptError } from './block.ts'

/** One column as `-Property` of Select-, Sort- and Format- takes it: a name with wildcards, a block, or a table with Label and Expression. */
export interface Column {
  /** Header of a value that is worked out. */
  readonly label: string
  readonly pattern: string | undefined
  readonly compute: ((item: PsValue) => Promise<PsValue>) | undefined
  readonly descending: boolean | undefined
}

/** @throws TerminatingError for a table without an expression. */
export function columnsOf(given: PsValue | undefined): readonly Column[] {
  if (given === undefined || given === null) return []
  return (isList(given) ? given : [given]).map(columnOf)
}

function columnOf(value: PsValue): Column {
  if (isBlock(value))
    return { label: value.text.trim(), pattern: undefined, compute: computed(value), descending: undefined }
  if (value === null || typeof value !== 'object' || isList(value) || value.kind !== 'table')
    return named(psText(value))
  const expression = ['Expression', 'E'].map((key) => property(value, key)).find((one) => one !== undefined)
  if (expression === undefined)
    throw scriptError(
      'The table of a property needs a key Expression.',
      'DictionaryKeyUnknown',
      'InvalidArgument',
    )
  const label = ['Label', 'Name', 'L', 'N']
    .map((key) => property(value, key))
    .find((one) => one !== undefined)
  const descending = property(value, 'Descending')
  const inner = columnOf(expression)
  return {
    ...inner,
    label: label === undefined ? inner.label : psText(label),
    compute: inner.compute ?? ((item) => Promise.resolve(memberOf(item, inner.pattern ?? ''))),
    pattern: undefined,
    descending: typeof descending === 'boolean' ? descending : undefined,
  }
}

function isBlock(value: PsValue): value is PsScriptBlock {
  return value !== null && typeof value === 'object' && !isList(value) && value.kind === 'scriptBlock'
}

function named(name: string): Column {
  return { label: name, pattern: name, compute: undefined, descending: undefined }
}

function computed(block: PsScriptBlock): (item: PsValue) => Promise<PsValue> {
  const run = openBlock(block)
  return async (item) => {
    const value = collapsed(await run(item))
    return value === NOTHING ? null : value
  }
}

/** The chosen properties of an object, in the order of the columns; a name that matches nothing is there with `$null`, as in PowerShell. */
export async function chosenProperties(
  item: PsValue,
  columns: readonly Column[],
): Promise<Map<string, PsValue>> {
  const chosen = new Map<string, PsValue>()
  for (const { label, pattern, compute } of columns) {
    if (compute) chosen.set(label, await compute(item))
    else if (pattern !== undefined && hasWildcard(pattern)) {
      for (const [name, value] of propertiesOf(item)) if (wildcard(pattern)(name)) chosen.set(name, value)
    } else if (pattern !== undefined) chosen.set(spelled(item, pattern), memberOf(item, pattern))
  }
  return chosen
}

/** The name as the object spells it. */
function spelled(item: PsValue, name: string): string {
  const lower = name.toLowerCase()
  for (const [known] of propertiesOf(item)) if (known.toLowerCase() === lower) return known
  return name
}

/** Names and values as a person sees them: of an object, of a hash table, the length of a text. */
export function propertiesOf(item: PsValue): Iterable<readonly [string, PsValue]> {
  if (item === null) return []
  if (typeof item === 'string') return [['Length', item.length]]
  if (typeof item !== 'object' || isList(item)) return []
  if (item.kind === 'object') return item.properties
  return item.kind === 'table' ? item.entries.map(([key, value]) => [psText(key), value] as const) : []
}

/** A property bag, not a list, a plain value or a hash table. */
export function isObject(value: PsValue): value is PsObject {
  return value !== null && typeof value === 'object' && !isList(value) && value.kind === 'object'
}
