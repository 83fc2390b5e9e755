import type { Parameter } from '../cmdlet.ts'
import { USER_IDENTITY_HELP } from '../shared-parameters.ts'

const text = (en: string, ja: string, more: Partial<Parameter> = {}): Parameter => ({
  type: { kind: 'string', maxLength: 256 },
  nullable: true,
  pipeline: ['ByPropertyName'],
  help: { en, ja },
  ...more,
})

/** What New-NpAccount and Set-NpAccount take alike: the names of the CSV columns too (INTERFACES 2). */
export const ACCOUNT_PARAMETERS = {
  Password: {
    type: { kind: 'secureString' },
    help: {
      en: 'The password; one is made where none is given.',
      ja: 'パスワード。指定しない場合は自動的に生成します。',
    },
  },
  SipAddress: text(
    'SIP address; the user principal name where it is not given.',
    'SIP アドレス。既定値は UPN です。',
  ),
  FirstName: text('First name.', '名です。'),
  LastName: text('Last name.', '姓です。'),
  Phonetic: text('How the name is read.', '名前の読みです。', { aliases: ['PhoneticDisplayName'] }),
  Department: text('Department.', '部署です。'),
  Title: text('Title.', '役職です。'),
  Company: text('Company.', '会社名です。'),
  Office: text('Office.', '勤務先です。'),
  City: text('City.', '市区町村です。'),
  StateOrProvince: text('State or province.', '都道府県です。'),
  Country: text('Country.', '国です。', { aliases: ['CountryAbbreviation'] }),
  Mail: text('Mail address.', 'メール アドレスです。', { aliases: ['WindowsEmailAddress', 'EmailAddress'] }),
  Phone: text('Phone number.', '電話番号です。'),
  MobilePhone: text('Mobile phone number.', '携帯電話番号です。'),
  Manager: text('User principal name of the manager.', '上司の UPN です。'),
  RegistrarPool: text('Pool of the account; it decides the site.', 'プール。サイトはこれで決まります。'),
  Language: text('Language of fixed texts: en or ja.', '固定メッセージの言語 (en または ja) です。', {
    aliases: ['PreferredLanguage'],
  }),
} as const satisfies Record<string, Parameter>

/** The switch for benches and tests (SECURITY 31). */
export const ALLOW_WEAK: Readonly<Record<'AllowWeakPassword', Parameter>> = {
  AllowWeakPassword: {
    type: { kind: 'switch' },
    help: {
      en: 'Takes passwords of 1 to 11 characters; only while every listener is on loopback.',
      ja: '1 ～ 11 文字のパスワードを許可します。すべてのリスナーがループバックの場合に限ります。',
    },
  },
}

/** Whose account; any account of the directory. */
export const ACCOUNT_IDENTITY: Parameter = {
  type: { kind: 'user' },
  position: 0,
  mandatory: true,
  pipeline: ['ByValue', 'ByPropertyName'],
  help: USER_IDENTITY_HELP,
}
