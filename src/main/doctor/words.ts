import type { Words } from '../words/language.ts'

/** What is looked at, in the order of the report; the names are those of `--json`. */
export const CHECKS = {
  configuration: { en: 'configuration', ja: '構成' },
  settings: { en: 'settings', ja: '設定' },
  user: { en: 'user', ja: '実行ユーザー' },
  'file rights': { en: 'file rights', ja: 'ファイルの権限' },
  certificate: { en: 'certificate', ja: '証明書' },
  server: { en: 'server', ja: 'サーバー' },
  ports: { en: 'ports', ja: 'ポート' },
  names: { en: 'names', ja: '名前' },
  clock: { en: 'clock', ja: '時計' },
  memory: { en: 'memory', ja: 'メモリ' },
  'open files': { en: 'open files', ja: 'オープン ファイル数' },
  database: { en: 'database', ja: 'データベース' },
  schema: { en: 'schema', ja: 'スキーマ' },
  'write latency': { en: 'write latency', ja: '書き込み時間' },
  disk: { en: 'disk', ja: 'ディスク' },
  store: { en: 'store', ja: 'ストア' },
  queue: { en: 'queue', ja: 'キュー' },
  audit: { en: 'audit', ja: '監査' },
  backup: { en: 'backup', ja: 'バックアップ' },
  'restore test': { en: 'restore test', ja: '復元テスト' },
  passwords: { en: 'passwords', ja: 'パスワード' },
  'sip sign-in': { en: 'SIP sign-in', ja: 'SIP サインイン' },
  crashes: { en: 'crashes', ja: '異常終了' },
  demo: { en: 'demo', ja: 'デモ' },
} as const satisfies Record<string, Words>

export type Check = keyof typeof CHECKS

/** A finding that is well needs no fix; any other one says what to do. */
export interface FindingWords extends Words {
  readonly fix?: Words
}

const renew: Words = { en: 'renew {file}, then restart', ja: '{file} を更新して再起動してください' }
const backupNow: Words = { en: 'nightpost backup FILE', ja: 'nightpost backup ファイル名' }
const restart: Words = {
  en: 'restart the server: systemctl restart nightpost',
  ja: 'サーバーを再起動してください: systemctl restart nightpost',
}
const restoreLast: Words = {
  en: 'nightpost restore the last backup into an empty folder',
  ja: '最後のバックアップを空のフォルダーに nightpost restore で復元してください',
}
const otherPort: Words = {
  en: 'stop that program, or set {door}.port to another one',
  ja: 'そのプログラムを停止するか、{door}.port に別のポートを設定してください',
}

