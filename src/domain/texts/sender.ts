import type { Language } from '../account.ts'
import type { Refusal } from '../delivery.ts'
import type { Bilingual } from '../policy.ts'

/**
 * What somebody who sends is told, word for word from offline-im section 9. `{U}` is the display name of the other person,
 * `{time}` a clock time; in Japanese the name is followed by さん.
 */
const TEXTS = {
  T1: {
    en: '{U} is not signed in. Your message will be kept in their mailbox.',
    ja: '{U} さんはサインインしていません。メッセージは相手の受信トレイに届けられます。',
  },
  T2: { en: 'Kept for {U} at {time}.', ja: '{time} に {U} さん宛てとして保存しました。' },
  T3: {
    en: '{U} does not want to be disturbed. Your message is waiting in their mailbox.',
    ja: '{U} さんは応答不可です。メッセージは受信トレイに届いています。',
  },
  T3presenting: {
    en: '{U} is presenting. Your message is waiting in their mailbox.',
    ja: '{U} さんは発表中です。メッセージは受信トレイに届いています。',
  },
  T4: {
    en: 'Not delivered: {U} is unavailable or offline.',
    ja: '送信できませんでした。{U} さんは応答できないかオフラインです。',
  },
  T5: {
    en: 'Not delivered: this address was not found.',
    ja: '送信できませんでした。このアドレスは見つかりません。',
  },
  T6: {
    en: 'Not delivered: the service is busy. Try again.',
    ja: '送信できませんでした。しばらくしてからもう一度お試しください。',
  },
  T7: {
    en: 'Not delivered: mailbox of {U} is full.',
    ja: '送信できませんでした。メッセージが長すぎるか、{U} さんの受信トレイがいっぱいです。',
  },
  T7tooLong: {
    en: 'Not delivered: message too long.',
    ja: '送信できませんでした。メッセージが長すぎるか、{U} さんの受信トレイがいっぱいです。',
  },
  T8: {
    en: '{U} does not want to be disturbed. A new message will wait in their mailbox.',
    ja: '{U} さんは応答不可です。新しいメッセージは通知されず、受信トレイに届きます。',
  },
  T9: {
    en: '{U} is presenting. A new message will wait in their mailbox.',
    ja: '{U} さんは発表中です。新しいメッセージは通知されず、受信トレイに届きます。',
  },
  T10: {
    en: '{U} is away. Your message will be delivered; they may read it later.',
    ja: '{U} さんは離席中です。メッセージは届きますが、読まれるのは後になるかもしれません。',
  },
  T11senderPolicy: {
    en: '{U} is not signed in, and offline messages are turned off for you.',
    ja: '{U} さんはサインインしていません。オフライン メッセージの送信はオフになっています。',
  },
  T11deploymentOff: {
    en: '{U} is not signed in, and offline messages are turned off in this organisation.',
    ja: '{U} さんはサインインしていません。この組織では、オフライン メッセージの送信はオフになっています。',
  },
  T11senderClient: {
    en: '{U} is not signed in. This client cannot send offline messages.',
    ja: '{U} さんはサインインしていません。このクライアントでは送信できません。',
  },
} satisfies Record<string, Bilingual>

export type SenderText = keyof typeof TEXTS
export const SENDER_TEXTS = Object.keys(TEXTS) as readonly SenderText[]

/** What fills the gaps of a text; the time is already written in the reader's way. */
export interface TextValues {
  readonly name?: string
  readonly time?: string
}

/**
 * One of T1 to T11 in the sender's language.
 * @param values an absent value leaves its gap empty; it is put in as it is, so the caller shows the result as text, never as markup
 */
export function senderText(id: SenderText, language: Language, values: TextValues = {}): string {
  return TEXTS[id][language].replace(/\{(U|time)\}/g, (_gap, gap) =>
    gap === 'U' ? (values.name ?? '') : (values.time ?? ''),
  )
}

/** T4, T5 or T7 for a refusal (offline-im R17, M13, section 10); every closed gate and a block read alike. */
export const REFUSED_TEXT = {
  unknownRecipient: 'T5',
  disabled: 'T5',
  blocked: 'T4',
  deploymentOff: 'T4',
  senderPolicy: 'T4',
  senderClient: 'T4',
  recipientSite: 'T4',
  inboxFull: 'T7',
} as const satisfies Record<Refusal, SenderText>

/** T1 or T3 for a message that was stored, by the reason of its row (offline-im M1, M3, M4, M6). */
export const STORED_TEXT = {
  offline: 'T1',
  appearsOffline: 'T1',
  doNotDisturb: 'T3',
  presenting: 'T3presenting',
} as const satisfies Record<string, SenderText>
