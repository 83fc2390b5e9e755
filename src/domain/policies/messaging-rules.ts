import type { MessagingRules, PolicyInstance } from '../policy.ts'
import { entryValue, policyValues } from '../policy.ts'
import { clientPolicy } from './client-policy.ts'
import { imConfiguration } from './im-configuration.ts'
import { privacyConfiguration } from './privacy-configuration.ts'

/**
 * Compiles what the messaging path needs of one person's policies (offline-im sections 4 and 5).
 * @param client effective CsClientPolicy
 * @param im effective CsImConfiguration as a sender (G3)
 * @param privacy effective CsPrivacyConfiguration
 * @param siteIm effective CsImConfiguration of the person's site as a recipient (G6)
 */
export function compileMessagingRules(
  client: PolicyInstance,
  im: PolicyInstance,
  siteIm: PolicyInstance,
  privacy: PolicyInstance,
): MessagingRules {
  const policy = policyValues(clientPolicy, client)
  const { entries } = clientPolicy
  const archives = policy.EnableIMAutoArchiving !== false
  const mayLeave = archives && entryValue(entries.OfflineIMEnabled, 'OfflineIMEnabled', client)
  const deploymentOn = policyValues(imConfiguration, im).EnableOfflineIm !== false
  return {
    sending: deploymentOn ? (mayLeave ? 'open' : 'senderPolicy') : 'deploymentOff',
    minimumClientVersion: entryValue(
      entries.OfflineIMMinimumClientVersion,
      'OfflineIMMinimumClientVersion',
      client,
    ),
    otherClients: entryValue(entries.OfflineIMOtherClients, 'OfflineIMOtherClients', client),
    readReceipts: entryValue(entries.OfflineIMReadReceipts, 'OfflineIMReadReceipts', client),
    archives,
    siteAccepts: policyValues(imConfiguration, siteIm).EnableOfflineIm !== false,
    batchSeconds: entryValue(entries.OfflineIMBatchSeconds, 'OfflineIMBatchSeconds', client),
    inviteSeconds: entryValue(entries.OfflineIMInviteSeconds, 'OfflineIMInviteSeconds', client),
    retentionDays: entryValue(entries.OfflineIMRetentionDays, 'OfflineIMRetentionDays', client),
    maxItems: entryValue(entries.OfflineIMMaxItems, 'OfflineIMMaxItems', client),
    announce: entryValue(entries.OfflineIMAnnounce, 'OfflineIMAnnounce', client),
    privacyMode: policyValues(privacyConfiguration, privacy).EnablePrivacyMode === true,
    appearOffline: policy.EnableAppearOffline !== false,
    html: policy.DisableHtmlIm !== true,
    emoticons: policy.DisableEmoticons !== true,
    urls: policy.EnableURL !== false,
    imWarning: policy.IMWarning ?? undefined,
  }
}
