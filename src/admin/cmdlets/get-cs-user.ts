import { defineCmdlet } from '../cmdlet.ts'
import { ALL_READERS, idleSwitch } from '../shared-parameters.ts'
import { USER_TYPES } from '../user-object.ts'
import { QUERY_PARAMETERS, queryUsers } from '../user-query.ts'

export const getCsUser = defineCmdlet({
  name: 'Get-CsUser',
  synopsis: {
    en: 'Lists users enabled for the service with SIP address, pool and assigned policies.',
    ja: 'サービスが有効なユーザーを、SIP アドレス、プール、割り当てられたポリシーとともに表示します。',
  },
  roles: ALL_READERS,
  outputTypes: [USER_TYPES.user],
  parameters: {
    ...QUERY_PARAMETERS,
    UnassignedUser: {
      type: { kind: 'switch' },
      help: {
        en: 'Only users without a registrar pool.',
        ja: 'レジストラー プールのないユーザーだけを返します。',
      },
    },
    OnOfficeCommunicationServer: idleSwitch('OnOfficeCommunicationServer'),
    OnLyncServer: idleSwitch('OnLyncServer'),
    OnModernServer: idleSwitch('OnModernServer'),
  },
  run: (invocation, bound) =>
    queryUsers(
      invocation,
      bound,
      'user',
      (account) => bound.UnassignedUser !== true || account.registrarPool === undefined,
    ),
})
