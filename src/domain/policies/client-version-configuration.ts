import { definePolicy } from '../policy.ts'
import { choice, flag, kept, text } from '../setting.ts'

/** CsClientVersionConfiguration: what happens to clients without a rule; kept, sign-in of ours does not read it yet. */
export const clientVersionConfiguration = definePolicy({
  noun: 'CsClientVersionConfiguration',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Settings.ClientVersion.ClientVersionConfiguration',
  scopes: ['Global', 'Site'],
  what: { en: 'client version settings', ja: 'クライアント バージョンの設定' },
  settings: {
    DefaultAction: kept(
      choice(
        'Microsoft.Rtc.Management.WritableConfig.Settings.ClientVersion.DefaultAction',
        ['Allow', 'AllowWithUrl', 'Block', 'BlockWithUrl'],
        'Allow',
      ),
      { en: 'What happens to a client without a rule.', ja: '規則のないクライアントの扱いです。' },
    ),
    DefaultURL: kept(text(null), {
      en: 'Address shown with AllowWithUrl and BlockWithUrl.',
      ja: 'AllowWithUrl と BlockWithUrl で表示するアドレスです。',
    }),
    Enabled: kept(flag(true), {
      en: 'Whether client versions are checked.',
      ja: 'クライアントのバージョンを確認するかどうかです。',
    }),
  },
})
