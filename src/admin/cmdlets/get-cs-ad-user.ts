import { defineCmdlet } from '../cmdlet.ts'
import { ALL_READERS } from '../shared-parameters.ts'
import { USER_TYPES } from '../user-object.ts'
import { QUERY_PARAMETERS, queryUsers } from '../user-query.ts'

export const getCsAdUser = defineCmdlet({
  name: 'Get-CsAdUser',
  synopsis: {
    en: 'Lists directory accounts whether or not they are enabled for the service.',
    ja: 'サービスが有効かどうかにかかわらず、ディレクトリのアカウントを表示します。',
  },
  roles: ALL_READERS,
  outputTypes: [USER_TYPES.directory],
  parameters: QUERY_PARAMETERS,
  run: (invocation, bound) => queryUsers(invocation, bound, 'directory'),
})
