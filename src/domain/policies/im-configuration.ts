import { definePolicy } from '../policy.ts'
import { flag } from '../setting.ts'

/** CsImConfiguration: the switch for a deployment or a site (DECISIONS 18). */
export const imConfiguration = definePolicy({
  noun: 'CsImConfiguration',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Settings.IMConfiguration',
  scopes: ['Global', 'Site'],
  what: { en: 'IM settings', ja: 'IM の設定' },
  examples: {
    Set: [
      {
        line: 'Set-CsImConfiguration -EnableOfflineIm $False',
        help: {
          en: 'Turns offline messages off for the whole deployment.',
          ja: '展開全体のオフライン メッセージをオフにします。',
        },
      },
    ],
    New: [
      {
        line: 'New-CsImConfiguration -Identity "Site:Redmond" -EnableOfflineIm $True',
        help: { en: 'A switch of its own for one site.', ja: 'サイトごとの設定を作成します。' },
      },
    ],
  },
  settings: {
    EnableOfflineIm: flag(true, {
      en: 'Messages to people who are not signed in are kept for them.',
      ja: 'サインインしていない人へのメッセージを保存します。',
    }),
  },
})