/** Every finding of `nightpost doctor`; the names are the `code` of `--json` (ux 3.4: each with cause and fix). */
export const FINDINGS = {
  configurationRead: { en: '{file}', ja: '{file}' },
  configurationDefaults: { en: 'defaults', ja: '既定値' },
  configurationWrong: {
    en: '{because}',
    ja: '{because}',
    fix: {
      en: 'mend the line; nightpost config shows what is in force',
      ja: 'その行を直してください。有効な設定は nightpost config で確認できます',
    },
  },
  settingLoose: {
    en: '{names}: looser than the default',
    ja: '{names}: 既定値より緩い設定です',
    fix: {
      en: 'remove what is not needed from the configuration; docs/configuration.md says what each one opens',
      ja: '必要のない設定を削除してください。意味は docs/configuration.md にあります',
    },
  },
  settingsTight: { en: 'none is looser than its default', ja: '既定値より緩い設定はありません' },
  userRoot: {
    en: 'running as root, which no part of the server needs',
    ja: 'root で実行しています。サーバーに root は必要ありません',
    fix: {
      en: 'run it as a user of its own; deploy/nightpost.service does',
      ja: '専用のユーザーで実行してください。deploy/nightpost.service がその例です',
    },
  },
  userOther: {
    en: 'this is {user}, and {folder} belongs to {owner}: files made now would belong to the wrong one, so the store was not opened',
    ja: '実行しているのは {user} で、{folder} の所有者は {owner} です。ファイルの所有者が変わるため、ストアは開いていません',
    fix: { en: 'sudo -u {owner} nightpost doctor', ja: 'sudo -u {owner} nightpost doctor' },
  },
  userFine: { en: '{user}', ja: '{user}' },
  filesPrivate: {
    en: 'the data folder is for its owner only',
    ja: 'データ フォルダーは所有者だけが読み取れます',
  },
  filesMended: {
    en: '{count} paths are for their owner only now',
    ja: '{count} 個のパスを所有者専用にしました',
  },
  filesLoose: {
    en: '{path} can be read by other users',
    ja: '{path} は他のユーザーが読み取れます',
    fix: {
      en: 'chmod -R go-rwx {folder}, or nightpost doctor --fix',
      ja: 'chmod -R go-rwx {folder} または nightpost doctor --fix',
    },
  },
  keyLoose: {
    en: '{path} (tls.key) can be read by other users',
    ja: '{path} (tls.key) は他のユーザーが読み取れます',
    fix: {
      en: 'chmod 600 {path}, or nightpost doctor --fix',
      ja: 'chmod 600 {path} または nightpost doctor --fix',
    },
  },
  certificateFine: { en: '{days} days left, for {names}', ja: '残り {days} 日、対象は {names}' },
  certificateOwn: { en: '{days} days left, self-signed', ja: '残り {days} 日、自己署名' },
  certificateMissing: {
    en: '{file} is not there',
    ja: '{file} がありません',
    fix: { en: 'nightpost start makes one', ja: 'nightpost start が作成します' },
  },
  certificateUnreadable: {
    en: '{file} cannot be read: {because}',
    ja: '{file} を読み取れません: {because}',
    fix: {
      en: 'write PEM files to tls.certificate and tls.key',
      ja: 'tls.certificate と tls.key に PEM ファイルを指定してください',
    },
  },
  certificateEnded: {
    en: 'ended {days} days ago: clients refuse it',
    ja: '{days} 日前に期限が切れました。クライアントは接続を拒否します',
    fix: renew,
  },
  certificateEnding: { en: 'ends in {days} days', ja: '残り {days} 日です', fix: renew },
  certificateNames: {
    en: 'does not name {names}: clients that go there refuse it',
    ja: '{names} の名前が含まれていません。そこへ接続するクライアントは拒否します',
    fix: { en: 'ask for a certificate with these names', ja: 'これらの名前を含む証明書を取得してください' },
  },
  certificateChain: {
    en: 'the chain in {file} has no certificate of {issuer}: clients that do not know it refuse the server',
    ja: '{file} に {issuer} の証明書が含まれていません。それを知らないクライアントは接続を拒否します',
    fix: {
      en: "append the issuer's certificates to {file} (fullchain.pem)",
      ja: '発行者の証明書を {file} の末尾に追加してください (fullchain.pem)',
    },
  },
  certificateKey: {
    en: 'tls.key is not the key of tls.certificate',
    ja: 'tls.key は tls.certificate の鍵ではありません',
    fix: {
      en: 'name the key that the certificate was made with',
      ja: '証明書を作成したときの鍵を指定してください',
    },
  },
  certificateSelfSigned: {
    en: 'self-signed, and listening beyond this machine: clients show a warning or refuse',
    ja: '自己署名のまま、このコンピューターの外からの接続を受け付けています。クライアントは警告を表示するか拒否します',
    fix: { en: 'set tls.certificate and tls.key', ja: 'tls.certificate と tls.key を設定してください' },
  },
  serverRunning: {
    en: 'running, process {pid}, version {version}',
    ja: '実行中、プロセス {pid}、バージョン {version}',
  },
  serverStopped: { en: 'not running', ja: '停止しています' },
  serverOther: {
    en: 'process {pid} runs version {version}, and this is {own}',
    ja: 'プロセス {pid} はバージョン {version} で、このプログラムは {own} です',
    fix: restart,
  },
  serverDeaf: {
    en: 'process {pid} holds the data folder but does not answer on admin.sock: {because}',
    ja: 'プロセス {pid} がデータ フォルダーを使用していますが、admin.sock に応答しません: {because}',
    fix: {
      en: 'look at its log; then systemctl restart nightpost',
      ja: 'ログを確認し、systemctl restart nightpost を実行してください',
    },
  },
  portsOpen: { en: 'answering: {ports}', ja: '応答あり: {ports}' },
  portsFree: { en: 'free: {ports}', ja: '空き: {ports}' },
  portSilent: {
    en: '{door} {port} does not answer: {because}',
    ja: '{door} {port} が応答しません: {because}',
    fix: restart,
  },
  portTaken: {
    en: '{door}.port {port} is taken by another program',
    ja: '{door}.port {port} は別のプログラムが使用中です',
    fix: otherPort,
  },
  portForbidden: {
    en: '{door}.port {port} may not be opened by this user',
    ja: 'このユーザーは {door}.port {port} を開けません',
    fix: {
      en: 'set {door}.port above 1023, or give the service CAP_NET_BIND_SERVICE',
      ja: '{door}.port を 1024 以上にするか、サービスに CAP_NET_BIND_SERVICE を与えてください',
    },
  },
  portAddress: {
    en: '{door}.port {port}: this machine does not have the address {address}',
    ja: '{door}.port {port}: アドレス {address} はこのコンピューターにありません',
    fix: {
      en: 'set listen to an address of this machine',
      ja: 'listen にこのコンピューターのアドレスを設定してください',
    },
  },
  namesLocal: {
    en: 'listening on this machine only: no name has to be found',
    ja: 'このコンピューターからの接続だけを受け付けるため、名前の確認は不要です',
  },
  namesFound: { en: 'found: {names}', ja: '確認済み: {names}' },
  nameMissing: {
    en: '{name} is not found in DNS: {what} do not find the server',
    ja: '{name} が DNS にありません。{what} がサーバーを見つけられません',
    fix: {
      en: 'add an A or AAAA record for {name}',
      ja: '{name} の A または AAAA レコードを追加してください',
    },
  },
  nameUnreached: {
    en: '{name} port {port} was not reached from here: {because}',
    ja: '{name} のポート {port} にここから接続できません: {because}',
    fix: {
      en: 'open the port in the firewall, or mend publicUrl; a network that does not lead back to itself can be the reason too',
      ja: 'ファイアウォールでポートを開くか、publicUrl を直してください。ネットワークが自分宛ての接続を戻さない場合もあります',
    },
  },
  clockFine: { en: '{time}', ja: '{time}' },
  clockBehind: {
    en: '{minutes} minutes behind what was written already',
    ja: '既に書き込まれたデータより {minutes} 分遅れています',
    fix: {
      en: 'set the clock of this machine: timedatectl set-ntp true',
      ja: 'このコンピューターの時計を合わせてください: timedatectl set-ntp true',
    },
  },
  memoryFine: {
    en: '{free} MiB free of {total} MiB; the server uses {used} MiB',
    ja: '{total} MiB のうち {free} MiB が空き。サーバーは {used} MiB を使用',
  },
  memoryFree: { en: '{free} MiB free of {total} MiB', ja: '{total} MiB のうち {free} MiB が空き' },
  memoryShort: {
    en: 'only {free} MiB are free of {total} MiB: a busy hour may end the server',
    ja: '{total} MiB のうち空きが {free} MiB しかありません。混雑時にサーバーが終了する可能性があります',
    fix: {
      en: 'give it 1 GiB or more, or move other programs away',
      ja: '1 GiB 以上を割り当てるか、他のプログラムを移してください',
    },
  },
  openFilesFine: { en: '{limit} allowed', ja: '上限 {limit}' },
  openFilesFew: {
    en: '{limit} allowed, and limits.connections is {connections}: connections above it are refused by the system',
    ja: '上限は {limit} ですが、limits.connections は {connections} です。それを超える接続はシステムが拒否します',
    fix: {
      en: 'LimitNOFILE=65536 in the unit, or ulimit -n 65536',
      ja: 'ユニットに LimitNOFILE=65536 を書くか、ulimit -n 65536 を実行してください',
    },
  },
  databaseNone: {
    en: '{folder} has no database yet',
    ja: '{folder} にはまだデータベースがありません',
    fix: { en: 'nightpost start makes one', ja: 'nightpost start が作成します' },
  },
  databaseWhole: { en: 'whole; {accounts} accounts', ja: '破損なし、アカウント {accounts} 件' },
  databaseSound: { en: 'whole', ja: '破損なし' },
  databaseLarge: {
    en: 'nothing wrong in the part that was read in {seconds} s',
    ja: '{seconds} 秒で読み取れた範囲に破損なし',
  },
  databaseBroken: { en: '{because}', ja: '{because}', fix: restoreLast },
  schemaCurrent: { en: '{version}', ja: '{version}' },
  schemaOlder: {
    en: '{version}, and this program knows {known}: the next start migrates it, after a copy',
    ja: '{version} で、このプログラムは {known} に対応しています。次の起動時にコピーを取ってから移行します',
    fix: {
      en: 'nightpost backup FILE with the old version, then start the new one',
      ja: '古いバージョンで nightpost backup を実行してから、新しいバージョンを起動してください',
    },
  },
  schemaNewer: {
    en: '{version}, and this program knows only {known}: it was written by a newer version',
    ja: '{version} ですが、このプログラムは {known} までしか対応していません。新しいバージョンで書き込まれています',
    fix: {
      en: 'start the newer version, or restore the copy nightpost.db.schema-{known}',
      ja: '新しいバージョンを起動するか、コピー nightpost.db.schema-{known} を戻してください',
    },
  },
  writesFast: { en: '{ms} ms for one flush', ja: '1 回の書き込み確定に {ms} ミリ秒' },
  writesSlow: {
    en: '{ms} ms for one flush: every message waits so long',
    ja: '1 回の書き込み確定に {ms} ミリ秒。すべてのメッセージがその時間待ちます',
    fix: {
      en: 'move the data folder to a faster disk (SSD)',
      ja: 'データ フォルダーを速いディスク (SSD) に移してください',
    },
  },
  writesFail: {
    en: '{folder}/tmp cannot be written: {because}',
    ja: '{folder}/tmp に書き込めません: {because}',
    fix: {
      en: 'give the folder to the user of the service, on a disk that is not read-only',
      ja: 'フォルダーをサービスのユーザーの所有にし、書き込み可能なディスクに置いてください',
    },
  },
  diskFree: { en: '{mib} MiB free', ja: '{mib} MiB の空き' },
  diskFull: {
    en: '{mib} MiB free, less than 200: messages are refused with 503',
    ja: '空きが {mib} MiB (200 未満) のため、メッセージは 503 で拒否されます',
    fix: { en: 'make room on the disk of {folder}', ja: '{folder} のディスクを空けてください' },
  },
  diskLow: {
    en: '{mib} MiB free: below 200 messages are refused',
    ja: '空きは {mib} MiB です。200 を下回るとメッセージを拒否します',
    fix: { en: 'make room on the disk of {folder}', ja: '{folder} のディスクを空けてください' },
  },
  storeFailed: {
    en: '{because}',
    ja: '{because}',
    fix: {
      en: 'look at the log; nightpost doctor --data names another folder',
      ja: 'ログを確認してください。別のフォルダーは nightpost doctor --data で指定できます',
    },
  },
  storeDown: {
    en: 'takes no messages: {because}',
    ja: 'メッセージを受け付けていません: {because}',
    fix: { en: 'mend the disk and start again', ja: 'ディスクを直してから再起動してください' },
  },
  queueMoving: {
    en: '{unread} unread, the oldest waits since {oldest}',
    ja: '未読 {unread} 件、最も古いものは {oldest} から待機',
  },
  queueEmpty: { en: 'nothing waits', ja: '待機中のメッセージはありません' },
  queueStuck: {
    en: '{count} messages are past their end and were not expired, the first since {since}',
    ja: '期限を過ぎたメッセージ {count} 件が処理されていません (最初の期限は {since})',
    fix: restart,
  },
  auditWhole: { en: 'the chain of records is whole', ja: '記録の連鎖に破損はありません' },
  auditBroken: {
    en: 'record {number} was changed outside the server',
    ja: '記録 {number} がサーバーの外で変更されています',
    fix: {
      en: 'look at it with Get-NpAuditRecord and compare it with a backup',
      ja: 'Get-NpAuditRecord で確認し、バックアップと比べてください',
    },
  },
  backupRecent: { en: '{days} days old', ja: '{days} 日前' },
  backupNever: { en: 'never made', ja: '一度も作成されていません', fix: backupNow },
  backupOld: { en: '{days} days old', ja: '{days} 日前のものです', fix: backupNow },
  restoreTested: { en: '{days} days ago', ja: '{days} 日前' },
  restoreUntested: {
    en: 'no backup was ever tried: nobody knows whether it can be restored',
    ja: 'バックアップの復元を試したことがないため、復元できるか分かりません',
    fix: { en: 'nightpost restore FILE --test', ja: 'nightpost restore ファイル名 --test' },
  },
  restoreLongAgo: {
    en: 'the last one was {days} days ago',
    ja: '最後のテストは {days} 日前です',
    fix: { en: 'nightpost restore FILE --test', ja: 'nightpost restore ファイル名 --test' },
  },
  passwordsOwn: {
    en: 'none is one that the server made',
    ja: 'サーバーが作成したパスワードは残っていません',
  },
  passwordsMade: {
    en: '{count} accounts still use the password that was made for them',
    ja: '{count} 件のアカウントが、作成時のパスワードのままです',
    fix: { en: 'nightpost account password USER', ja: 'nightpost account password ユーザー名' },
  },
  sipLater: {
    en: 'no SIP door yet; NTLM (NT hash) and Digest MD5 are weak, and what they need is kept encrypted; accounts.sipSignIn = false deletes it',
    ja: 'SIP はまだありません。NTLM (NT ハッシュ) と Digest MD5 は弱い方式で、必要な値は暗号化して保存されています。accounts.sipSignIn = false で削除できます',
  },
  sipOff: {
    en: 'off: nothing of NTLM or Digest is kept',
    ja: 'オフ: NTLM と Digest の値は保存されていません',
  },
  crashesNone: { en: 'none in the last 7 days', ja: '過去 7 日間にありません' },
  crashesSome: {
    en: '{count} in the last 7 days, the last at {time}: {because}',
    ja: '過去 7 日間に {count} 回、最後は {time}: {because}',
    fix: {
      en: 'report it with the lines of the log around that time; update when a fix is out',
      ja: 'その時刻の前後のログを添えて報告し、修正版が出たら更新してください',
    },
  },
  demoPasswords: {
    en: 'the passwords of the demo lie in {file}',
    ja: 'デモのパスワードが {file} にあります',
    fix: {
      en: 'use a data folder without --demo for real work',
      ja: '実際の運用には --demo を付けずに作成したデータ フォルダーを使ってください',
    },
  },
} as const satisfies Record<string, FindingWords>

export type Code = keyof typeof FINDINGS
