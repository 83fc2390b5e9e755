import type { PsObject, PsValue } from '../base/ps-value.ts'
import { property, psObject } from '../base/ps-value.ts'
import { wildcard } from '../base/wildcard.ts'
import type { Entry, PolicyDefinition, PolicyInstance, PolicyValue, Setting } from '../domain/policy.ts'
import { shownValue } from '../domain/policy.ts'
import type { Bound, Cmdlet, Invocation, Parameter } from './cmdlet.ts'
import { defineCmdlet, managementError } from './cmdlet.ts'
import { convert } from './convert.ts'
import { isOwnTenant, peopleInService } from './guard.ts'
import type { PolicyIdentity } from './identity.ts'
import { parsePolicyIdentity } from './identity.ts'
import { grantCmdlet } from './policy-grant.ts'
import { fromPs, parameterType, toPs } from './setting-values.ts'
import { ALL_READERS, FORCE, LOCAL_STORE, TENANT } from './shared-parameters.ts'

/** Get-, Set-, New-, Remove- and, for policies that users can have, Grant- of one definition. */
export function policyCmdlets(definition: PolicyDefinition): readonly Cmdlet[] {
  const five = [getCmdlet(definition), setCmdlet(definition), newCmdlet(definition), removeCmdlet(definition)]
  return definition.scopes.includes('Tag') ? [...five, grantCmdlet(definition)] : five
}

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

function shortType(definition: PolicyDefinition): string {
  return definition.typeName.slice(definition.typeName.lastIndexOf('.') + 1)
}

function getCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `Get-${noun}`,
    synopsis: { en: `Shows the ${what.en}.`, ja: `${what.ja}を表示します。` },
    roles: ALL_READERS,
    defaultSet: 'Identity',
    outputTypes: [definition.typeName],
    parameters: {
      ...TENANT,
      Identity: {
        type: { kind: 'identity' },
        position: 0,
        sets: ['Identity'],
        help: {
          en: 'Global, Site:NAME or the name of a policy.',
          ja: 'Global、Site:名前、またはポリシーの名前です。',
        },
      },
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
    async *run(invocation, { Identity, Filter, Tenant }) {
      if (!isOwnTenant(invocation, Tenant)) return
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

/** One parameter for each setting; what is only kept warns when it is given. */
function settingParameters(definition: PolicyDefinition): Record<string, Parameter> {
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

/** What the bound arguments make of the values; undefined after an error was written. */
function changedValues(
  invocation: Invocation,
  definition: PolicyDefinition,
  from: Readonly<Record<string, PolicyValue>>,
  bound: Bound,
): Readonly<Record<string, PolicyValue>> | undefined {
  const values: Record<string, PolicyValue> = { ...from }
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
    values[name] = value.value
  }
  warnOfEntries(invocation, definition, bound, values)
  return values
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

function newCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `New-${noun}`,
    synopsis: { en: `Creates one of the ${what.en}.`, ja: `${what.ja}を作成します。` },
    roles: ['CsAdministrator'],
    supportsShouldProcess: true,
    confirmImpact: 'Low',
    outputTypes: [definition.typeName],
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
      const values = changedValues(invocation, definition, {}, bound)
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
export function creatable(
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

/** What a name may be: no control characters, no separators of identities. */
function isName(name: string): boolean {
  return name.length <= 128 && !/[\p{Cc}/*?]/u.test(name)
}

function setCmdlet(definition: PolicyDefinition): Cmdlet {
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
      const values = changedValues(invocation, definition, before.values, { ...fromInstance, ...bound })
      if (values === undefined || !(await invocation.shouldProcess(before.identity))) return
      await invocation.change([{ kind: 'putPolicy', policy: { ...before, values } }], {
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
    if (!value.ok || JSON.stringify(value.value) !== JSON.stringify(shown)) different[name] = converted.value
  }
  return different
}

/** The organisation-wide switch does not reach people with another policy, and says so (R10, DECISIONS 17). */
function warnOfHidden(invocation: Invocation, definition: PolicyDefinition, identity: string): void {
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

function removeCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `Remove-${noun}`,
    synopsis: {
      en: `Removes one of the ${what.en}; Global goes back to its defaults.`,
      ja: `${what.ja}を削除します。Global は既定値に戻ります。`,
    },
    roles: ['CsAdministrator'],
    supportsShouldProcess: true,
    confirmImpact: 'Medium',
    parameters: {
      ...TENANT,
      Identity: {
        type: { kind: 'identity' },
        position: 0,
        mandatory: true,
        pipeline: ['ByPropertyName'],
        help: {
          en: 'Global, Site:NAME or the name of a policy.',
          ja: 'Global、Site:名前、またはポリシーの名前です。',
        },
      },
      ...FORCE,
    },
    async run(invocation, { Identity, Tenant }) {
      if (!isOwnTenant(invocation, Tenant)) return
      const policy = existing(invocation, definition, String(Identity))
      if (policy === undefined) return
      const { identity, values: before } = policy
      if (!(await invocation.shouldProcess(identity))) return
      if (identity === 'Global') {
        await invocation.change([{ kind: 'putPolicy', policy: { ...policy, values: {} } }], {
          target: identity,
          before,
          after: {},
        })
        warnOfHidden(invocation, definition, identity)
        return
      }
      if (!(await releaseHolders(invocation, definition, identity))) return
      await invocation.change([{ kind: 'removePolicy', noun, identity }], {
        target: identity,
        before,
        after: null,
      })
    },
  })
}

/** A policy that people hold is taken from them first, so that a later one of the same name is not theirs (cmdlets.md section 2). */
async function releaseHolders(
  invocation: Invocation,
  definition: PolicyDefinition,
  identity: string,
): Promise<boolean> {
  const { facts } = invocation.ports
  const { noun } = definition
  if (!identity.startsWith('Tag:')) return true
  const same = (name: string | undefined) => name?.toLowerCase() === identity.toLowerCase()
  const holders = [...facts.accounts()].filter((account) => same(facts.grant(noun, account.id)))
  const tenant = same(facts.tenantGrant(noun))
  if (holders.length === 0 && !tenant) return true
  const who = tenant ? 'the whole organisation' : `${holders.length} user${holders.length === 1 ? '' : 's'}`
  const question = `The policy "${identity}" is still assigned to ${who}. If you remove it, they fall back to another policy. Remove it?`
  if (!(await invocation.shouldContinue(question, `Remove-${noun}`))) return false
  for (const holder of holders) {
    await invocation.change([{ kind: 'grant', noun, id: holder.id, policy: null }], {
      target: holder.upn,
      before: { [noun]: identity },
      after: { [noun]: null },
    })
  }
  if (tenant) {
    await invocation.change([{ kind: 'grantTenant', noun, policy: null }], {
      target: 'Tenant',
      before: { [noun]: identity },
      after: { [noun]: null },
    })
  }
  return true
}
