import type { PsObject, PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import type { PolicyDefinition, PolicyInstance } from '../../domain/policy.ts'
import { shownValue } from '../../domain/policy.ts'
import type { Invocation } from '../cmdlet.ts'
import { managementError } from '../cmdlet.ts'
import { peopleInService } from '../guard.ts'
import { parsePolicyIdentity } from '../identity.ts'
import { toPs } from '../setting-values.ts'

/** The object of one instance, in the order of the definition. */
export function policyObject(definition: PolicyDefinition, instance: PolicyInstance): PsObject {
  const properties: (readonly [string, PsValue])[] = [['Identity', instance.identity]]
  for (const [name, setting] of Object.entries(definition.settings))
    properties.push([name, toPs(setting.type, shownValue(setting, instance, name))])
  return psObject(definition.typeName, properties, instance.identity)
}

/** Every instance: Global first, which exists always, then sites and services, then per-user ones by name. */
export function instancesOf(invocation: Invocation, noun: string): readonly PolicyInstance[] {
  const stored = invocation.ports.facts.policies(noun)
  const rank = (identity: string) => (identity === 'Global' ? 0 : identity.startsWith('Tag:') ? 2 : 1)
  const rest = stored.filter((one) => one.identity !== 'Global')
  return [globalOf(invocation, noun), ...rest].sort(
    (a, b) =>
      rank(a.identity) - rank(b.identity) || (a.identity.toLowerCase() < b.identity.toLowerCase() ? -1 : 1),
  )
}

function globalOf(invocation: Invocation, noun: string): PolicyInstance {
  return invocation.ports.facts.policy(noun, 'Global') ?? { noun, identity: 'Global', values: {} }
}

/** The instance that an identity names; writes the error where it does not exist. */
export function existing(
  invocation: Invocation,
  definition: PolicyDefinition,
  identity: string,
): PolicyInstance | undefined {
  const parsed = parsePolicyIdentity(identity)
  if (parsed?.scope === 'Global') return globalOf(invocation, definition.noun)
  const found = parsed && invocation.ports.facts.policy(definition.noun, parsed.text)
  if (found === undefined) {
    invocation.error(
      managementError(
        `Cannot find "${shortType(definition)}" "${parsed?.text ?? identity}" because it does not exist.`,
        'MissingItem',
        'InvalidData',
        identity,
      ),
    )
  }
  return found
}

/** The last word of the .NET type, as error messages name it. */
export function shortType(definition: PolicyDefinition): string {
  return definition.typeName.slice(definition.typeName.lastIndexOf('.') + 1)
}

/** The organisation-wide switch does not reach people with another policy, and says so (R10, DECISIONS 17). */
export function warnOfHidden(invocation: Invocation, definition: PolicyDefinition, identity: string): void {
  if (identity !== 'Global' || !definition.scopes.includes('Tag')) return
  const { facts } = invocation.ports
  const people = peopleInService(facts)
  const hidden = people.filter(
    (account) => facts.effectivePolicy(definition.noun, account.id).source !== 'Global',
  ).length
  if (hidden === 0) return
  invocation.warning(
    invocation.language === 'ja'
      ? `${people.length} 人のうち ${hidden} 人のユーザーには別のポリシーが有効です。Get-CsEffectivePolicy で確認してください。`
      : `${hidden} of ${people.length} users have another effective policy; see Get-CsEffectivePolicy`,
  )
}
