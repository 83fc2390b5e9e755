import { definePolicy } from '../policy.ts'
import { choice, count, flag, text } from '../setting.ts'

const NAMESPACE = 'Microsoft.Rtc.Management.WritableConfig.Policy.ClientVersion'

/** What a rule holds; its priority is its place in the list. */
const columns = {
  RuleId: text(null),
  Description: text(null),
  Action: choice(
    `${NAMESPACE}.Action`,
    ['Allow', 'AllowWithUrl', 'AllowAndUpgrade', 'Block', 'BlockWithUrl', 'BlockAndUpgrade'],
    'Block',
  ),
  ActionUrl: text(null),
  MajorVersion: count('UInt16', null),
  MinorVersion: count('UInt16', null),
  BuildNumber: count('UInt16', null),
  QfeNumber: count('UInt16', null),
  UserAgent: text(null),
  UserAgentFullName: text(null),
  Enabled: flag(true),
  CompareOp: choice(`${NAMESPACE}.CompareOp`, ['EQL', 'NEQ', 'GTR', 'GEQ', 'LSS', 'LEQ'], 'EQL'),
}

function blocked(RuleId: string, UserAgent: string, numbers: readonly (number | null)[]) {
  const [MajorVersion = null, MinorVersion = null, BuildNumber = null, QfeNumber = null] = numbers
  return {
    RuleId,
    Description: null,
    Action: 'Block',
    ActionUrl: null,
    MajorVersion,
    MinorVersion,
    BuildNumber,
    QfeNumber,
    UserAgent,
    UserAgentFullName: null,
    Enabled: true,
    CompareOp: 'LEQ',
  }
}

/** CsClientVersionPolicy: which clients may sign in (`domain/client-admission.ts`). */
export const clientVersionPolicy = definePolicy({
  noun: 'CsClientVersionPolicy',
  typeName: `${NAMESPACE}.ClientVersionPolicy`,
  scopes: ['Global', 'Site', 'Registrar', 'Tag'],
  userProperty: 'ClientVersionPolicy',
  what: { en: 'client version policies', ja: 'クライアント バージョン ポリシー' },
  settings: {
    Rules: {
      type: { kind: 'records', typeName: `${NAMESPACE}.Rule`, key: 'RuleId', columns },
      default: [
        blocked('2336c611-a243-4c5d-994b-eea8a524d0e4', 'RTC', [1, 3]),
        blocked('342c9b90-4cef-483a-a73a-4fe75c88711d', 'WM', [5]),
        blocked('ea03af61-9db5-4bf9-af3f-042ab8dd9994', 'OC', [3, 5, 6907, 83]),
        blocked('831edb68-e482-4431-a10e-add365ba8099', 'UCCP', [2, 0, 5999]),
      ],
      acts: true,
      help: {
        en: 'Rules that allow or block clients by user agent and version.',
        ja: 'クライアントの種類とバージョンによる許可・拒否の規則です。',
      },
    },
    Description: text(null, { en: 'Free text for administrators.', ja: '管理者用の説明です。' }),
  },
})
