import { definePolicy } from '../policy.ts'
import { choice, flag, text } from '../setting.ts'

/** CsClientVersionConfiguration: what happens to clients without a rule (`domain/client-admission.ts`). */
export const clientVersionConfiguration = definePolicy({
  noun: 'CsClientVersionConfiguration',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Settings.ClientVersion.ClientVersionConfiguration',
  scopes: ['Global', 'Site'],
  what: { en: 'client version settings', ja: 'クライアント バージョンの設定' },
  settings: {
    DefaultAction: choice(
      'Microsoft.Rtc.Management.WritableConfig.Settings.ClientVersion.DefaultAction',
      ['Allow', 'AllowWithUrl', 'Block', 'BlockWithUrl'],
      'Allow',
      {
        en: 'What happens to a client without a rule; Block shuts out our own web client too unless a rule allows it.',
        ja: '規則のないクライアントの扱いです。Block では、許可する規則がない限り Nightpost の Web クライアントも拒否されます。',
      },
    ),
    DefaultURL: text(null, {
      en: 'Address told with AllowWithUrl and BlockWithUrl.',
      ja: 'AllowWithUrl と BlockWithUrl で伝えるアドレスです。',
    }),
    Enabled: flag(true, {
      en: 'Whether client versions are checked.',
      ja: 'クライアントのバージョンを確認するかどうかです。',
    }),
  },
})
