import type { Ledger } from '../actions/ports/ledger.ts'
import type { PsObject, PsValue } from '../base/ps-value.ts'
import { property, psObject } from '../base/ps-value.ts'
import { clientVersionPolicy } from '../domain/policies/client-version-policy.ts'
import type { PolicyInstance } from '../domain/policy.ts'
import { shownValue } from '../domain/policy.ts'
import type { Bound, Invocation, Parameter } from './cmdlet.ts'
import { managementError } from './cmdlet.ts'
import { parsePolicyIdentity } from './identity.ts'
import { instancesOf } from './policy/instances.ts'
import type { StoredRecord } from './setting-values.ts'
import { parameterType, recordObject, recordOf, storedRecords } from './setting-values.ts'

const { settings, noun } = clientVersionPolicy
export const RULE_TYPE = `${settings.Rules.type.typeName}#Decorated`

/** One rule and the policy that holds it; its priority is its place. */
export interface Rule {
  readonly policy: PolicyInstance
  readonly priority: number
  readonly record: StoredRecord
}

export function rulesOf(policy: PolicyInstance): readonly StoredRecord[] {
  return storedRecords(shownValue(settings.Rules, policy, 'Rules'))
}

/** Every rule of every policy, in the order in which they are tried. */
export function allRules(invocation: Invocation): readonly Rule[] {
  return instancesOf(invocation, noun).flatMap((policy) =>
    rulesOf(policy).map((record, priority) => ({ policy, priority, record })),
  )
}

export function ruleIdentity(policy: Pick<PolicyInstance, 'identity'>, record: StoredRecord): string {
  return `${policy.identity}/${record.RuleId}`
}

/** A rule as its cmdlets show it: with its identity and priority. */
export function ruleObject({ policy, priority, record }: Rule): PsObject {
  const identity = ruleIdentity(policy, record)
  const shown = recordObject(settings.Rules.type, record)
  return psObject(RULE_TYPE, [['Identity', identity], ['Priority', priority], ...shown.properties], identity)
}

/** Where a rule is or is to be: the policy's identity and the rule's identifier. */
export interface RulePlace {
  readonly parent: string
  readonly id: string
}

/** Reads `Global/<guid>`, or `-Parent` and `-RuleId`. Writes the error itself. */
export function rulePlace(
  invocation: Invocation,
  identity: PsValue | undefined,
  bound: Bound,
): RulePlace | undefined {
  const text = typeof identity === 'string' ? identity : `${bound.Parent ?? ''}/${bound.RuleId ?? ''}`
  const match = /^(.+)\/\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(text.trim())
  const parent = match && parsePolicyIdentity(match[1] ?? '')
  if (match && parent) return { parent: parent.text, id: (match[2] ?? '').toLowerCase() }
  invocation.error(
    managementError(
      `"${text}" is no identity of a client version rule. Write the policy and a GUID: Global/2336c611-a243-4c5d-994b-eea8a524d0e4.`,
      'InvalidIdentity',
      'InvalidArgument',
      text,
    ),
  )
  return undefined
}

/** The policy that holds, or is to hold, a rule. Writes the error itself. */
export function parentOf(invocation: Invocation, { parent }: RulePlace): PolicyInstance | undefined {
  const policy = instancesOf(invocation, noun).find(
    ({ identity }) => identity.toLowerCase() === parent.toLowerCase(),
  )
  if (policy === undefined) {
    invocation.error(
      managementError(
        `Cannot find "ClientVersionPolicy" "${parent}" because it does not exist.`,
        'MissingItem',
        'InvalidData',
        parent,
      ),
    )
  }
  return policy
}

/** The rule at a place; undefined when there is none. */
export function ruleAt(policy: PolicyInstance, { id }: RulePlace): Rule | undefined {
  const rules = rulesOf(policy)
  const priority = rules.findIndex((record) => String(record.RuleId).toLowerCase() === id)
  const record = rules[priority]
  return record === undefined ? undefined : { policy, priority, record }
}

export function noRule(invocation: Invocation, { parent, id }: RulePlace): void {
  const identity = `${parent}/${id}`
  invocation.error(
    managementError(
      `Cannot find "Rule" "${identity}" because it does not exist.`,
      'MissingItem',
      'InvalidData',
      identity,
    ),
  )
}

