import type { PsValue } from '../../base/ps-value.ts'
import type { PolicyDefinition } from '../../domain/policy.ts'
import type { Bound, Cmdlet, Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { demandOneOf, isOwnTenant, mayChange, usersNamed } from '../guard.ts'
import { parsePolicyIdentity } from '../identity.ts'
import { DOMAIN_CONTROLLER, PASS_THRU, TENANT, USER_IDENTITY_HELP } from '../shared-parameters.ts'
import { userObject } from '../user-object.ts'

/** Grant- of one policy: to users, or to the whole organisation where no identity is given (cmdlets.md section 2). */
export function grantCmdlet(definition: PolicyDefinition): Cmdlet {
  const { noun, what } = definition
  return defineCmdlet({
    name: `Grant-${noun}`,
    synopsis: {
      en: `Assigns one of the ${what.en} to users; $null takes it away.`,
      ja: `${what.ja}をユーザーに割り当てます。$null で解除します。`,
    },
    roles: ['CsAdministrator', 'CsUserAdministrator'],
    supportsShouldProcess: true,
    confirmImpact: 'Low',
    defaultSet: 'Identity',
    examples: definition.examples?.Grant ?? [],
    parameters: {
      Identity: {
        type: { kind: 'user' },
        position: 0,
        sets: ['Identity'],
        pipeline: ['ByValue', 'ByPropertyName'],
        yieldsPosition: true,
        help: USER_IDENTITY_HELP,
      },
      PolicyName: {
        type: { kind: 'string' },
        position: 1,
        mandatory: true,
        nullable: true,
        help: {
          en: 'Name of a per-user policy; $null takes the assignment away.',
          ja: 'ユーザー単位のポリシーの名前。$null で割り当てを解除します。',
        },
      },
      ...TENANT,
      ...DOMAIN_CONTROLLER,
      ...PASS_THRU,
      Global: {
        type: { kind: 'switch' },
        mandatory: true,
        sets: ['GrantToTenant'],
        help: { en: 'For the whole organisation.', ja: '組織全体に割り当てます。' },
      },
    },
    async *run(invocation, bound) {
      if (!isOwnTenant(invocation, bound.Tenant)) return
      const policy = policyToGrant(invocation, definition, bound.PolicyName ?? null)
      if (policy === undefined) return
      if (bound.Identity === undefined) await grantToTenant(invocation, noun, policy)
      else yield* grantToUsers(invocation, noun, policy, bound)
    },
  })
}

/** The identity that is assigned, null to clear, undefined after the error was written. */
function policyToGrant(
  invocation: Invocation,
  definition: PolicyDefinition,
  name: PsValue,
): string | null | undefined {
  if (name === null || name === '') return null
  const given = String(name)
  const identity = parsePolicyIdentity(given)
  const found =
    identity?.scope === 'Tag' ? invocation.ports.facts.policy(definition.noun, identity.text) : undefined
  if (found !== undefined) return found.identity
  invocation.error(
    managementError(
      `Policy "${given}" is not a user policy. You can assign only a user policy to a specific user.`,
      'InvalidPolicy',
      'NotSpecified',
      given,
    ),
  )
  return undefined
}

async function grantToTenant(invocation: Invocation, noun: string, policy: string | null): Promise<void> {
  demandOneOf(invocation, ['CsAdministrator'], 'assign a policy to the whole organisation')
  const before = invocation.ports.facts.tenantGrant(noun) ?? null
  if (!(await invocation.shouldProcess('Tenant')) || before === policy) return
  await invocation.change([{ kind: 'grantTenant', noun, policy }], {
    target: 'Tenant',
    before: { [noun]: before },
    after: { [noun]: policy },
  })
}

async function* grantToUsers(
  invocation: Invocation,
  noun: string,
  policy: string | null,
  bound: Bound,
): AsyncGenerator<PsValue, void, undefined> {
  const { facts } = invocation.ports
  for (const account of usersNamed(invocation, String(bound.Identity), 'users', 'change')) {
    if (!mayChange(invocation, account) || !(await invocation.shouldProcess(account.displayName))) continue
    const before = facts.grant(noun, account.id) ?? null
    if (before !== policy) {
      await invocation.change([{ kind: 'grant', noun, id: account.id, policy }], {
        target: account.upn,
        before: { [noun]: before },
        after: { [noun]: policy },
      })
    }
    if (bound.PassThru === true) yield userObject({ facts, account, grants: { [noun]: policy } }, 'granted')
  }
}
