import { wildcard } from '../../base/wildcard.ts'
import type { PolicyDefinition } from '../../domain/policy.ts'
import type { Cmdlet, Parameter } from '../cmdlet.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { isOwnTenant, usersNamed } from '../guard.ts'
import { ALL_READERS, LOCAL_STORE, TENANT } from '../shared-parameters.ts'
import { existing, instancesOf, policyObject } from './instances.ts'

/** Parameters of the hosted generation: which policies a person may get. */
const HOSTED: Readonly<Record<string, Parameter>> = {
  Include: {
    type: {
      kind: 'enum',
      typeName: 'Microsoft.Rtc.Management.AD.PolicyFilter',
      values: ['Automatic', 'All', 'SubscriptionDefaults', 'TenantDefinedOnly'],
    },
    help: { en: 'Accepted; all policies are shown.', ja: '受け付けます。すべてのポリシーが表示されます。' },
  },
  ApplicableTo: {
    type: { kind: 'user' },
    help: { en: 'Policies that this user may get.', ja: 'このユーザーに割り当てられるポリシーです。' },
  },
}

/** Every instance, one by identity, or those whose identity fits a wildcard (cmdlets.md 1.1). */
export function getCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `Get-${noun}`,
    synopsis: { en: `Shows the ${what.en}.`, ja: `${what.ja}を表示します。` },
    roles: ALL_READERS,
    defaultSet: 'Identity',
    outputTypes: [definition.typeName],
    examples: definition.examples?.Get ?? [],
    parameters: {
      ...TENANT,
      Identity: {
        type: { kind: 'identity' },
        position: 0,
        // Not in the original; PowerShell users pipe names everywhere.
        pipeline: ['ByValue'],
        sets: ['Identity'],
        help: {
          en: 'Global, Site:NAME or the name of a policy.',
          ja: 'Global、Site:名前、またはポリシーの名前です。',
        },
      },
      ...(definition.hosted ? HOSTED : {}),
      ...LOCAL_STORE,
      Filter: {
        type: { kind: 'string' },
        sets: ['Filter'],
        help: {
          en: 'Wildcards for the identity, for example "tag:*".',
          ja: 'Identity のワイルドカードです (例: "tag:*")。',
        },
      },
    },
    async *run(invocation, { Identity, Filter, Tenant, ApplicableTo }) {
      if (!isOwnTenant(invocation, Tenant)) return
      // Every policy of an organisation of one's own may be given to everybody: the person only has to exist.
      if (
        typeof ApplicableTo === 'string' &&
        usersNamed(invocation, ApplicableTo, 'users', 'read').length === 0
      )
        return
      if (typeof Identity === 'string' && Identity !== '') {
        const found = existing(invocation, definition, Identity)
        if (found !== undefined) yield policyObject(definition, found)
        return
      }
      const fits = typeof Filter === 'string' ? wildcard(Filter) : () => true
      for (const instance of instancesOf(invocation, noun))
        if (fits(instance.identity)) yield policyObject(definition, instance)
    },
  })
}