/** One parameter for each column that may be given, and the priority. */
export const RULE_PARAMETERS: Readonly<Record<string, Parameter>> = Object.fromEntries([
  ...Object.entries(settings.Rules.type.columns)
    .filter(([name]) => name !== 'RuleId')
    .map(([name, column]): [string, Parameter] => [
      name,
      {
        type: parameterType(column.type),
        nullable: true,
        help: { en: `${name} of the rule.`, ja: `規則の ${name} です。` },
      },
    ]),
  [
    'Priority',
    {
      type: { kind: 'integer', bits: 32, min: 0 },
      help: { en: 'Place in the list; 0 is tried first.', ja: '一覧での順位。0 が最初です。' },
    } satisfies Parameter,
  ],
])

/** What the arguments and the object make of a rule; undefined after the error was written. */
export function changedRule(
  invocation: Invocation,
  id: string,
  before: StoredRecord | undefined,
  bound: Bound,
): StoredRecord | undefined {
  const { type } = settings.Rules
  const given: (readonly [string, PsValue])[] = Object.keys(type.columns).flatMap((name) => {
    if (name === 'RuleId') return [[name, id] as const]
    const value = bound[name] ?? (bound[name] === null ? null : undefined)
    const old = bound.Instance === undefined ? before?.[name] : property(bound.Instance, name)
    const chosen = value === undefined ? old : value
    return chosen === undefined ? [] : [[name, chosen] as const]
  })
  const record = recordOf(type, psObject(type.typeName, given))
  const refuse = (message: string) => {
    invocation.error({ ...managementError(message, 'InvalidRule', 'InvalidData', id) })
    return undefined
  }
  if (!record.ok) return refuse(record.error)
  const { Action, ActionUrl } = record.value
  if (/WithUrl$/.test(String(Action)) && !ActionUrl)
    return refuse(`The action ${Action} needs an address: add -ActionUrl.`)
  return record.value
}

/** Changes of rules wait for each other: each is made of the list as the one before left it. */
const turns = new WeakMap<Ledger, Promise<unknown>>()

/**
 * Changes the list of a policy and commits it: the next rule of a pipeline, or of another administrator, must see it.
 * @param change makes the new list of the one that is stored when its turn comes
 * @returns the new list
 */
export function storeRules(
  invocation: Invocation,
  policy: PolicyInstance,
  change: (rules: readonly StoredRecord[]) => readonly StoredRecord[],
  id: string,
): Promise<readonly StoredRecord[]> {
  const { ledger } = invocation.ports
  const stored = (turns.get(ledger) ?? Promise.resolve()).then(() => storeNow(invocation, policy, change, id))
  turns.set(
    ledger,
    stored.catch(() => undefined), // whoever waits next begins anew; the failure is this caller's
  )
  return stored
}

async function storeNow(
  invocation: Invocation,
  { identity }: PolicyInstance,
  change: (rules: readonly StoredRecord[]) => readonly StoredRecord[],
  id: string,
): Promise<readonly StoredRecord[]> {
  const now = invocation.ports.facts.policy(noun, identity) ?? { noun, identity, values: {} }
  const before = rulesOf(now)
  const rules = change(before)
  const find = (list: readonly StoredRecord[]) =>
    list.find((record) => String(record.RuleId).toLowerCase() === id) ?? null
  await invocation.change([{ kind: 'patchPolicy', policy: { noun, identity, values: { Rules: rules } } }], {
    target: `${identity}/${id}`,
    before: find(before),
    after: find(rules),
  })
  await invocation.flush()
  return rules
}

/** Puts a rule at its priority; at its old place, or at the end, where none is given. */
export function placed(
  rules: readonly StoredRecord[],
  record: StoredRecord,
  priority: PsValue | undefined,
): readonly StoredRecord[] {
  const old = rules.findIndex(({ RuleId }) => RuleId === record.RuleId)
  const others = rules.filter(({ RuleId }) => RuleId !== record.RuleId)
  const place = typeof priority === 'number' ? priority : old < 0 ? others.length : old
  return others.toSpliced(Math.min(place, others.length), 0, record)
}
