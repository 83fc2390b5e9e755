import { Fragment } from 'preact'
import { language } from '../i18n/language.ts'
import { monogram, nameLanguage, textLanguage, tint } from '../i18n/text-language.ts'
import type { Person } from '../model.ts'
import { Mark } from './icon.tsx'
import { lookOf } from './presence.ts'

/** A person's name: its own language, and shielded from its surroundings' direction (SECURITY 44). */
export function Name({ name }: { name: string }) {
  return (
    <bdi lang={nameLanguage(name)} data-people>
      {name}
    </bdi>
  )
}

/** What a person wrote about themselves or us: text in its own language. */
export function Written({ children }: { children: string }) {
  const parts = children.split(/(?<=@)(?=\S)/)
  return (
    <bdi lang={textLanguage(children, language.value)} data-people>
      {parts.map((part, index) => (
        <Fragment key={part}>
          {/* A long address breaks behind its at sign before it breaks anywhere. */}
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  )
}

/** Monogram with the presence mark; silent, since name and state are said beside it, and no text, so that it is in no copied line. */
export function Avatar({ person, big }: { person: Person; big?: boolean }) {
  const look = lookOf(person.presence)
  const tinted = tint(person.uri)
  const classes = `avatar${tinted > 1 ? ` t${tinted}` : ''}${big ? ' big' : ''}`
  return (
    <span
      class={classes}
      lang={nameLanguage(person.name)}
      aria-hidden="true"
      data-people
      data-monogram={monogram(person.name)}
    >
      {person.presence && <Mark name={look.icon} tone={look.tone} />}
    </span>
  )
}
