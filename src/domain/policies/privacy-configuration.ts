import { definePolicy } from '../policy.ts'
import { flag, kept } from '../setting.ts'

/** CsPrivacyConfiguration: who sees presence by default. */
export const privacyConfiguration = definePolicy({
  noun: 'CsPrivacyConfiguration',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Settings.UserServices.PrivacyConfiguration',
  scopes: ['Global', 'Site', 'UserServer'],
  what: { en: 'presence privacy settings', ja: 'プレゼンスのプライバシー設定' },
  settings: {
    EnablePrivacyMode: flag(false, {
      en: 'Presence of a person is shown to that person’s own contacts only; messages pass all the same.',
      ja: '在席情報を、本人の連絡先にある人にだけ表示します。メッセージは届きます。',
    }),
    AutoInitiateContacts: kept(flag(true), {
      en: 'Manager and direct reports are put on the contact list.',
      ja: '上司と部下を連絡先に追加します。',
    }),
    PublishLocationDataDefault: kept(flag(true), {
      en: 'The location is published unless a person says no.',
      ja: '既定で場所を公開します。',
    }),
    DisplayPublishedPhotoDefault: kept(flag(true), {
      en: 'The photo is shown unless a person says no.',
      ja: '既定で写真を表示します。',
    }),
  },
})
