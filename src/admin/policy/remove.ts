import type { PolicyDefinition } from '../../domain/policy.ts'
import type { Cmdlet, Invocation } from '../cmdlet.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { isOwnTenant } from '../guard.ts'
import { FORCE, TENANT } from '../shared-parameters.ts'
import { existing, warnOfHidden } from './instances.ts'

/** Deletes an instance; Global stays and goes back to its defaults (cmdlets.md section 2). */
export function removeCmdlet(definition: PolicyDefinition): Cmdlet {
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
    examples: definition.examples?.Remove ?? [],
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
  const question =
    invocation.language === 'ja'
      ? `ポリシー "${identity}" は${tenant ? '組織全体' : ` ${holders.length} 人のユーザー`}に割り当てられています。削除すると別のポリシーが適用されます。削除しますか?`
      : `The policy "${identity}" is still assigned to ${tenant ? 'the whole organisation' : `${holders.length} user${holders.length === 1 ? '' : 's'}`}. If you remove it, they fall back to another policy. Remove it?`
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
