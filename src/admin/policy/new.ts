import type { PolicyDefinition, PolicyInstance } from '../../domain/policy.ts'
import type { Cmdlet, Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { isOwnTenant } from '../guard.ts'
import type { PolicyIdentity } from '../identity.ts'
import { parsePolicyIdentity } from '../identity.ts'
import { FORCE, TENANT } from '../shared-parameters.ts'
import { policyObject, shortType } from './instances.ts'
import { changedValues, settingParameters } from './values.ts'

/** Creates an instance; what is not given takes the defaults, not the values of Global (cmdlets.md section 2). */
export function newCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `New-${noun}`,
    synopsis: { en: `Creates one of the ${what.en}.`, ja: `${what.ja}を作成します。` },
    roles: ['CsAdministrator'],
    supportsShouldProcess: true,
    confirmImpact: 'Low',
    outputTypes: [definition.typeName],
    examples: definition.examples?.New ?? [],
    parameters: {
      ...TENANT,
      ...settingParameters(definition),
      Identity: {
        type: { kind: 'identity' },
        position: 0,
        mandatory: true,
        help: {
          en: 'Site:NAME or the name of a new policy.',
          ja: 'Site:名前、または新しいポリシーの名前です。',
        },
      },
      InMemory: {
        type: { kind: 'switch' },
        help: { en: 'Returns the object and stores nothing.', ja: '保存せずにオブジェクトだけを返します。' },
      },
      ...FORCE,
    },
    async *run(invocation, bound) {
      if (!isOwnTenant(invocation, bound.Tenant)) return
      const identity = creatable(invocation, definition, String(bound.Identity))
      if (identity === undefined) return
      const values = changedValues(invocation, definition, {}, bound)?.values
      if (values === undefined) return
      const policy: PolicyInstance = { noun, identity: identity.text, values }
      if (bound.InMemory !== true) {
        if (!(await invocation.shouldProcess(identity.text))) return
        await invocation.change([{ kind: 'putPolicy', policy }], {
          target: identity.text,
          before: null,
          after: values,
        })
      }
      yield policyObject(definition, policy)
    },
  })
}

/** Whether a new instance may have this identity; writes the error where it may not. */
function creatable(
  invocation: Invocation,
  definition: PolicyDefinition,
  text: string,
): PolicyIdentity | undefined {
  const { facts } = invocation.ports
  let identity = parsePolicyIdentity(text)
  const refuse = (message: string, id: string, category: 'InvalidArgument' | 'ResourceExists') => {
    invocation.error(managementError(message, id, category, text))
    return undefined
  }
  if (identity?.scope === 'Global') {
    return refuse(
      `A "${shortType(definition)}" at the global scope cannot be created: Global exists always. Use Set-${definition.noun}.`,
      'InvalidScope',
      'InvalidArgument',
    )
  }
  if (identity === undefined || !definition.scopes.includes(identity.scope) || !isName(identity.name)) {
    const forms = definition.scopes.filter((scope) => scope !== 'Global')
    return refuse(
      `"${text}" is no identity for a new "${shortType(definition)}". It takes ${forms.map((scope) => (scope === 'Tag' ? 'a name' : `${scope}:NAME`)).join(' or ')}.`,
      'InvalidIdentity',
      'InvalidArgument',
    )
  }
  if (identity.scope === 'Site') {
    const wanted = identity.name.toLowerCase()
    const site = facts.sites().find((one) => one.name.toLowerCase() === wanted)
    if (site === undefined) {
      const names = facts.sites().map((one) => `Site:${one.name}`)
      return refuse(
        `Cannot find the site "${identity.name}". The sites of the configuration are: ${names.join(', ')}.`,
        'UnknownSite',
        'InvalidArgument',
      )
    }
    identity = { scope: 'Site', name: site.name, text: `Site:${site.name}` }
  }
  if (facts.policy(definition.noun, identity.text) !== undefined) {
    return refuse(
      `An item with the identity "${identity.text}" already exists.`,
      'ItemAlreadyExists',
      'ResourceExists',
    )
  }
  return identity
}

/** What a name may be: no control characters, no separators of identities, and never the word that stands for everybody. */
function isName(name: string): boolean {
  return name.length <= 128 && !/[\p{Cc}/*?]|^global$/iu.test(name)
}
