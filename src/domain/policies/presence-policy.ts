import { definePolicy } from '../policy.ts'
import { count, kept, text } from '../setting.ts'

/**
 * CsPresencePolicy: limits of the SIP dialect: subscribers whose prompt nobody has answered, and subscriptions to one category. UCWA has
 * neither prompts nor categories; whom one person watches is limited by SECURITY 21.
 */
export const presencePolicy = definePolicy({
  noun: 'CsPresencePolicy',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Policy.Presence.PresencePolicy',
  scopes: ['Global', 'Site', 'Tag'],
  userProperty: 'PresencePolicy',
  what: { en: 'presence policies', ja: 'プレゼンス ポリシー' },
  settings: {
    Description: text(null, { en: 'Free text for administrators.', ja: '管理者用の説明です。' }),
    MaxPromptedSubscriber: kept(count('UInt16', 200, { min: 0, max: 600 }), {
      en: 'How many people may wait for an answer to a subscription.',
      ja: '購読の確認を待つ人数の上限です。',
    }),
    MaxCategorySubscription: kept(count('UInt16', 1000, { min: 0, max: 3000 }), {
      en: 'How many subscriptions to one kind of presence a person may have.',
      ja: '在席情報の種類ごとの購読数の上限です。',
    }),
  },
})
