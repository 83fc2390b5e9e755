import { property } from '../../base/ps-value.ts'
import { wildcard } from '../../base/wildcard.ts'
import {
  allRules,
  changedRule,
  noRule,
  parentOf,
  placed,
  RULE_PARAMETERS,
  RULE_TYPE,
  ruleAt,
  ruleIdentity,
  ruleObject,
  rulePlace,
  rulesOf,
  storeRules,
} from '../client-version-rule.ts'
import type { Cmdlet, Parameter } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { isOwnTenant } from '../guard.ts'
import { ALL_READERS, FORCE, LOCAL_STORE, TENANT } from '../shared-parameters.ts'

const IDENTITY: Parameter = {
  type: { kind: 'identity' },
  position: 0,
  help: {
    en: 'Policy and GUID, for example Global/2336c611-a243-4c5d-994b-eea8a524d0e4.',
    ja: 'ポリシーと GUID です (例: Global/2336c611-a243-4c5d-994b-eea8a524d0e4)。',
  },
}

const get = defineCmdlet({
  name: 'Get-CsClientVersionPolicyRule',
  synopsis: {
    en: 'Lists the client version rules of all policies, or one of them.',
    ja: 'クライアント バージョンの規則を表示します。',
  },
  roles: ALL_READERS,
  defaultSet: 'Identity',
  outputTypes: [RULE_TYPE],
  parameters: {
    ...TENANT,
    Identity: { ...IDENTITY, sets: ['Identity'] },
    ...LOCAL_STORE,
    Filter: {
      type: { kind: 'string' },
      sets: ['Filter'],
      help: { en: 'Wildcards for the identity.', ja: 'Identity のワイルドカードです。' },
    },
  },
  async *run(invocation, { Identity, Filter, Tenant }) {
    if (!isOwnTenant(invocation, Tenant)) return
    if (typeof Identity === 'string') {
      const place = rulePlace(invocation, Identity, {})
      const policy = place && parentOf(invocation, place)
      const rule = policy && ruleAt(policy, place)
      if (rule !== undefined) yield ruleObject(rule)
      else if (policy !== undefined && place !== undefined) noRule(invocation, place)
      return
    }
    const fits = typeof Filter === 'string' ? wildcard(Filter) : () => true
    for (const rule of allRules(invocation))
      if (fits(ruleIdentity(rule.policy, rule.record))) yield ruleObject(rule)
  },
})

const create = defineCmdlet({
  name: 'New-CsClientVersionPolicyRule',
  synopsis: {
    en: 'Adds a rule that allows or blocks a client by user agent and version.',
    ja: 'クライアントの種類とバージョンで許可または拒否する規則を追加します。',
  },
  roles: ['CsAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Low',
  defaultSet: 'Identity',
  outputTypes: [RULE_TYPE],
  parameters: {
    ...TENANT,
    ...RULE_PARAMETERS,
    Identity: { ...IDENTITY, mandatory: true, sets: ['Identity'] },
    Parent: {
      type: { kind: 'string' },
      mandatory: true,
      sets: ['ParentAndRelativeKey'],
      help: { en: 'Identity of the policy.', ja: 'ポリシーの Identity です。' },
    },
    RuleId: {
      type: { kind: 'string' },
      mandatory: true,
      sets: ['ParentAndRelativeKey'],
      help: { en: 'A new GUID.', ja: '新しい GUID です。' },
    },
    InMemory: {
      type: { kind: 'switch' },
      help: { en: 'Returns the object and stores nothing.', ja: '保存せずにオブジェクトだけを返します。' },
    },
    ...FORCE,
  },
  async *run(invocation, bound) {
    if (!isOwnTenant(invocation, bound.Tenant)) return
    const place = rulePlace(invocation, bound.Identity, bound)
    const policy = place && parentOf(invocation, place)
    if (policy === undefined || place === undefined) return
    if (ruleAt(policy, place) !== undefined) {
      const identity = `${policy.identity}/${place.id}`
      invocation.error(
        managementError(
          `An item with the identity "${identity}" already exists.`,
          'ItemAlreadyExists',
          'ResourceExists',
          identity,
        ),
      )
      return
    }
    const record = changedRule(invocation, place.id, undefined, bound)
    if (record === undefined) return
    const put = (list: Parameters<typeof placed>[0]) => placed(list, record, bound.Priority)
    let rules = put(rulesOf(policy))
    if (bound.InMemory !== true) {
      if (!(await invocation.shouldProcess(ruleIdentity(policy, record)))) return
      rules = await storeRules(invocation, policy, put, place.id)
    }
    yield ruleObject({ policy, record, priority: rules.indexOf(record) })
  },
})

const set = defineCmdlet({
  name: 'Set-CsClientVersionPolicyRule',
  synopsis: { en: 'Changes one client version rule.', ja: 'クライアント バージョンの規則を変更します。' },
  roles: ['CsAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Low',
  defaultSet: 'Identity',
  parameters: {
    ...TENANT,
    ...RULE_PARAMETERS,
    Identity: { ...IDENTITY, mandatory: true, sets: ['Identity'] },
    ...FORCE,
    Instance: {
      type: { kind: 'object' },
      mandatory: true,
      pipeline: ['ByValue'],
      sets: ['Instance'],
      help: {
        en: 'An object of Get-, or of New- with -InMemory.',
        ja: 'Get-、または New- -InMemory で得たオブジェクトです。',
      },
    },
  },
  async run(invocation, bound) {
    if (!isOwnTenant(invocation, bound.Tenant)) return
    const identity = bound.Instance === undefined ? bound.Identity : property(bound.Instance, 'Identity')
    const place = rulePlace(invocation, identity ?? '', bound)
    const policy = place && parentOf(invocation, place)
    if (policy === undefined || place === undefined) return
    const rule = ruleAt(policy, place)
    // An object made in memory becomes a rule here (D17); a name alone must exist.
    if (rule === undefined && bound.Instance === undefined) return noRule(invocation, place)
    const record = changedRule(invocation, place.id, rule?.record, bound)
    if (record === undefined || !(await invocation.shouldProcess(ruleIdentity(policy, record)))) return
    await storeRules(invocation, policy, (list) => placed(list, record, bound.Priority), place.id)
  },
})

const remove = defineCmdlet({
  name: 'Remove-CsClientVersionPolicyRule',
  synopsis: { en: 'Deletes one client version rule.', ja: 'クライアント バージョンの規則を削除します。' },
  roles: ['CsAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Medium',
  parameters: {
    ...TENANT,
    Identity: { ...IDENTITY, mandatory: true, pipeline: ['ByPropertyName'] },
    ...FORCE,
  },
  async run(invocation, bound) {
    if (!isOwnTenant(invocation, bound.Tenant)) return
    const place = rulePlace(invocation, bound.Identity, bound)
    const policy = place && parentOf(invocation, place)
    if (policy === undefined || place === undefined) return
    const rule = ruleAt(policy, place)
    if (rule === undefined) return noRule(invocation, place)
    if (!(await invocation.shouldProcess(ruleIdentity(policy, rule.record)))) return
    const { RuleId } = rule.record
    await storeRules(invocation, policy, (list) => list.filter((one) => one.RuleId !== RuleId), place.id)
  },
})

/** Rules inside client version policies, one by one (cmdlets.md 1.1, rule identities). */
export const clientVersionRuleCmdlets: readonly Cmdlet[] = [get, create, set, remove]
