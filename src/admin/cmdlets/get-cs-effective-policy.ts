import type { PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { distinguishedName, withoutTag } from '../identity.ts'
import { ALL_READERS, CREDENTIAL, DOMAIN_CONTROLLER, USER_IDENTITY } from '../shared-parameters.ts'

const TYPE = 'Microsoft.Rtc.Management.AD.Cmdlets.EffectivePolicies'

/** Columns of the original in its order; LocationProfile is the dial plan. Kinds we do not have show Global, never nothing. */
const COLUMNS: readonly string[] = [
  'ClientPolicy',
  'ClientVersionPolicy',
  'PresencePolicy',
  'ArchivingPolicy',
  'ExternalAccessPolicy',
  'UserServicesPolicy',
  'LocationProfile',
  'ConferencingPolicy',
  'VoicePolicy',
  'MobilityPolicy',
  'PinPolicy',
  'PersistentChatPolicy',
]

export const getCsEffectivePolicy = defineCmdlet({
  name: 'Get-CsEffectivePolicy',
  synopsis: {
    en: 'Shows, per policy type, which policy really applies to a user.',
    ja: 'ユーザーに実際に適用されるポリシーを種類ごとに表示します。',
  },
  roles: ALL_READERS,
  outputTypes: [TYPE],
  parameters: {
    ...USER_IDENTITY,
    ...CREDENTIAL,
    ...DOMAIN_CONTROLLER,
    ResultSize: {
      type: { kind: 'unlimited' },
      help: { en: 'How many at most.', ja: '返す最大数です。' },
    },
  },
  async *run(invocation, { Identity, ResultSize }) {
    const { facts } = invocation.ports
    const accounts = usersNamed(invocation, String(Identity), 'users', 'read')
    const limit = typeof ResultSize === 'number' ? ResultSize : accounts.length
    for (const account of accounts.slice(0, limit)) {
      const properties: (readonly [string, PsValue])[] = [['Identity', distinguishedName(facts, account)]]
      for (const column of COLUMNS) {
        const { instance } = facts.effectivePolicy(`Cs${column}`, account.id)
        properties.push([column, withoutTag(instance.identity)])
      }
      const { source } = facts.effectivePolicy('CsClientPolicy', account.id)
      yield psObject(TYPE, [...properties, ['ClientPolicySource', source]])
    }
  },
})
