import type { ListEdit } from '../../domain/list-edit.ts'
import type { Entry, PolicyDefinition, PolicyValue, Setting } from '../../domain/policy.ts'
import type { Bound, Invocation, Parameter } from '../cmdlet.ts'
import { fromPs, parameterType } from '../setting-values.ts'

/** One parameter for each setting; what is only kept warns when it is given. */
export function settingParameters(definition: PolicyDefinition): Record<string, Parameter> {
  return Object.fromEntries(
    Object.entries(definition.settings).map(([name, setting]) => [name, settingParameter(name, setting)]),
  )
}

function settingParameter(name: string, setting: Setting): Parameter {
  return {
    type: parameterType(setting.type),
    nullable: true,
    help: setting.help,
    ...(setting.acts
      ? {}
      : {
          withoutEffect: {
            en: `${name} is stored and shown, but Nightpost does not act on it.`,
            ja: `${name} は保存・表示されますが、Nightpost の動作には影響しません。`,
          },
        }),
  }
}

/** The values as they would be, and how lists get there. */
export interface ChangedValues {
  readonly values: Readonly<Record<string, PolicyValue>>
  readonly lists: Readonly<Record<string, readonly ListEdit[]>>
}

/** What the bound arguments make of the values; undefined after an error was written. */
export function changedValues(
  invocation: Invocation,
  definition: PolicyDefinition,
  from: Readonly<Record<string, PolicyValue>>,
  bound: Bound,
): ChangedValues | undefined {
  const values: Record<string, PolicyValue> = { ...from }
  const lists: Record<string, readonly ListEdit[]> = {}
  for (const [name, setting] of Object.entries(definition.settings)) {
    const given = bound[name]
    if (given === undefined) continue
    const value = fromPs(setting, given, values[name] ?? setting.default)
    if (!value.ok) {
      invocation.error({
        message: `Cannot process argument transformation on parameter '${name}'. ${value.error}`,
        category: 'InvalidData',
        fullyQualifiedErrorId: 'ParameterArgumentTransformationError',
        exception: 'System.Management.Automation.ParameterBindingArgumentTransformationException',
      })
      return undefined
    }
    values[name] = value.value.value
    if (value.value.edits) lists[name] = value.value.edits
  }
  warnOfEntries(invocation, definition, bound, values)
  return { values, lists }
}

/** A known entry with a value that cannot be read is kept, and its default holds: nobody should find that out later. */
function warnOfEntries(
  invocation: Invocation,
  definition: PolicyDefinition,
  bound: Bound,
  values: Readonly<Record<string, PolicyValue>>,
): void {
  if (bound.PolicyEntry === undefined || !Array.isArray(values.PolicyEntry)) return
  const entries = Object.entries<Entry>(definition.entries ?? {})
  for (const pair of values.PolicyEntry as readonly { Name: string; Value: string }[]) {
    const known = entries.find(([name]) => name.toLowerCase() === pair.Name.toLowerCase())
    if (known === undefined || known[1].parse(pair.Value.trim()) !== undefined) continue
    const [name, entry] = known
    invocation.warning(
      invocation.language === 'ja'
        ? `PolicyEntry ${name} の値 "${pair.Value}" は使用できません (${entry.form})。既定値が使われます。`
        : `PolicyEntry ${name} cannot be "${pair.Value}" (${entry.form}); its default is used.`,
    )
  }
}
