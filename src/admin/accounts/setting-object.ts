import { psText } from '../../base/ps-text.ts'
import { type PsObject, psObject } from '../../base/ps-value.ts'
import type { Account, PersonalSettings } from '../../domain/account.ts'
import { formatQuietHours, MAX_QUIET_HOURS, parseQuietHours } from '../../domain/quiet-hours.ts'
import type { Bound, Parameter } from '../cmdlet.ts'

const flag = (en: string, ja: string): Parameter => ({ type: { kind: 'boolean' }, help: { en, ja } })
const choice = (values: readonly string[], en: string, ja: string): Parameter => ({
  type: { kind: 'enum', typeName: `Nightpost.${values[0]}Setting`, values },
  help: { en, ja },
})

/** The personal settings of ucwa.md section 15, by the same names. */
export const SETTING_PARAMETERS = {
  ReadReceipts: flag('Tells senders that their messages were read.', '開封したことを送信者に知らせます。'),
  Typing: flag('Tells others while one is writing.', '入力中であることを相手に知らせます。'),
  Language: {
    type: { kind: 'string', pattern: '^(en|ja)?$' },
    nullable: true,
    help: { en: 'en, ja or $null.', ja: 'en、ja または $null です。' },
  },
  TimeZone: {
    type: { kind: 'string', maxLength: 64, pattern: '^([A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2})?$' },
    nullable: true,
    help: { en: 'A name such as Asia/Tokyo, or $null.', ja: 'Asia/Tokyo などの名前、または $null です。' },
  },
  Notifications: choice(['full', 'sender', 'none'], 'What a notice shows.', '通知に表示する内容です。'),
  SendWithEnter: flag('Enter sends.', 'Enter キーで送信します。'),
  Theme: choice(['system', 'light', 'dark'], 'Light or dark.', '明るい配色か暗い配色かを選びます。'),
  Density: choice(['comfortable', 'compact'], 'How close lines stand.', '表示の間隔です。'),
  QuietHours: {
    type: { kind: 'string', maxLength: MAX_QUIET_HOURS },
    nullable: true,
    help: {
      en: 'Hours without notifications, such as "Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00"; Never for none, $null for those of the organisation.',
      ja: '通知しない時間帯。例: "Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00"。Never は「なし」、$null は組織の既定です。',
    },
  },
} as const satisfies Record<Capitalize<keyof PersonalSettings>, Parameter>

/** The settings of a person as the cmdlets show them. */
export function settingObject(account: Account, settings: PersonalSettings): PsObject {
  return psObject('Nightpost.UserSetting', [
    ['Identity', account.upn],
    ['ReadReceipts', settings.readReceipts],
    ['Typing', settings.typing],
    ['Language', settings.language],
    ['TimeZone', settings.timeZone],
    ['Notifications', settings.notifications],
    ['SendWithEnter', settings.sendWithEnter],
    ['Theme', settings.theme],
    ['Density', settings.density],
    ['QuietHours', settings.quietHours],
  ])
}

/** The settings with what was bound laid over them; the binder has checked every value. */
export function settingsWith(before: PersonalSettings, bound: Bound): PersonalSettings {
  const flagOf = (name: string, old: boolean) => (typeof bound[name] === 'boolean' ? bound[name] : old)
  const textOf = (name: string, old: string | null) =>
    bound[name] === undefined ? old : psText(bound[name]) === '' ? null : psText(bound[name])
  return {
    readReceipts: flagOf('ReadReceipts', before.readReceipts),
    typing: flagOf('Typing', before.typing),
    language: textOf('Language', before.language) as PersonalSettings['language'],
    timeZone: textOf('TimeZone', before.timeZone),
    notifications: textOf('Notifications', before.notifications) as PersonalSettings['notifications'],
    sendWithEnter: flagOf('SendWithEnter', before.sendWithEnter),
    theme: textOf('Theme', before.theme) as PersonalSettings['theme'],
    density: textOf('Density', before.density) as PersonalSettings['density'],
    quietHours: hoursOf(bound.QuietHours, before.quietHours),
  }
}

/** What was given for quiet hours and is none, for the message; undefined where it is fine. */
export function badQuietHours(bound: Bound): string | undefined {
  const text = bound.QuietHours === undefined ? '' : psText(bound.QuietHours)
  return text === '' || parseQuietHours(text) ? undefined : text
}

function hoursOf(given: Bound[string] | undefined, before: string | null): string | null {
  if (given === undefined) return before
  const hours = psText(given) === '' ? undefined : parseQuietHours(psText(given))
  return hours ? formatQuietHours(hours) : null
}
