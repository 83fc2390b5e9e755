import type { Bound, Cmdlet } from './cmdlet.ts'

/** Parameter sets of a cmdlet; `''` where it has none. */
export function setNames(cmdlet: Cmdlet): readonly string[] {
  const names = new Set<string>()
  for (const parameter of Object.values(cmdlet.parameters))
    for (const set of parameter.sets ?? []) names.add(set)
  return names.size === 0 ? [''] : [...names]
}

/** Of these sets, those that have every parameter that was given. */
export function possibleSets(
  cmdlet: Cmdlet,
  sets: readonly string[],
  given: Iterable<string>,
): readonly string[] {
  let left = sets
  for (const name of given) {
    const own = cmdlet.parameters[name]?.sets
    if (own !== undefined) left = left.filter((set) => own.includes(set))
  }
  return left
}

/** The default set where it is possible and whole, else the first that is whole, else the default. */
export function chooseSet(cmdlet: Cmdlet, bound: Bound, sets: readonly string[]): string {
  const preferred =
    cmdlet.defaultSet !== undefined && sets.includes(cmdlet.defaultSet) ? cmdlet.defaultSet : sets[0]
  const order = [preferred ?? '', ...sets]
  return order.find((set) => missingIn(cmdlet, bound, set).length === 0) ?? preferred ?? ''
}

/** Mandatory parameters of a set that are not bound. */
export function missingIn(cmdlet: Cmdlet, bound: Bound, set: string): readonly string[] {
  return Object.entries(cmdlet.parameters).flatMap(([name, parameter]) =>
    parameter.mandatory === true &&
    !(name in bound) &&
    (parameter.sets === undefined || parameter.sets.includes(set))
      ? [name]
      : [],
  )
}
