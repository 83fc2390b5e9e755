import { psText } from '../../base/ps-text.ts'
import { clientPolicy } from '../../domain/policies/client-policy.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { recordObject } from '../setting-values.ts'

const { type } = clientPolicy.settings.PolicyEntry

/** A name and value pair for `-PolicyEntry @{Add=…}`; nothing is stored. */
export const newCsClientPolicyEntry = defineCmdlet({
  name: 'New-CsClientPolicyEntry',
  synopsis: {
    en: 'Makes a name and value pair for the PolicyEntry list of a client policy.',
    ja: 'クライアント ポリシーの PolicyEntry に追加する、名前と値の組を作成します。',
  },
  roles: ['CsAdministrator'],
  outputTypes: [type.typeName],
  parameters: {
    Name: {
      type: { kind: 'string', maxLength: 128 },
      position: 0,
      mandatory: true,
      help: { en: 'Name of the setting.', ja: '設定の名前です。' },
    },
    Value: {
      type: { kind: 'string', maxLength: 4096 },
      position: 1,
      mandatory: true,
      help: { en: 'Its value.', ja: '設定の値です。' },
    },
  },
  async *run(_, { Name, Value }) {
    yield recordObject(type, { Name: psText(Name ?? null), Value: psText(Value ?? null) })
  },
})
