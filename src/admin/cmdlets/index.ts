import { POLICIES } from '../../domain/policies/index.ts'
import type { Cmdlet } from '../cmdlet.ts'
import { policyCmdlets } from '../policy-cmdlets.ts'
import { accountCmdlets } from './accounts.ts'
import { clientVersionRuleCmdlets } from './client-version-policy-rules.ts'
import { disableCsUser } from './disable-cs-user.ts'
import { enableCsUser } from './enable-cs-user.ts'
import { getCsAdUser } from './get-cs-ad-user.ts'
import { getCsEffectivePolicy } from './get-cs-effective-policy.ts'
import { getCsOnlineUser } from './get-cs-online-user.ts'
import { getCsSite } from './get-cs-site.ts'
import { getCsTenant } from './get-cs-tenant.ts'
import { getCsUser } from './get-cs-user.ts'
import { getNpAuditRecord } from './get-np-audit-record.ts'
import { getNpMailboxStatistics } from './get-np-mailbox-statistics.ts'
import { getNpOfflineMessage } from './get-np-offline-message.ts'
import { newCsClientPolicyEntry } from './new-cs-client-policy-entry.ts'
import { removeNpOfflineMessage } from './remove-np-offline-message.ts'
import { resumeNpOfflineMessage } from './resume-np-offline-message.ts'
import { setCsUser } from './set-cs-user.ts'
import { syntheticTransactions } from './synthetic-transactions.ts'
import { testNpSleep } from './test-np-sleep.ts'
import { traceNpMessage } from './trace-np-message.ts'

/** Everything an administrator runs; the families have lists of their own. */
export const cmdlets: readonly Cmdlet[] = [
  ...POLICIES.flatMap(policyCmdlets),
  ...clientVersionRuleCmdlets,
  newCsClientPolicyEntry,
  getCsOnlineUser,
  getCsUser,
  setCsUser,
  enableCsUser,
  disableCsUser,
  getCsAdUser,
  getCsTenant,
  getCsSite,
  getCsEffectivePolicy,
  ...accountCmdlets,
  getNpOfflineMessage,
  removeNpOfflineMessage,
  resumeNpOfflineMessage,
  getNpMailboxStatistics,
  traceNpMessage,
  getNpAuditRecord,
  ...syntheticTransactions,
  testNpSleep,
]
