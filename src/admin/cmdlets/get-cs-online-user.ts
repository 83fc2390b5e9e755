import { defineCmdlet } from '../cmdlet.ts'
import { ALL_READERS, idleParameter, idleSwitch } from '../shared-parameters.ts'
import { USER_TYPES } from '../user-object.ts'
import { QUERY_PARAMETERS, queryUsers } from '../user-query.ts'

export const getCsOnlineUser = defineCmdlet({
  name: 'Get-CsOnlineUser',
  synopsis: {
    en: "Lists the organisation's users with directory data, SIP address and assigned policies.",
    ja: '組織のユーザーを、ディレクトリ情報、SIP アドレス、割り当てられたポリシーとともに表示します。',
  },
  roles: ALL_READERS,
  outputTypes: [USER_TYPES.online],
  parameters: {
    ...QUERY_PARAMETERS,
    UnassignedUser: {
      type: { kind: 'switch' },
      help: {
        en: 'Only users without a registrar pool.',
        ja: 'レジストラー プールのないユーザーだけを返します。',
      },
    },
    SkipUserPolicies: {
      type: { kind: 'switch' },
      help: { en: 'Leaves the policy columns empty.', ja: 'ポリシーの列を空にします。' },
    },
    OnOfficeCommunicationServer: idleSwitch('OnOfficeCommunicationServer'),
    OnModernServer: idleSwitch('OnModernServer', ['OnLyncServer']),
    AsJob: idleParameter('AsJob', { kind: 'switch' }),
  },
  examples: [
    {
      line: 'Get-CsOnlineUser -Filter {ClientPolicy -eq "OfflineIM"} | Select-Object DisplayName, SipAddress',
      help: { en: 'Who has the policy OfflineIM.', ja: 'ポリシー OfflineIM を割り当てられたユーザーです。' },
    },
  ],
  run: (invocation, bound) =>
    queryUsers(
      invocation,
      bound,
      'online',
      (account) => bound.UnassignedUser !== true || account.registrarPool === undefined,
    ),
})
