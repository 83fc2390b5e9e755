import type { PolicyValue } from './policy.ts'

/** One of a policy's list. */
export type ListItem = string | Readonly<Record<string, string | number | boolean | null>>

/**
 * `@{Add=…}`, `@{Remove=…}`, `@{Replace=…}` of a list parameter (cmdlets.md section 2): a change of the list as it is when its turn comes,
 * so that two administrators who add at once both add.
 */
export interface ListEdit {
  readonly verb: 'Add' | 'Remove' | 'Replace'
  /** The column that names an object of the list; undefined: texts, which name themselves. */
  readonly key: string | undefined
  readonly items: readonly ListItem[]
}

/** A name stands once, without regard to case: adding it again changes its object and puts it at the end. */
export function editList(current: PolicyValue, edits: readonly ListEdit[]): readonly ListItem[] {
  let list: readonly ListItem[] = Array.isArray(current) ? (current as readonly ListItem[]) : []
  for (const { verb, key, items } of edits) {
    const names = new Set(items.map((item) => nameOf(item, key)))
    const others = verb === 'Replace' ? [] : list.filter((item) => !names.has(nameOf(item, key)))
    list = verb === 'Remove' ? others : [...others, ...items]
  }
  return list
}

function nameOf(item: ListItem, key: string | undefined): string {
  const name = typeof item === 'string' || key === undefined ? item : item[key]
  return String(name).toLowerCase()
}
