import { isList } from '../../base/ps-text.ts'
import type { PsValue } from '../../base/ps-value.ts'

/** What a pipeline without output leaves behind: it reads as `$null`, and nothing goes through a pipe that begins with it. */
export const NOTHING: PsValue = Object.freeze([])

/** The values a pipe gets from one value: the elements of a list, else the value itself. */
export function enumerated(value: PsValue): readonly PsValue[] {
  return isList(value) ? value : [value]
}

/** What several values are as one: none, the only one, or a list. */
export function collapsed(values: readonly PsValue[]): PsValue {
  const [only] = values
  if (values.length === 0) return NOTHING
  return values.length === 1 && only !== undefined ? only : values
}
