import { isList, psText } from '../base/ps-text.ts'
import type { PsTable, PsValue } from '../base/ps-value.ts'

/** `@{Add=…;Remove=…;Replace=…}` stays; a list, one value or `$null` is a replacement. */
export function listModifier(value: PsValue): PsTable {
  if (value !== null && typeof value === 'object' && !isList(value) && value.kind === 'table') {
    const verbs = value.entries.filter(
      ([key]) => typeof key === 'string' && /^(add|remove|replace)$/i.test(key),
    )
    if (verbs.length > 0 && verbs.length === value.entries.length) {
      return {
        kind: 'table',
        entries: verbs.map(([key, item]) => [capital(psText(key)), isList(item) ? item : [item]] as const),
      }
    }
  }
  const items = value === null ? [] : isList(value) ? value : [value]
  return { kind: 'table', entries: [['Replace', items]] }
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()
}
