import { definePolicy } from '../policy.ts'
import { choice, count, flag, kept, span, text } from '../setting.ts'
import { offlineImEntries } from './offline-im-entries.ts'

/**
 * CsClientPolicy: names, order, types, ranges and defaults are those of the public reference; `null` is "not sent to clients".
 * Settings without a help of their own are kept for clients and scripts; setting one warns.
 */
export const clientPolicy = definePolicy({
  noun: 'CsClientPolicy',
  typeName: 'Microsoft.Rtc.Management.WritableConfig.Policy.Client.ClientPolicy',
  scopes: ['Global', 'Site', 'Tag'],
  userProperty: 'ClientPolicy',
  what: { en: 'client policies', ja: 'クライアント ポリシー' },
  examples: {
    Get: [
      {
        line: '(Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving',
        help: {
          en: 'Whether people may send offline messages.',
          ja: 'オフライン メッセージを送信できるかどうかを表示します。',
        },
      },
    ],
    Set: [
      {
        line: 'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $False',
        help: {
          en: 'Turns offline messages off for everybody under the global policy.',
          ja: 'グローバル ポリシーの全員についてオフライン メッセージをオフにします。',
        },
      },
      {
        line: '$x = New-CsClientPolicyEntry -Name OfflineIMRetentionDays -Value 30; Set-CsClientPolicy -PolicyEntry @{Add=$x}',
        help: {
          en: 'Keeps offline messages for 30 days.',
          ja: 'オフライン メッセージを 30 日間保存します。',
        },
      },
    ],
    New: [
      {
        line: 'New-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $False',
        help: {
          en: 'Makes a policy that turns offline messages off for those who get it.',
          ja: '割り当てた人のオフライン メッセージをオフにするポリシーを作成します。',
        },
      },
    ],
    Grant: [
      {
        line: 'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM',
        help: { en: 'Gives the policy to one person.', ja: 'ポリシーを 1 人に割り当てます。' },
      },
      {
        line: 'Get-CsOnlineUser -Filter {Department -eq "Sales"} | Grant-CsClientPolicy -PolicyName OfflineIM',
        help: { en: 'Gives it to a department.', ja: '部門の全員に割り当てます。' },
      },
      {
        line: 'Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName $Null',
        help: { en: 'Takes it away.', ja: '割り当てを解除します。' },
      },
    ],
  },
  settings: {
    PolicyEntry: {
      type: {
        kind: 'records',
        typeName: 'Microsoft.Rtc.Management.WritableConfig.Policy.Client.PolicyEntryType',
        key: 'Name',
        columns: { Name: text(''), Value: text('') },
      },
      default: [],
      acts: true,
      help: {
        en: 'Further settings as name and value, made by New-CsClientPolicyEntry.',
        ja: 'New-CsClientPolicyEntry で作成する、名前と値の追加設定です。',
      },
    },
    Description: text(null, { en: 'Free text for administrators.', ja: '管理者用の説明です。' }),
    AddressBookAvailability: kept(
      choice(
        'Microsoft.Rtc.Management.WritableConfig.Policy.Client.AddressBookAvailability',
        ['WebSearchAndFileDownload', 'WebSearchOnly', 'FileDownloadOnly'],
        'WebSearchAndFileDownload',
      ),
      { en: 'How clients get the address book.', ja: 'クライアントがアドレス帳を取得する方法です。' },
    ),
    AttendantSafeTransfer: flag(null),
    AutoDiscoveryRetryInterval: span(null, { minMs: 1_000, maxMs: 3_600_000 }),
    BlockConversationFromFederatedContacts: kept(flag(null), {
      en: 'Federated contacts cannot start a conversation.',
      ja: 'フェデレーションの相手から会話を始められないようにします。',
    }),
    CalendarStatePublicationInterval: kept(count('UInt32', null), {
      en: 'Seconds before calendar data is put into presence.',
      ja: '予定表の状態を在席情報に反映する間隔 (秒) です。',
    }),
    CustomizedHelpUrl: text(null),
    CustomLinkInErrorMessages: kept(text(null), {
      en: 'Help link in error texts.',
      ja: 'エラー メッセージに付けるヘルプのリンクです。',
    }),
    CustomStateUrl: kept(text(null), {
      en: 'Address of up to four own presence states.',
      ja: '独自の在席状態 (4 つまで) の定義のアドレスです。',
    }),
    DGRefreshInterval: kept(span(null, { minMs: 30_000, maxMs: 28_800_000 }), {
      en: 'Refresh of expanded groups.',
      ja: '展開した配布グループの更新間隔です。',
    }),
    DisableCalendarPresence: kept(flag(null), {
      en: 'The calendar is not part of presence.',
      ja: '予定表を在席情報に含めません。',
    }),
    DisableContactCardOrganizationTab: flag(null),
    DisableEmailComparisonCheck: flag(null),
    DisableEmoticons: flag(null, {
      en: 'Emoticons are shown as text.',
      ja: '絵文字を文字のまま表示します。',
    }),
    DisableFeedsTab: flag(null),
    DisableFederatedPromptDisplayName: flag(null),
    DisableFreeBusyInfo: kept(flag(null), {
      en: 'No free/busy in the contact card.',
      ja: '連絡先カードに空き時間を表示しません。',
    }),
    DisableHandsetOnLockedMachine: flag(null),
    DisableMeetingSubjectAndLocation: kept(flag(null), {
      en: 'No subject and place of meetings.',
      ja: '会議の件名と場所を表示しません。',
    }),
    DisableHtmlIm: flag(null, {
      en: 'Formatted messages become plain text.',
      ja: '書式付きメッセージをテキストとして扱います。',
    }),
    DisableInkIM: kept(flag(null), {
      en: 'No ink messages.',
      ja: '手書きメッセージを使えないようにします。',
    }),
    DisableOneNote12Integration: flag(null),
    DisableOnlineContextualSearch: flag(null),
    DisablePhonePresence: flag(null),
    DisablePICPromptDisplayName: flag(null),
    DisablePoorDeviceWarnings: flag(null),
    DisablePoorNetworkWarnings: flag(null),
    DisablePresenceNote: kept(flag(null), {
      en: 'The out-of-office text is not shown as note.',
      ja: '不在時の応答をメモとして表示しません。',
    }),
    DisableRTFIM: kept(flag(null), {
      en: 'With DisableHtmlIm: plain text only.',
      ja: 'DisableHtmlIm と合わせてテキストのみにします。',
    }),
    DisableSavingIM: kept(flag(null), {
      en: 'No menu entries for saving.',
      ja: '保存のメニューを表示しません。',
    }),
    DisplayPhoto: kept(
      choice(
        'Microsoft.Rtc.Management.WritableConfig.Policy.Client.DisplayPhoto',
        ['NoPhoto', 'PhotosFromADOnly', 'AllPhotos'],
        'AllPhotos',
      ),
      { en: 'Which photos are shown.', ja: '表示する写真の種類です。' },
    ),
    EnableAppearOffline: flag(null, {
      en: 'Offer the Appear Offline state; False hides and refuses it.',
      ja: '「オフライン表示」を選べるようにします。False では表示せず、拒否します。',
    }),
    EnableCallLogAutoArchiving: kept(flag(null), {
      en: 'Calls are noted in Conversation History.',
      ja: '通話を会話履歴に記録します。',
    }),
    EnableClientAutoPopulateWithTeam: flag(null),
    EnableClientMusicOnHold: flag(false),
    EnableConversationWindowTabs: flag(null),
    EnableEnterpriseCustomizedHelp: flag(null),
    EnableEventLogging: flag(null),
    EnableExchangeContactSync: flag(true),
    EnableExchangeDelegateSync: flag(null),
    EnableExchangeContactsFolder: flag(true),
    EnableFullScreenVideo: flag(null),
    EnableHighPerformanceConferencingAppSharing: flag(false),
    EnableHotdesking: flag(null),
    EnableIMAutoArchiving: flag(true, {
      en: 'Keep transcripts in Conversation History, and let people send offline messages.',
      ja: '会話を会話履歴に保存し、オフライン メッセージの送信を許可します。',
    }),
    EnableMediaRedirection: flag(null),
    EnableMeetingEngagement: flag(false),
    EnableNotificationForNewSubscribers: kept(flag(null), {
      en: 'Notice when somebody is added to a contact list.',
      ja: '連絡先に追加されたときに通知します。',
    }),
    EnableServerConversationHistory: kept(flag(false), {
      en: 'History and missed notices written by the server.',
      ja: '履歴と不在通知をサーバーが書き込みます。',
    }),
    EnableSkypeUI: kept(flag(true), {
      en: 'Which user interface desktop clients show.',
      ja: 'デスクトップ クライアントの表示を選びます。',
    }),
    EnableSQMData: flag(null),
    EnableTracing: flag(null),
    EnableURL: flag(null, {
      en: 'Links in messages can be clicked; False shows them as text.',
      ja: 'メッセージ内のリンクをクリックできるようにします。False では文字として表示します。',
    }),
    EnableUnencryptedFileTransfer: kept(flag(null), {
      en: 'Files to clients without encryption.',
      ja: '暗号化のないクライアントへのファイル送信です。',
    }),
    EnableVOIPCallDefault: flag(false),
    ExcludedContactFolders: text(null),
    HotdeskingTimeout: span('00:05:00'),
    IMWarning: text(
      null,
      { en: 'Text that is shown in each conversation.', ja: '各会話に表示するお知らせです。' },
      256,
    ),
    MAPIPollInterval: kept(span(null), {
      en: 'Polling of old mail servers.',
      ja: '古いメール サーバーを確認する間隔です。',
    }),
    MaximumDGsAllowedInContactList: kept(count('UInt32', 10, { min: 0, max: 64 }), {
      en: 'How many distribution groups a contact list takes.',
      ja: '連絡先に置ける配布グループの数です。',
    }),
    MaximumNumberOfContacts: count(
      'UInt16',
      null,
      { min: 0, max: 1_000 },
      {
        en: 'How many contacts a person may have; 250 where it is not set.',
        ja: '連絡先の上限です。未設定の場合は 250 です。',
      },
    ),
    MaxPhotoSizeKB: count('UInt32', 30),
    MusicOnHoldAudioFile: text(null),
    P2PAppSharingEncryption: choice(
      'Microsoft.Rtc.Management.WritableConfig.Policy.Client.P2PAppSharingEncryption',
      ['Supported', 'Enforced', 'NotSupported'],
      null,
    ),
    EnableHighPerformanceP2PAppSharing: flag(false),
    PlayAbbreviatedDialTone: flag(null),
    RequireContentPin: text(null),
    SearchPrefixFlags: kept(count('UInt16', null), {
      en: 'Address attributes that are searched (bit mask).',
      ja: '検索するアドレス属性 (ビット マスク) です。',
    }),
    ShowRecentContacts: flag(true),
    ShowManagePrivacyRelationships: flag(false),
    ShowSharepointPhotoEditLink: flag(false),
    SPSearchInternalURL: text(null),
    SPSearchExternalURL: text(null),
    SPSearchCenterInternalURL: text(null),
    SPSearchCenterExternalURL: text(null),
    TabURL: text(null),
    TracingLevel: kept(
      choice(
        'Microsoft.Rtc.Management.WritableConfig.Policy.Client.TracingLevel',
        ['Off', 'Light', 'Full'],
        'Light',
      ),
      { en: 'How much desktop clients trace.', ja: 'デスクトップ クライアントのトレースの詳しさです。' },
    ),
    TelemetryTier: text(null),
    PublicationBatchDelay: count('UInt32', null),
    EnableViewBasedSubscriptionMode: flag(null),
    WebServicePollInterval: kept(span(null, { minMs: 1_000, maxMs: 3_600_000 }), {
      en: 'Polling of the calendar.',
      ja: '予定表を確認する間隔です。',
    }),
    HelpEnvironment: text(null),
    RateMyCallDisplayPercentage: count('UInt16', 10, { min: 0, max: 100 }),
    RateMyCallAllowCustomUserFeedback: flag(false),
    IMLatencySpinnerDelay: kept(count('UInt32', null), {
      en: 'Milliseconds until the waiting sign.',
      ja: '待機の表示までの時間 (ミリ秒) です。',
    }),
    IMLatencyErrorThreshold: kept(count('UInt32', null), {
      en: 'Milliseconds until an error report.',
      ja: 'エラー報告までの時間 (ミリ秒) です。',
    }),
    SupportModernFilePicker: flag(false),
    EnableOnlineFeedback: flag(false),
    EnableOnlineFeedbackScreenshots: flag(false),
    ConferenceIMIdleTimeout: kept(span(null, { maxMs: 3_600_000 }), {
      en: 'Idle time after which a group IM participant is dropped.',
      ja: 'グループ IM で無操作の参加者を退出させるまでの時間です。',
    }),
  },
  entries: offlineImEntries,
})
