import type { Bilingual, Entry, Setting } from './policy.ts'

/** Help of settings that are kept for clients and scripts only. */
const KEPT: Bilingual = {
  en: 'Stored and shown; Nightpost does not act on it.',
  ja: '保存され表示されますが、Nightpost の動作には影響しません。',
}

/** Settings we act on have a help of their own; the others say that they are only kept. */
function setting<T extends Setting['default']>(
  type: Setting['type'],
  value: T,
  help: Bilingual | undefined,
): Setting<T> {
  return { type, default: value, acts: help !== undefined, help: help ?? KEPT }
}

export function flag(value: boolean | null, help?: Bilingual): Setting<boolean | null> {
  return setting({ kind: 'flag' }, value, help)
}

/** @param maxLength in UTF-16 code units, as .NET counts. */
export function text(value: string | null, help?: Bilingual, maxLength?: number): Setting<string | null> {
  return setting(maxLength === undefined ? { kind: 'text' } : { kind: 'text', maxLength }, value, help)
}

export function count(
  type: 'UInt16' | 'UInt32' | 'Int32',
  value: number | null,
  range: { readonly min?: number; readonly max?: number } = {},
  help?: Bilingual,
): Setting<number | null> {
  return setting({ kind: 'count', type, ...range }, value, help)
}

/** A TimeSpan; the default as text (`00:05:00`), the borders in milliseconds. */
export function span(
  value: string | null,
  range: { readonly minMs?: number; readonly maxMs?: number } = {},
  help?: Bilingual,
): Setting<string | null> {
  return setting({ kind: 'span', ...range }, value, help)
}

export function choice<const V extends string>(
  typeName: string,
  values: readonly V[],
  value: V | null,
  help?: Bilingual,
): Setting<V | null> {
  return setting({ kind: 'choice', typeName, values }, value, help)
}

/** Marks a kept setting with the help of what it means to clients. */
export function kept<T extends Setting['default']>(inner: Setting<T>, help: Bilingual): Setting<T> {
  return {
    ...inner,
    acts: false,
    help: { en: `${help.en} ${KEPT.en}`, ja: `${help.ja}${KEPT.ja}` },
  }
}

export function trueOrFalse(value: boolean, help: Bilingual): Entry<boolean> {
  return {
    default: value,
    form: 'True, False',
    parse: (given) => (/^\$?true$/i.test(given) ? true : /^\$?false$/i.test(given) ? false : undefined),
    help,
  }
}

/** @param value undefined: where the entry is missing a limit of the server holds */
export function wholeNumber<V extends number | undefined>(
  value: V,
  range: { readonly min: number; readonly max: number },
  help: Bilingual,
): Entry<number | V> {
  return {
    default: value,
    form: `${range.min}..${range.max}`,
    parse: (given) => {
      const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
      return number >= range.min && number <= range.max ? number : undefined
    },
    help,
  }
}

/** As `wholeNumber`, parts of one too: `0.5`. */
export function amount(
  value: number,
  range: { readonly min: number; readonly max: number },
  help: Bilingual,
): Entry<number> {
  return {
    default: value,
    form: `${range.min}..${range.max}`,
    parse: (given) => {
      const number = /^\d{1,9}(?:\.\d{1,9})?$/.test(given) ? Number(given) : Number.NaN
      return number >= range.min && number <= range.max ? number : undefined
    },
    help,
  }
}

export function oneWord<const V extends string>(value: V, words: readonly V[], help: Bilingual): Entry<V> {
  return {
    default: value,
    form: words.join(', '),
    parse: (given) => words.find((word) => word.toLowerCase() === given.toLowerCase()),
    help,
  }
}

export type VersionNumbers = readonly [number, number, number, number]

/** Four numbers as a client version has them: major, minor, build, QFE. */
export function version(value: VersionNumbers, help: Bilingual): Entry<VersionNumbers> {
  return {
    default: value,
    form: 'n.n.n.n',
    parse: (given) => {
      const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(given)
      return match ? [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])] : undefined
    },
    help,
  }
}
