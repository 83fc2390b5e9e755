import type { Words } from './language.ts'

/**
 * What the command line says when it cannot do what was asked: what failed, why, what to type next (ux 3.2). The name of
 * an entry is the code at the end of the line, one word to search for in both languages.
 */
export const COMPLAINTS = {
  unknownOption: { en: "unknown option '{first}'{near}", ja: "オプション '{first}' はありません{near}" },
  unknownCommand: { en: "unknown command '{first}'{near}", ja: "コマンド '{first}' はありません{near}" },
  missingArgument: {
    en: "missing required argument '{first}'; --help shows what to write",
    ja: "引数 '{first}' がありません。書き方は --help で確認できます",
  },
  missingValue: {
    en: "option '{first}' argument missing",
    ja: "オプション '{first}' の値がありません",
  },
  missingOption: { en: "required option '{first}' not specified", ja: "オプション '{first}' が必要です" },
  excessArguments: {
    en: "too many arguments for '{first}'; --help shows what to write",
    ja: "'{first}' の引数が多すぎます。書き方は --help で確認できます",
  },
  invalidValue: {
    en: "option '{first}' argument '{second}' is invalid. {hint}",
    ja: "オプション '{first}' の値 '{second}' は正しくありません。{hint}",
  },

  dataNotFolder: {
    en: '--data {folder} is not a folder; name a folder',
    ja: '--data {folder} はフォルダーではありません。フォルダーを指定してください',
  },
  dataMissing: {
    en: "{folder} does not exist; name the server's data folder with --data",
    ja: '{folder} がありません。サーバーのデータ フォルダーを --data で指定してください',
  },
  looseFile: {
    en: '{path} can be read by other users; write chmod -R go-rwx {folder}, or start with --allow-loose-files',
    ja: '{path} は他のユーザーが読み取れます。chmod -R go-rwx {folder} を実行するか、--allow-loose-files を付けて起動してください',
  },
  looseKey: {
    en: 'tls.key: {path} can be read by other users; write chmod 600 {path}',
    ja: 'tls.key: {path} は他のユーザーが読み取れます。chmod 600 {path} を実行してください',
  },
  folderTaken: {
    en: '{folder} is in use by another nightpost, process {pid}; stop it, or use --data',
    ja: '{folder} は別の nightpost (プロセス {pid}) が使用中です。停止するか、--data で別のフォルダーを指定してください',
  },
  databaseBroken: {
    en: 'the database is broken: {because}; nightpost doctor says more, and nightpost restore FILE --data FOLDER brings the last backup into an empty folder',
    ja: 'データベースが壊れています: {because}。詳細は nightpost doctor で確認してください。最後のバックアップは、nightpost restore ファイル名 --data フォルダー名 で空のフォルダーに復元できます',
  },
  folderSilent: {
    en: 'process {pid} holds {folder} but does not answer on admin.sock; wait until it has started, or stop it',
    ja: 'プロセス {pid} が {folder} を使用していますが、admin.sock に応答しません。起動が終わるまで待つか、停止してください',
  },
  foreignSocket: {
    en: '{folder}/admin.sock belongs to another user; run this as the user who runs the server',
    ja: '{folder}/admin.sock は別のユーザーのものです。サーバーを動かしているユーザーで実行してください',
  },
  noServer: {
    en: 'no server is running in {folder}; start it with nightpost start, or name its folder with --data',
    ja: '{folder} でサーバーが動いていません。nightpost start で起動するか、--data でそのフォルダーを指定してください',
  },
  serverEnded: { en: 'the server has ended', ja: 'サーバーが終了しました' },
  serverGone: {
    en: 'the server ended the connection before it was done; see its log, and try again',
    ja: '処理が終わる前にサーバーが接続を終了しました。ログを確認してから、もう一度実行してください',
  },

  portTaken: {
    en: '{door}.port: port {port} is taken by another program; name another one with --{door}-port, 0 for any free one',
    ja: '{door}.port: ポート {port} は別のプログラムが使用中です。--{door}-port で別のポートを指定してください (0 = 空いているポート)',
  },
  portForbidden: {
    en: '{door}.port: port {port} may not be opened by this user; name another one with --{door}-port, 0 for any free one',
    ja: '{door}.port: このユーザーはポート {port} を開けません。--{door}-port で別のポートを指定してください (0 = 空いているポート)',
  },
  addressElsewhere: {
    en: '{door}.port: port {port} is on an address that this machine does not have; name one of its own with --listen',
    ja: '{door}.port: ポート {port} のアドレスはこのコンピューターのものではありません。--listen でこのコンピューターのアドレスを指定してください',
  },
  noPort: {
    en: 'https.port and http.port are both off; write a port for one of them, or 0 for any free one',
    ja: 'https.port と http.port が両方とも off です。どちらかにポートを指定してください (0 = 空いているポート)',
  },
  firstDomain: {
    en: 'domain: the first domain was {realm} at the first start and is the Digest realm; write {realm} first, then {domain}',
    ja: 'domain: 最初の起動時の先頭のドメインは {realm} で、Digest 認証の領域です。先頭に {realm}、その次に {domain} を書いてください',
  },
  demoNotEmpty: {
    en: '--demo needs an empty data folder, and {folder} has accounts; write another --data',
    ja: '--demo には空のデータ フォルダーが必要ですが、{folder} にはアカウントがあります。--data で別のフォルダーを指定してください',
  },
  tlsHalf: {
    en: 'tls.certificate and tls.key belong together; write both or none',
    ja: 'tls.certificate と tls.key は組で指定します。両方書くか、両方とも書かないでください',
  },
  tlsUnreadable: { en: 'tls.certificate: {because}', ja: 'tls.certificate: {because}' },

  unknownKey: {
    en: '{place}: unknown key {key}; docs/configuration.md lists all of them',
    ja: '{place}: キー {key} はありません。すべてのキーは docs/configuration.md にあります',
  },
  unknownKeyNear: {
    en: '{place}: unknown key {key}; write {near}',
    ja: '{place}: キー {key} はありません。{near} と書いてください',
  },
  wrongValue: { en: '{place}: {key}: {hint}', ja: '{place}: {key}: {hint}' },
  notToml: {
    en: '{file} line {line}: {because}; write TOML such as http.port = 8080',
    ja: '{file} の {line} 行目: {because}。http.port = 8080 のように TOML で書いてください',
  },
  unreadable: { en: '{file}: cannot be read ({because})', ja: '{file}: 読み取れません ({because})' },
  unknownLevel: {
    en: "--level: '{level}' is no level; write one of {levels}",
    ja: "--level: '{level}' というレベルはありません。{levels} のどれかを書いてください",
  },
  unknownRoom: {
    en: "--room: '{room}' is no room of the log; write one of {rooms}",
    ja: "--room: '{room}' というログの部屋はありません。{rooms} のどれかを書いてください",
  },
  unknownShell: {
    en: "'{shell}' has no completion; write one of {shells}",
    ja: "'{shell}' の補完はありません。{shells} のどれかを書いてください",
  },

  fileExists: {
    en: '{file} exists; write another name',
    ja: '{file} は既にあります。別の名前を指定してください',
  },
  restoreNotEmpty: {
    en: '{folder} is not empty; name a folder that is empty or not there',
    ja: '{folder} は空ではありません。空のフォルダーか、まだないフォルダーを指定してください',
  },
  restoreMissing: {
    en: '{file} is not there; name a file that nightpost backup made',
    ja: '{file} がありません。nightpost backup が作ったファイルを指定してください',
  },
  restoreNotBackup: {
    en: '{file} is not a whole backup of nightpost; name another one',
    ja: '{file} は nightpost の完全なバックアップではありません。別のファイルを指定してください',
  },
  restoreBroken: {
    en: '{file}: record {number} of its audit trail was changed outside the server; take another backup',
    ja: '{file}: 監査記録 {number} がサーバーの外で変更されています。別のバックアップを使ってください',
  },
  restoreWorks: {
    en: 'it can be restored: whole, {accounts} accounts, the audit chain fits; the copy was removed again',
    ja: '復元できます: 破損なし、アカウント {accounts} 件、監査の連鎖も一致。コピーは削除しました',
  },
  notUtf8: {
    en: '{file}: is not UTF-8; save it as "CSV UTF-8"',
    ja: '{file}: UTF-8 ではありません。"CSV UTF-8" 形式で保存してください',
  },
  csvColumns: {
    en: '{file}: the first line must name the columns, UserPrincipalName and Password among them',
    ja: '{file}: 1 行目に列の名前が必要です (UserPrincipalName と Password を含む)',
  },
  csvWrong: { en: '{file}: {because}', ja: '{file}: {because}' },

  commandAndFile: {
    en: '-c and -f belong to different calls; write one of them',
    ja: '-c と -f は同時に使えません。どちらか一方を書いてください',
  },
  urlNeedsUser: {
    en: '--url needs --user: whom to sign in there',
    ja: '--url には --user (サインインするユーザー) が必要です',
  },
  noPassword: {
    en: 'no password: type it at a terminal, or set NIGHTPOST_PASSWORD',
    ja: 'パスワードがありません。端末で入力するか、NIGHTPOST_PASSWORD を設定してください',
  },
  emptyPassword: {
    en: '--password-stdin: standard input is empty; write the password as one line',
    ja: '--password-stdin: 標準入力が空です。パスワードを 1 行で渡してください',
  },
  passwordsDiffer: {
    en: 'the two passwords differ; nothing was changed',
    ja: '2 つのパスワードが一致しません。何も変更していません',
  },
  linesLost: {
    en: '{lines} lines were lost here: they came faster than they were read',
    ja: 'ここで {lines} 行が失われました。読み取りが間に合いませんでした',
  },
} as const satisfies Record<string, Words>

export type Complaint = keyof typeof COMPLAINTS
