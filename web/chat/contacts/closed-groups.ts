import { useSignal } from '@preact/signals'
import { keep, kept } from '../../kept.ts'

/**
 * Which groups are closed, kept on this device for this person.
 * @returns the closed ones, and how to open (`true`) or close one
 */
export function useClosedGroups(
  sip: string,
): readonly [ReadonlySet<string>, (group: string, open: boolean) => void] {
  const name = `closed-groups.${sip}`
  const closed = useSignal<ReadonlySet<string>>(read(name))
  const setOpen = (group: string, open: boolean): void => {
    const next = new Set(closed.value)
    if (open) next.delete(group)
    else next.add(group)
    closed.value = next
    keep(name, next.size === 0 ? undefined : JSON.stringify([...next]))
  }
  return [closed.value, setOpen]
}

function read(name: string): ReadonlySet<string> {
  try {
    const value: unknown = JSON.parse(kept(name) ?? '[]')
    return new Set(Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])
  } catch {
    return new Set()
  }
}
