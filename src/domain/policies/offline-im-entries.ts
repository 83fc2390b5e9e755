import { amount, oneWord, trueOrFalse, version, wholeNumber } from '../setting.ts'

/**
 * Finer settings than the original has parameters for, as pairs of `PolicyEntry` (R24). `OfflineIMEnabled`, those about clients and the
 * receipts are the sender's; the others the recipient's (DECISIONS 17).
 */
export const offlineImEntries = {
  OfflineIMEnabled: trueOrFalse(true, {
    en: 'People under this policy may send offline messages, as long as EnableIMAutoArchiving is not False.',
    ja: 'EnableIMAutoArchiving が False でない限り、オフライン メッセージの送信を許可します。',
  }),
  OfflineIMMinimumClientVersion: version([16, 0, 6701, 1000], {
    en: 'Oldest desktop client that may send offline messages.',
    ja: 'オフライン メッセージを送信できるデスクトップ クライアントの最小バージョンです。',
  }),
  OfflineIMOtherClients: oneWord('Allow', ['Allow', 'Refuse'], {
    en: 'Whether clients of other families may send offline messages.',
    ja: 'ほかの種類のクライアントにオフライン メッセージの送信を許可するかどうかです。',
  }),
  OfflineIMReadReceipts: trueOrFalse(true, {
    en: 'False takes read receipts from everyone under this policy.',
    ja: 'False では、対象者全員の開封確認を無効にします。',
  }),
  OfflineIMBatchSeconds: wholeNumber(
    120,
    { min: 1, max: 86_400 },
    {
      en: 'Seconds after which further messages make a new inbox item.',
      ja: '以後のメッセージを別の項目にするまでの秒数です。',
    },
  ),
  OfflineIMInviteSeconds: wholeNumber(
    30,
    { min: 1, max: 600 },
    { en: 'Seconds an invitation waits for the person.', ja: '招待への応答を待つ秒数です。' },
  ),
  OfflineIMRetentionDays: amount(
    90,
    { min: 0, max: 36_500 },
    {
      en: 'Days an offline message is kept for the recipient; 0 keeps it for ever.',
      ja: 'オフライン メッセージを保存する日数。0 は無期限です。',
    },
  ),
  OfflineIMMaxItems: wholeNumber(
    undefined,
    { min: 1, max: 1_000_000 },
    {
      en: 'Unread items an inbox takes; without it limits.inboxUnreadItems of the server.',
      ja: '受信トレイに保存できる未読の項目数です。ない場合はサーバーの limits.inboxUnreadItems に従います。',
    },
  ),
  OfflineIMAnnounce: oneWord('Messages', ['Messages', 'Summary', 'None'], {
    en: 'What clients without an inbox view get at sign-in.',
    ja: '受信トレイを表示できないクライアントにサインイン時に送る内容です。',
  }),
}
