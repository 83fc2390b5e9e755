import { definePolicy } from '../policy.ts'
import { flag, kept, text } from '../setting.ts'

/** CsExternalAccessPolicy: kept; a server without federation has nothing to allow. The flags of the Teams generation are left out. */
export const externalAccessPolicy = definePolicy({
  noun: 'CsExternalAccessPolicy',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Policy.ExternalAccess.ExternalAccessPolicy',
  scopes: ['Global', 'Site', 'Tag'],
  hosted: true,
  userProperty: 'ExternalAccessPolicy',
  what: { en: 'external access policies', ja: '外部アクセス ポリシー' },
  settings: {
    Description: text(null, { en: 'Free text for administrators.', ja: '管理者用の説明です。' }),
    EnableFederationAccess: kept(flag(false), {
      en: 'Communication with federated domains.',
      ja: 'フェデレーション ドメインとの通信です。',
    }),
    EnableXmppAccess: kept(flag(false), {
      en: 'Communication with XMPP domains.',
      ja: 'XMPP ドメインとの通信です。',
    }),
    EnablePublicCloudAccess: kept(flag(false), {
      en: 'Communication with public IM services.',
      ja: 'パブリック IM サービスとの通信です。',
    }),
    EnablePublicCloudAudioVideoAccess: kept(flag(false), {
      en: 'Audio and video with public IM services.',
      ja: 'パブリック IM サービスとの音声・ビデオ通信です。',
    }),
    EnableOutsideAccess: kept(flag(false), {
      en: 'Sign-in from outside.',
      ja: '外部からのサインインです。',
    }),
  },
})
