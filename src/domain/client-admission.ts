import { clientVersionConfiguration } from './policies/client-version-configuration.ts'
import { clientVersionPolicy } from './policies/client-version-policy.ts'
import { type PolicyInstance, policyValues } from './policy.ts'

/** May a client of this name sign in, and the address that an administrator wants it to be told. */
export type Admission =
  | { readonly kind: 'allowed'; readonly url: string | undefined }
  | { readonly kind: 'blocked'; readonly url: string | undefined }

type Rule = Readonly<Record<string, string | number | boolean | null>>

/** Operators by the sign of "what the client has, less what the rule says". */
const OPERATORS: Readonly<Record<string, (difference: number) => boolean>> = {
  EQL: (difference) => difference === 0,
  NEQ: (difference) => difference !== 0,
  GTR: (difference) => difference > 0,
  GEQ: (difference) => difference >= 0,
  LSS: (difference) => difference < 0,
  LEQ: (difference) => difference <= 0,
}

/**
 * The sign-in control of offline-im section 5: the first enabled rule that fits decides, in the order of the list; without one the
 * default action of the configuration; with checking off everybody may. A compatibility rule, not a security rule: clients name themselves.
 * @param policy effective CsClientVersionPolicy of the person
 * @param configuration effective CsClientVersionConfiguration
 */
export function admission(
  userAgent: string | undefined,
  policy: PolicyInstance,
  configuration: PolicyInstance,
): Admission {
  const { Enabled, DefaultAction, DefaultURL } = policyValues(clientVersionConfiguration, configuration)
  if (Enabled === false) return { kind: 'allowed', url: undefined }
  const rules = policyValues(clientVersionPolicy, policy).Rules as readonly Rule[]
  const rule = rules.find((one) => one.Enabled !== false && fits(one, userAgent ?? ''))
  return rule === undefined ? acted(DefaultAction, DefaultURL) : acted(rule.Action, rule.ActionUrl)
}

function acted(action: unknown, url: unknown): Admission {
  const told = typeof url === 'string' && /WithUrl$/.test(String(action)) ? url : undefined
  return { kind: String(action).startsWith('Block') ? 'blocked' : 'allowed', url: told }
}

/** Of the version only the numbers that the rule has are compared: `WM 5` is every 5.x. A rule without a name fits nobody. */
function fits(rule: Rule, userAgent: string): boolean {
  if (typeof rule.UserAgentFullName === 'string' && rule.UserAgentFullName !== '')
    return rule.UserAgentFullName.toLowerCase() === userAgent.trim().toLowerCase()
  if (typeof rule.UserAgent !== 'string' || rule.UserAgent === '') return false
  const given = versionOf(rule.UserAgent, userAgent)
  if (given === undefined) return false
  const wanted: number[] = []
  for (const name of ['MajorVersion', 'MinorVersion', 'BuildNumber', 'QfeNumber']) {
    const part = rule[name]
    if (typeof part !== 'number') break
    wanted.push(part)
  }
  if (wanted.length === 0) return true
  if (given.length === 0) return false
  let difference = 0
  for (const [at, part] of wanted.entries()) {
    difference = (given[at] ?? 0) - part
    if (difference !== 0) break
  }
  return (OPERATORS[String(rule.CompareOp)] ?? OPERATORS.EQL)?.(difference) === true
}

/** The numbers behind a product token `OC/16.0.7766.2047`; empty where they cannot be read, undefined where there is no such token. */
function versionOf(code: string, userAgent: string): readonly number[] | undefined {
  for (const token of userAgent.split(/[\s(;,)]+/)) {
    const slash = token.indexOf('/')
    if (slash < 0 || token.slice(0, slash).toLowerCase() !== code.toLowerCase()) continue
    const numbers = /^\d{1,9}(?:\.\d{1,9}){0,3}/.exec(token.slice(slash + 1))
    return numbers === null ? [] : numbers[0].split('.').map(Number)
  }
  return undefined
}
