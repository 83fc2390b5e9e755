import { systemLanguage } from './language.ts'

/** What the schema of the configuration and the flags say to write, in Japanese; a test asks every setting for its hint. */
export const HINTS_JA: Readonly<Record<string, string>> = {
  'write a number of seconds, or text such as "90 s", "15 min", "8 h", "30 days"':
    '秒数、または "90 s"、"15 min"、"8 h"、"30 days" のように書いてください',
  'write a number of octets, or text such as "64 KiB", "10 MiB"':
    'バイト数、または "64 KiB"、"10 MiB" のように書いてください',
  'write a whole number': '整数を書いてください',
  'write a number that is not negative': '0 以上の数を書いてください',
  'write a port number from 0 to 65535 (0 = any free one), or "off"':
    '0 から 65535 のポート番号 (0 = 空いているポート)、または "off" を書いてください',
  'write a port from 0 to 65535 (0 = any free), or off':
    '0 から 65535 のポート番号 (0 = 空いているポート)、または off を書いてください',
  'write true or false': 'true または false を書いてください',
  'write text in quotes': '引用符で囲んだ文字列を書いてください',
  'write texts in quotes': '引用符で囲んだ文字列を書いてください',
  'write a list such as ["127.0.0.1"]': '["127.0.0.1"] のように一覧を書いてください',
  'write a domain such as "example.com"': '"example.com" のようにドメインを書いてください',
  'write a domain such as "example.com", or a list of them':
    '"example.com" のようにドメイン、またはその一覧を書いてください',
  'write an IP address, or "localhost"': 'IP アドレス、または "localhost" を書いてください',
  'write an address such as "https://im.example.com"':
    '"https://im.example.com" のようにアドレスを書いてください',
  'write one of trace, debug, info, warn, error, fatal':
    'trace、debug、info、warn、error、fatal のどれかを書いてください',
  'write [[site]] with name = "Redmond" and pools = ["pool.example.com"]':
    '[[site]] に name = "Redmond" と pools = ["pool.example.com"] を書いてください',
  'write days and hours such as "Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00", or "Never"':
    '"Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00" のように曜日と時刻、または "Never" を書いてください',
  'write name = "Redmond"': 'name = "Redmond" のように書いてください',
  'write a table such as [log.rooms] with store = "debug"':
    '[log.rooms] に store = "debug" のように書いてください',
}

const ELSE_JA = '値が正しくありません。書き方は docs/configuration.md にあります'

/** The hint in the language of the system. */
export function hintText(english: string): string {
  return systemLanguage() === 'ja' ? (HINTS_JA[english] ?? ELSE_JA) : english
}
