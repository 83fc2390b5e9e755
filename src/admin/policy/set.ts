import type { PsValue } from '../../base/ps-value.ts'
import { property } from '../../base/ps-value.ts'
import type { PolicyDefinition, PolicyInstance } from '../../domain/policy.ts'
import { shownValue } from '../../domain/policy.ts'
import type { Bound, Cmdlet, Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { convert } from '../convert.ts'
import { isOwnTenant } from '../guard.ts'
import { fromPs, parameterType } from '../setting-values.ts'
import { FORCE, TENANT } from '../shared-parameters.ts'
import { existing, warnOfHidden } from './instances.ts'
import { changedValues, settingParameters } from './values.ts'

/** Changes only what is named; without an identity Global, and with an object what differs in it (cmdlets.md section 2). */
export function setCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `Set-${noun}`,
    synopsis: {
      en: `Changes one of the ${what.en}; Global when no identity is given.`,
      ja: `${what.ja}を変更します。Identity を省略すると Global を変更します。`,
    },
    roles: ['CsAdministrator'],
    supportsShouldProcess: true,
    confirmImpact: 'Low',
    defaultSet: 'Identity',
    examples: definition.examples?.Set ?? [],
    parameters: {
      ...TENANT,
      ...settingParameters(definition),
      Identity: {
        type: { kind: 'identity' },
        position: 0,
        sets: ['Identity'],
        help: {
          en: 'Global, Site:NAME or the name of a policy.',
          ja: 'Global、Site:名前、またはポリシーの名前です。',
        },
      },
      ...FORCE,
      Instance: {
        type: { kind: 'object' },
        pipeline: ['ByValue'],
        sets: ['Instance'],
        help: { en: 'An object of Get- or New-, changed.', ja: 'Get- または New- で得たオブジェクトです。' },
      },
    },
    async run(invocation, bound) {
      if (!isOwnTenant(invocation, bound.Tenant)) return
      const given = bound.Instance === undefined ? bound.Identity : property(bound.Instance, 'Identity')
      if (bound.Instance !== undefined && typeof given !== 'string') {
        invocation.error(
          managementError('The object given as -Instance has no Identity.', 'InvalidInstance', 'InvalidData'),
        )
        return
      }
      const identity = typeof given === 'string' ? given : 'Global'
      const before = existing(invocation, definition, identity)
      if (before === undefined) return
      const fromInstance = instanceArguments(invocation, definition, before, bound.Instance)
      if (fromInstance === undefined) return
      const changed = changedValues(invocation, definition, before.values, { ...fromInstance, ...bound })
      if (changed === undefined || !(await invocation.shouldProcess(before.identity))) return
      const { values, lists } = changed
      const named = Object.fromEntries(
        Object.entries(values).filter(([name, value]) => value !== before.values[name] && !(name in lists)),
      )
      await invocation.change([{ kind: 'patchPolicy', policy: { ...before, values: named }, lists }], {
        target: before.identity,
        before: before.values,
        after: values,
      })
      warnOfHidden(invocation, definition, before.identity)
    },
  })
}

/** Properties of the object that differ from what is stored; undefined after an error was written. */
function instanceArguments(
  invocation: Invocation,
  definition: PolicyDefinition,
  stored: PolicyInstance,
  instance: PsValue | undefined,
): Bound | undefined {
  const different: Record<string, PsValue> = {}
  if (instance === undefined) return different
  for (const [name, setting] of Object.entries(definition.settings)) {
    const given = property(instance, name)
    if (given === undefined) continue
    const shown = shownValue(setting, stored, name)
    if (given === null) {
      if (shown !== null) different[name] = null
      continue
    }
    const converted = convert(parameterType(setting.type), given)
    if (!converted.ok) {
      invocation.error({
        message: `Cannot process argument transformation on parameter 'Instance', property ${name}. ${converted.error}`,
        category: 'InvalidData',
        fullyQualifiedErrorId: 'ParameterArgumentTransformationError',
        exception: 'System.Management.Automation.ParameterBindingArgumentTransformationException',
      })
      return undefined
    }
    const value = fromPs(setting, converted.value, shown)
    if (!value.ok || JSON.stringify(value.value.value) !== JSON.stringify(shown))
      different[name] = converted.value
  }
  return different
}
