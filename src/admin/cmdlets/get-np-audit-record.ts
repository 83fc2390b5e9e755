import type { Facts } from '../../actions/ports/facts.ts'
import type { AuditRecord } from '../../actions/ports/ledger.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import { POLICIES } from '../../domain/policies/index.ts'
import { after } from '../../domain/time.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { findUsers, parsePolicyIdentity } from '../identity.ts'
import { LAST, lastMs } from '../last.ts'

const TYPE = 'Nightpost.AuditRecord'

export const getNpAuditRecord = defineCmdlet({
  name: 'Get-NpAuditRecord',
  synopsis: {
    en: 'Shows who ran which command and what it changed.',
    ja: '誰がどのコマンドを実行し、何を変更したかを表示します。',
  },
  roles: ['CsAdministrator', 'CsViewOnlyAdministrator'],
  outputTypes: [TYPE],
  parameters: {
    Last: LAST,
    Cmdlet: {
      type: { kind: 'string' },
      help: { en: 'Only this command.', ja: 'このコマンドの記録だけを返します。' },
    },
    Who: {
      type: { kind: 'string' },
      help: { en: 'Only what this person did.', ja: 'この人の記録だけを返します。' },
    },
    TargetObject: {
      type: { kind: 'string' },
      help: { en: 'Only changes of this object.', ja: 'このオブジェクトの変更だけを返します。' },
    },
  },
  async *run(invocation, bound) {
    const last = lastMs(invocation, bound.Last)
    if (last === undefined) return
    const { audit, clock, facts } = invocation.ports
    const query = {
      ...(Number.isFinite(last) ? { since: after(clock.now(), -last) } : {}),
      ...(typeof bound.Cmdlet === 'string' ? { cmdlet: bound.Cmdlet } : {}),
      ...(typeof bound.Who === 'string' ? { who: nameOnRecord(facts, bound.Who) } : {}),
      ...(typeof bound.TargetObject === 'string'
        ? { targetObject: nameOnRecord(facts, bound.TargetObject) }
        : {}),
    }
    for await (const record of audit.find(query)) yield recordObject(record)
  },
})

/** Records name people by user principal name and policies with their scope; administrators type what they know. */
function nameOnRecord(facts: Facts, text: string): string {
  const { accounts } = findUsers(facts, text)
  const [account] = accounts
  if (account !== undefined && accounts.length === 1) return account.upn
  const identity = parsePolicyIdentity(text)?.text ?? text
  return POLICIES.some(({ noun }) => facts.policy(noun, identity) !== undefined) ? identity : text
}

function recordObject(record: AuditRecord): PsValue {
  return psObject(
    TYPE,
    [
      ['Number', record.number],
      ['Time', { kind: 'date', ms: record.time }],
      ['Who', record.who],
      ['Role', record.role],
      ['From', record.from],
      ['Door', record.door],
      ['Invocation', record.invocation],
      ['Cmdlet', record.cmdlet],
      ['Parameters', tree(record.parameters)],
      ['TargetObject', record.targetObject],
      ['Before', tree(record.before)],
      ['After', tree(record.after)],
      ['Result', record.result],
      ['Node', record.node],
      ['Hash', record.hash],
    ],
    `${record.number} ${record.cmdlet}`,
  )
}

/** JSON of a record as objects. */
function tree(value: unknown): PsValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(tree)
  const entries = Object.entries(value).map(([name, one]): readonly [string, PsValue] => [name, tree(one)])
  return psObject('System.Management.Automation.PSCustomObject', entries)
}
